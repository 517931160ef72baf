"""Places by lot: announced, then drawn."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from peerloom.core.words import counted, later
from peerloom.participants.actions import announce_draw, draw_places
from peerloom.participants.errors import CannotDraw
from peerloom.participants.models import TAKING_PART
from peerloom.participants.queries import draw_of
from peerloom.programs.models import Program
from peerloom.web.access import for_manager, person_of
from peerloom.web.forms.fields import DayInput


class Announce(forms.Form):
    """How places will be drawn."""

    places = forms.IntegerField(
        min_value=1, max_value=1_000_000, label=later("How many places there are")
    )
    public_from = forms.CharField(
        max_length=300,
        label=later("Where the public number comes from"),
        help_text=later(
            "Something everybody can look up and nobody can steer: 'the numbers of the national "
            "lottery of that Saturday, in the order they are published'."
        ),
    )
    public_on = forms.DateField(
        label=later("On which day it becomes known"),
        help_text=later("Whoever applies before that day gets a ticket."),
        widget=DayInput(),
    )


class PublicNumber(forms.Form):
    """The number everybody can look up."""

    number = forms.CharField(max_length=100, label=later("The public number, as it was published"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_manager
def draw(request: HttpRequest, program: Program) -> HttpResponse:
    """Announce a draw; on its day or later, draw."""
    view = draw_of(program)
    posted = request.POST if request.method == "POST" else None
    form = Announce(posted) if view is None else PublicNumber(posted)
    if request.method == "POST" and form.is_valid():
        try:
            if view is None:
                announce_draw(program, by=person_of(request), **form.cleaned_data)
                messages.success(request, _("Announced. The public page shows how it is drawn."))
            else:
                count = draw_places(view.draw, form.cleaned_data["number"], by=person_of(request))
                messages.success(
                    request,
                    _("Drawn: {count} have a place, and all are written to.").format(
                        count=counted(count)
                    ),
                )
            return redirect("draw_places", program.pk)
        except CannotDraw as error:
            form.add_error(None, str(error))
    words = {
        "program": program,
        "view": view,
        "form": form,
        "taken": program.participants.filter(state__in=TAKING_PART).exists(),
        "due": view is not None and timezone.localdate() >= view.draw.public_on,
    }
    return render(request, "manager/draw.html", words, status=422 if form.errors else 200)
