"""People of a program: the list, one person, invitations, partnerships."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peerloom.accounts.actions import read_records
from peerloom.accounts.errors import RecordsRefused
from peerloom.core.audit import saw
from peerloom.core.words import counted
from peerloom.participants.actions import (
    add_person,
    decline,
    invite,
    observe,
    remind,
    remind_by_itself,
    remove_observation,
    set_places,
    to_remind,
)
from peerloom.participants.errors import ParticipantsError
from peerloom.participants.models import Participant
from peerloom.participants.queries import (
    answers_of,
    count_states,
    face_of,
    people_in,
    people_of,
    reach,
    tags_in,
)
from peerloom.partnerships.queries import partnerships_in, rhythms
from peerloom.programs.models import Program, Question
from peerloom.programs.queries import looked_after, side_of
from peerloom.web.access import for_manager, for_team, person_of
from peerloom.web.forms.manager import ObservationForm, OnePerson, Places, Records

A_PAGE = 50


@require_safe
@for_team
def index(request: HttpRequest, program: Program) -> HttpResponse:
    """Search and filter."""
    search, state = request.GET.get("search", "").strip()[:80], request.GET.get("state", "")
    state = state if state in Participant.State.values else ""
    person = person_of(request)
    saw(person, program, organisation_id=program.organisation_id, verb="saw people of")
    counts = count_states(program, looked_after(program, person))
    page = Paginator(people_in(program, person, search=search, state=state), A_PAGE).get_page(
        request.GET.get("page")
    )
    words = {
        "program": program,
        "page": page,
        "search": search,
        "one": OnePerson(),
        "places": Places(initial={"places": program.places, "reminds": program.reminds}),
        "to_remind": len(to_remind(program, person)),
        "state": state,
        "states": [(k, v, counts[k]) for k, v in Participant.State.choices if counts[k]],
    }
    return render(request, "manager/people.html", words)


@require_safe
@for_team
def show(request: HttpRequest, program: Program, participant_id: int) -> HttpResponse:
    """One person's answers, those a manager may see, and observations."""
    person = person_of(request)
    participant = get_object_or_404(people_of(program, person), pk=participant_id)
    saw(person, participant, organisation_id=participant.organisation_id)
    return _person(request, program, participant_id)


def _person(
    request: HttpRequest, program: Program, participant_id: int, form: Any = None
) -> HttpResponse:
    person = person_of(request)
    participant = get_object_or_404(people_of(program, person), pk=participant_id)
    words = {
        "program": program,
        "participant": participant,
        "answers": answers_of(participant, seen_by=Question.Seen.MANAGER),
        "observations": participant.observations.select_related("author"),
        "form": form or ObservationForm(initial={"made_on": timezone.localdate()}),
        "tags": tags_in(program, person),
        "read": any(c["kind"] == "observed" for c in program.policy.get("criterion", [])),
    }
    return render(request, "manager/participant.html", words, status=422 if form else 200)


@require_POST
@for_team
def observe_person(request: HttpRequest, program: Program, participant_id: int) -> HttpResponse:
    """Keep what the manager noticed about somebody."""
    participant = get_object_or_404(people_of(program, person_of(request)), pk=participant_id)
    form = ObservationForm(request.POST)
    if not form.is_valid():
        return _person(request, program, participant_id, form)
    observe(participant, by=person_of(request), **form.cleaned_data)
    messages.success(request, _("Kept. It is yours and other managers' to read."))
    return redirect("participant", program.pk, participant.pk)


@require_POST
@for_team
def unobserve(
    request: HttpRequest, program: Program, participant_id: int, observation_id: int
) -> HttpResponse:
    """Delete what was noticed."""
    participant = get_object_or_404(people_of(program, person_of(request)), pk=participant_id)
    mine = participant.observations.select_related("participant__program")
    remove_observation(get_object_or_404(mine, pk=observation_id), by=person_of(request))
    return redirect("participant", program.pk, participant.pk)


