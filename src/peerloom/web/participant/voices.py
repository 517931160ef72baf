"""Whom one would like to meet: a short list to rank, or to say no to, seen by nobody."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from peerloom.participants.models import Participant
from peerloom.rounds.actions import ON_A_LIST, say
from peerloom.rounds.queries import short_list_of
from peerloom.web.access import for_self, person_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_self
def show(request: HttpRequest, place: Participant) -> HttpResponse:
    """The short list; what is said can be changed until the matching."""
    people = short_list_of(place)
    if request.method == "POST":
        said = {p.entry.shown_id: request.POST.get(f"person_{p.entry.pk}", "") for p in people}
        say(place, said, by=person_of(request))
        messages.success(request, _("Kept. You can change it until the matching."))
        return redirect("voices", place.pk)
    words = {"place": place, "people": people, "ranks": range(1, ON_A_LIST + 1)}
    return render(request, "participant/voices.html", words)
