"""People of a program: bring them in, see them, change their places."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from peerloom.api.calls import Token, by
from peerloom.api.finders import managed, of_team, one_person
from peerloom.api.problems import Problem
from peerloom.api.shapes import (
    Done,
    Email,
    Line,
    Listed,
    OneOf,
    Page,
    Sent,
    Shown,
    Text,
    Whole,
    Words,
    Yes,
    done,
    listed,
)
from peerloom.core.audit import saw
from peerloom.participants import actions, queries
from peerloom.participants.models import Observation, Participant
from peerloom.partnerships.queries import partnerships_in, rhythms
from peerloom.programs.models import Question
from peerloom.programs.queries import looked_after

router = Router(auth=Token("people"), tags=["people"])
State = Annotated[str, OneOf(Participant.State.values)]


class PersonShown(Shown):
    """Somebody's place in a program."""

    id: int
    name: str = Field(examples=["Ada Okafor"])
    email: str = Field(examples=["ada@example.org"])
    organisation: str = Field(examples=["loomworks"])
    state: str = Field(examples=["looking"])
    created_at: datetime
    invited_at: datetime | None
    applied_at: datetime | None
    rounds_waited: int


def _shown(p: Participant) -> dict[str, Any]:
    names = ("id", "state", "created_at", "invited_at", "applied_at", "rounds_waited")
    return {n: getattr(p, n) for n in names} | {
        "name": p.person.name,
        "email": p.person.email,
        "organisation": p.organisation.slug,
    }


class PeopleChosen(BaseModel):
    """Which people."""

    search: str = Field("", max_length=80, description="Part of a name or an address.")
    state: State | None = None


@router.get(
    "{int:program_id}/people", response=Listed[PersonShown], summary="People whom one looks after"
)
def people(
    request: HttpRequest, program_id: int, page: Query[Page], chosen: Query[PeopleChosen]
) -> Any:
    """Noted in the log as seen."""
    found = of_team(request, program_id)
    saw(by(request), found, organisation_id=found.organisation_id, verb="saw people of")
    rows = queries.people_in(
        found, by(request), search=chosen.search.strip(), state=chosen.state or ""
    )
    return listed(rows, page, _shown)


class PersonSent(Sent):
    """One person."""

    email: Email = Field(examples=["ada@example.org"])
    name: Line = Field("", max_length=120, examples=["Ada Okafor"])


@router.post("{int:program_id}/people", response={201: PersonShown}, summary="Invite one person")
def add_person(request: HttpRequest, program_id: int, said: PersonSent) -> Any:
    """Somebody who has a place keeps it as it is."""
    found = of_team(request, program_id)
    made = actions.add_person(found, email=said.email, name=said.name, by=by(request))
    return Status(201, _shown(made))


class RowSent(Sent):
    """A person as another system knows them."""

    email: Line = Field(max_length=254, examples=["ada@example.org"])
    name: Line = Field("", max_length=120, examples=["Ada Okafor"])
    time_zone: Line = Field("", examples=["Africa/Lagos"])
    answers: dict[Words, Text] = Field({}, examples=[{"offers": "Python; SQL", "wants": "hiring"}])


class UpsertSent(Sent):
    """People to bring in or change."""

    people: list[RowSent] = Field(min_length=1, max_length=actions.MOST_ROWS)
    looking: Yes = Field(
        False, description="New people look for a peer; else they are to be invited."
    )
    dry_run: Yes = Field(False, description="Only say what would become of each.")


class FateShown(Shown):
    """What became of a row."""

    row: int = Field(examples=[1])
    email: str
    fate: str = Field(examples=["new"], description="new, changed, unchanged or refused")
    why: list[str]


class UpsertShown(Shown):
    """What became of the rows."""

    written: bool
    new: int
    changed: int
    unchanged: int
    refused: int
    rows: list[FateShown] = Field(description="Those that something is to be said of.")


@router.post(
    "{int:program_id}/people/upsert",
    response=UpsertShown,
    summary="Bring many people in, or change them",
)
def upsert(request: HttpRequest, program_id: int, said: UpsertSent) -> Any:
    """For systems of record (HRIS): send all of them again and again; who is not sent stays.

    A row that is refused keeps no other from being written. Answers by the key of their question.
    """
    found = of_team(request, program_id)
    asked = set(found.asked.values_list("key", flat=True))
    for k, row in enumerate(said.people, 1):
        if unknown := sorted(set(row.answers) - asked):
            raise Problem(
                422, "invalid", f"Row {k}: the program does not ask {', '.join(unknown)}. "
                "Nothing was written."
            )  # fmt: skip
    rows = [
        {"email": r.email, "name": r.name, "time_zone": r.time_zone, **r.answers}
        for r in said.people
    ]
    fates = actions.upsert_people(
        found, rows, looking=said.looking, dry_run=said.dry_run, by=by(request)
    )
    counts = {
        kind: sum(f.fate == kind for f in fates)
        for kind in ("new", "changed", "unchanged", "refused")
    }
    told = [{"row": f.line, "email": f.email, "fate": f.fate, "why": f.why} for f in fates if f.why]
    return counts | {"written": not said.dry_run, "rows": told}