@require_POST
@for_team
def invite_all(request: HttpRequest, program: Program) -> HttpResponse:
    """Send an invitation to everybody who has a place and none yet."""
    person = person_of(request)
    people = people_of(program, person).filter(state=Participant.State.INVITED)
    count = invite(program, list(people), by=person)
    messages.success(
        request,
        ngettext(
            "{count} invitation is on its way; nobody gets the same one twice.",
            "{count} invitations are on their way; nobody gets the same one twice.",
            count,
        ).format(count=count),
    )
    return redirect("people", program.pk)


@require_POST
@for_team
def add(request: HttpRequest, program: Program) -> HttpResponse:
    """Invite one person by address."""
    form = OnePerson(request.POST)
    if form.is_valid():
        place = add_person(program, by=person_of(request), **form.cleaned_data)
        if place.state == Participant.State.INVITED:
            messages.success(
                request, _("{place} is invited; the letter is on its way.").format(place=place)
            )
        else:
            messages.success(
                request,
                _("{place} has a place here already; nothing was changed.").format(place=place),
            )
    else:
        messages.error(request, _("That is not an e-mail address; nobody was invited."))
    return redirect("people", program.pk)


@require_POST
@for_team
def remind_all(request: HttpRequest, program: Program) -> HttpResponse:
    """Remind those who were invited a week ago and have not begun."""
    count = remind(program, by=person_of(request))
    messages.success(
        request,
        ngettext(
            "{count} reminder is on its way; nobody is reminded twice.",
            "{count} reminders are on their way; nobody is reminded twice.",
            count,
        ).format(count=count),
    )
    return redirect("people", program.pk)


@require_POST
@for_manager
def places(request: HttpRequest, program: Program) -> HttpResponse:
    """Say how many may take part."""
    form = Places(request.POST)
    if form.is_valid():
        person = person_of(request)
        remind_by_itself(program, form.cleaned_data["reminds"], by=person)
        moved = set_places(program, form.cleaned_data["places"], by=person)
        came = ngettext(
            "{moved} came off the waiting list and hears of it.",
            "{moved} came off the waiting list and hear of it.",
            moved,
        ).format(moved=moved)
        saved = _("Saved.")
        messages.success(request, f"{saved} {came}" if moved else saved)
    else:
        messages.error(request, _("That is not a number of people from 2 on; nothing was changed."))
    return redirect("people", program.pk)


@require_POST
@for_team
def decline_person(request: HttpRequest, program: Program, participant_id: int) -> HttpResponse:
    """Not this time, with kind words."""
    participant = get_object_or_404(people_of(program, person_of(request)), pk=participant_id)
    try:
        decline(participant, by=person_of(request))
    except ParticipantsError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("{participant} is declined; a kind letter is on its way.").format(
                participant=participant
            ),
        )
    return redirect("participant", program.pk, participant.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_team
def reached(request: HttpRequest, program: Program) -> HttpResponse:
    """Whom recruitment reaches and misses; the organisation's people to hold it against."""
    form = Records(request.POST or None, request.FILES or None)
    organisation = side_of(program, person_of(request)) or program.organisation
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            read = read_records(organisation, content, by=person_of(request))
        except RecordsRefused as error:
            problems = error.problems
        else:
            messages.success(
                request,
                _("{new} new, {changed} changed, {same} as they were.").format(
                    new=counted(read.new), changed=counted(read.changed), same=counted(read.same)
                ),
            )
            return redirect("reach", program.pk)
    found = reach(program, organisation)
    words = {"program": program, "reach": found, "form": form, "problems": problems}
    return render(request, "manager/reach.html", words, status=422 if problems else 200)


@require_safe
@for_team
def partnerships(request: HttpRequest, program: Program) -> HttpResponse:
    """Who is together since when: process only."""
    person = person_of(request)
    saw(person, program, organisation_id=program.organisation_id, verb="saw partnerships of")
    own = looked_after(program, person)
    page = Paginator(partnerships_in(program, person), A_PAGE).get_page(request.GET.get("page"))
    together = list(page)
    known = rhythms(program, together)
    rows = [
        (p, [face_of(part.participant, own) for part in p.parts.all()], known[p.pk])
        for p in together
    ]
    words = {"program": program, "page": page, "rows": rows}
    return render(request, "manager/partnerships.html", words)
