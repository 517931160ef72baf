"""The end of a partnership, and what stays: a look back, the wall, those who agreed to be found."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from peerloom.participants.models import Participant
from peerloom.partnerships import actions, queries
from peerloom.partnerships.errors import PartnershipsError
from peerloom.partnerships.models import Partnership
from peerloom.web.access import for_member, for_self, person_of, said_here
from peerloom.web.forms.talks import LookBackForm


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def close(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Look back, say whether to stay in touch; with everybody's word the partnership ends."""
    person = person_of(request)
    view = queries.seen_by(partnership, person)
    seen = queries.closing_of(partnership, view.mine)
    now: dict[str, object] = {"text": seen.text}
    if seen.own:
        now |= {"in_touch": seen.own.in_touch, "alumni": seen.own.alumni}
    form = LookBackForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid():
        try:
            actions.look_back(partnership, by=person, **form.cleaned_data)
        except PartnershipsError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Kept, for you alone."))
            return redirect("close", partnership.pk)
    words = {
        "view": view,
        "partnership": partnership,
        "seen": seen,
        "form": form,
        "agenda": said_here(request, partnership.program, "meeting_last"),
    }
    return render(request, "participant/close.html", words, status=422 if form.errors else 200)


@require_safe
@for_self
def wall(request: HttpRequest, place: Participant) -> HttpResponse:
    """What people of the program learned, as they chose to show it; and who may be found later."""
    words = {
        "place": place,
        "moments": queries.wall_of(place),
        "thanks": queries.thanks_on_wall(place),
        "alumni": queries.alumni_of(place),
    }
    return render(request, "participant/wall.html", words)