@router.post(
    "{int:program_id}/people/invite",
    response=Done,
    summary="Invite all who have a place and no letter",
)
def invite(request: HttpRequest, program_id: int) -> Any:
    """Nobody gets the same letter twice."""
    found = of_team(request, program_id)
    invited = queries.people_of(found, by(request)).filter(state=Participant.State.INVITED)
    return done(actions.invite(found, list(invited), by=by(request)))


@router.post(
    "{int:program_id}/people/remind", response=Done, summary="Remind those who have not begun"
)
def remind(request: HttpRequest, program_id: int) -> Any:
    """Invited a week ago and more; nobody is reminded twice."""
    return done(actions.remind(of_team(request, program_id), by=by(request)))


class PlacesSent(Sent):
    """How many may take part."""

    places: Whole | None = Field(ge=2, le=1_000_000, examples=[200])
    reminds: Yes = Field(True, description="Those who have not begun are reminded by themselves.")


@router.put("{int:program_id}/places", response=Done, summary="Say how many may take part")
def places(request: HttpRequest, program_id: int, said: PlacesSent) -> Any:
    """`count`: how many came off the waiting list."""
    found = managed(request, program_id)
    actions.remind_by_itself(found, said.reminds, by=by(request))
    return done(actions.set_places(found, said.places, by=by(request)))


class PersonAnswerShown(Shown):
    """An answer that a manager may see."""

    key: str
    question: str
    answer: str


class ObservationShown(Shown):
    """What a manager noticed."""

    id: int
    kind: str = Field(examples=["strengths"])
    text: str
    tag: str
    made_on: date


class WholePerson(PersonShown):
    """Somebody with answers and observations."""

    answers: list[PersonAnswerShown]
    observations: list[ObservationShown]


@router.get(
    "{int:program_id}/people/{int:participant_id}", response=WholePerson, summary="One person"
)
def person(request: HttpRequest, program_id: int, participant_id: int) -> Any:
    """Answers that a manager may see. Noted in the log, for the person to read."""
    found = one_person(request, program_id, participant_id)
    saw(by(request), found, organisation_id=found.organisation_id)
    return _shown(found) | {
        "answers": [
            {"key": a.question.key, "question": a.question.label, "answer": a.cell}
            for a in queries.answers_of(found, seen_by=Question.Seen.MANAGER)
        ],
        "observations": list(found.observations.all()),
    }


@router.post(
    "{int:program_id}/people/{int:participant_id}/decline",
    response=PersonShown,
    summary="Decline somebody",
)
def decline(request: HttpRequest, program_id: int, participant_id: int) -> Any:
    """Not this time, with kind words."""
    found = one_person(request, program_id, participant_id)
    return _shown(actions.decline(found, by=by(request)))


class ObservationSent(Sent):
    """What a manager noticed."""

    kind: Annotated[str, OneOf(Observation.Kind.values)] = Field(examples=["strengths"])
    text: Words = Field(max_length=1000, examples=["Explains calmly."])
    tag: Line = Field("", max_length=60, examples=["calm"], description="Read by the matching.")
    made_on: date | None = Field(None, examples=["2026-11-20"])


@router.post(
    "{int:program_id}/people/{int:participant_id}/observations",
    response={201: ObservationShown},
    summary="Keep what one noticed",
)
def observe(
    request: HttpRequest, program_id: int, participant_id: int, said: ObservationSent
) -> Any:
    """For oneself and other managers."""
    found = one_person(request, program_id, participant_id)
    given = said.model_dump() | {"made_on": said.made_on or timezone.localdate()}
    return Status(201, actions.observe(found, by=by(request), **given))


@router.delete(
    "{int:program_id}/people/{int:participant_id}/observations/{int:observation_id}",
    response={204: None},
    summary="Delete what one noticed",
)
def unobserve(
    request: HttpRequest, program_id: int, participant_id: int, observation_id: int
) -> Any:
    """For good."""
    mine = one_person(request, program_id, participant_id).observations
    found = get_object_or_404(mine.select_related("participant__program"), pk=observation_id)
    actions.remove_observation(found, by=by(request))
    return Status(204, None)


class TogetherShown(Shown):
    """Who is together since when: process only."""

    id: int
    state: str
    opened_at: datetime
    ended_at: datetime | None
    people: list[str] = Field(examples=[["Ada Okafor", "somebody of Harbour"]])
    participants: list[int]
    held: int
    last: datetime | None
    answered: int


@router.get(
    "{int:program_id}/partnerships",
    response=Listed[TogetherShown],
    summary="Who is together since when",
)
def partnerships(request: HttpRequest, program_id: int, page: Query[Page]) -> Any:
    """How often they met; nothing of what they said."""
    found = of_team(request, program_id)
    saw(by(request), found, organisation_id=found.organisation_id, verb="saw partnerships of")
    own = looked_after(found, by(request))
    part = listed(partnerships_in(found, by(request)), page)
    known = rhythms(found, part["items"])

    def shown(p: Any) -> dict[str, Any]:
        faces = [queries.face_of(one.participant, own) for one in p.parts.all()]
        rhythm = known[p.pk]
        return {
            **{n: getattr(p, n) for n in ("id", "state", "opened_at", "ended_at")},
            **{n: getattr(rhythm, n) for n in ("held", "last", "answered")},
            "people": [f.name for f in faces],
            "participants": [f.pk for f in faces],
        }

    return part | {"items": [shown(p) for p in part["items"]]}
