"""A participant's home: the one next thing to do."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from peerloom.accounts.queries import roles_of
from peerloom.participants.models import TAKING_PART, Participant, Ticket
from peerloom.participants.queries import newly_asked, place_in_line, places_of
from peerloom.partnerships.queries import next_meetings, partnerships_of, seen_by
from peerloom.pulses.queries import open_for, token_of
from peerloom.web.access import person_of


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """My partnerships and my places."""
    person = person_of(request)
    places = list(places_of(person))
    roles = roles_of(person)
    if not places and roles & {"manager", "admin"}:
        return redirect("manage")
    if not places and "sponsor" in roles:
        return redirect("results")
    unfinished = [
        p for p in places if p.state in (Participant.State.INVITED, Participant.State.APPLYING)
    ]
    ahead = next_meetings(person)
    views = [(seen_by(p, person), ahead.get(p.pk)) for p in partnerships_of(person)]
    words = {
        "partnerships": views,
        "unfinished": unfinished,
        "pulses": [(reply, token_of(reply)) for reply in open_for(person)],
        "waiting": [p for p in places if p.state == Participant.State.LOOKING],
        "to_choose": [
            p for p in places if p.state == Participant.State.LOOKING and p.short_list.exists()
        ],
        "paused": [p for p in places if p.state == Participant.State.PAUSED],
        "in_line": [
            (p, place_in_line(p), Ticket.objects.filter(participant=p).first())
            for p in places
            if p.state == Participant.State.WAITING
        ],
        "looking": [p for p in places if p.state in TAKING_PART],
        "goals": [g for p in places for g in p.goals.all()],
        "places": places,
        "to_cross": [p for p in places if p.applied_at and newly_asked(p)],
    }
    return render(request, "participant/home.html", words)
