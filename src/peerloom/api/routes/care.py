"""The care desk: who needs help, partners for those who wait."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from peerloom.api.calls import Token, by
from peerloom.api.finders import managed, of_team
from peerloom.api.problems import Problem
from peerloom.api.shapes import (
    Done,
    JobShown,
    Listed,
    OneOf,
    Page,
    Sent,
    Shown,
    Whole,
    Words,
    Yes,
    done,
    job_shown,
    listed,
)
from peerloom.care import actions, queries
from peerloom.care.models import Repairing, SupportRequest
from peerloom.core.audit import saw
from peerloom.programs.queries import looked_after

router = Router(auth=Token("care"), tags=["care"])


class CaseShown(Shown):
    """Partners who could use help."""

    id: int
    state: str = Field(examples=["new"])
    people: list[str]
    reasons: list[str]
    tried: list[str] = Field(description="What was said to them so far.")
    named: list[str] = Field(description="Those who asked and would like to be known.")
    told: str
    held: int
    made_at: datetime
    closed_at: datetime | None
    outcome: str


def _case(case: queries.Case) -> dict[str, Any]:
    names = ("id", "state", "told", "made_at", "closed_at", "outcome")
    return {n: getattr(case.request, n) for n in names} | {
        "people": [f.name for f in case.people],
        "reasons": case.reasons,
        "tried": [f"{day}: {what}" for day, what in case.tried],
        "named": case.named,
        "held": case.held,
    }


@router.get(
    "{int:program_id}/care/requests", response=Listed[CaseShown], summary="Who needs help, and why"
)
def requests(
    request: HttpRequest, program_id: int, page: Query[Page],
    state: Query[Annotated[str, OneOf(SupportRequest.State.values)] | None] = None,
) -> Any:  # fmt: skip
    """Nothing of what partners said to each other."""
    found = of_team(request, program_id)
    saw(by(request), found, organisation_id=found.organisation_id, verb="saw care of")
    rows = queries.requests_in(found, by(request))
    part = listed(rows.filter(state=state) if state else rows, page)
    own = looked_after(found, by(request))
    return part | {"items": [_case(c) for c in queries.request_views(part["items"], own)]}


def _one(request: HttpRequest, program_id: int, request_id: int) -> SupportRequest:
    mine = queries.requests_in(of_team(request, program_id), by(request))
    found: SupportRequest = get_object_or_404(mine, pk=request_id)
    return found


def _answer(request: HttpRequest, program_id: int, request_id: int) -> dict[str, Any]:
    found = _one(request, program_id, request_id)
    return _case(queries.case_of(found, looked_after(found.partnership.program, by(request))))


@router.get(
    "{int:program_id}/care/requests/{int:request_id}", response=CaseShown, summary="One request"
)
def show(request: HttpRequest, program_id: int, request_id: int) -> Any:
    """Noted in the log as seen."""
    found = _one(request, program_id, request_id)
    organisation = found.partnership.program.organisation_id
    saw(by(request), found, organisation_id=organisation)
    return _answer(request, program_id, request_id)


@router.post(
    "{int:program_id}/care/requests/{int:request_id}/take",
    response=CaseShown,
    summary="Take it in hand",
)
def take(request: HttpRequest, program_id: int, request_id: int) -> Any:
    """Others see that it is."""
    actions.take_in_hand(_one(request, program_id, request_id), by=by(request))
    return _answer(request, program_id, request_id)


class CareNoteSent(Sent):
    """A note for managers."""

    text: Words = Field(max_length=2000, examples=["Called both; they talk on Friday."])


@router.post(
    "{int:program_id}/care/requests/{int:request_id}/notes",
    response={201: Done},
    summary="Note something",
)
def note(request: HttpRequest, program_id: int, request_id: int, said: CareNoteSent) -> Any:
    """For oneself and other managers."""
    actions.note_on(_one(request, program_id, request_id), said.text, by=by(request))
    return Status(201, done())


class CloseSent(Sent):
    """What came of it."""

    outcome: Annotated[str, OneOf(SupportRequest.Outcome.values)] = Field(examples=["go_on"])


@router.post(
    "{int:program_id}/care/requests/{int:request_id}/close",
    response=CaseShown,
    summary="Close a request",
)
def close(request: HttpRequest, program_id: int, request_id: int, said: CloseSent) -> Any:
    """With what came of it."""
    actions.close_request(_one(request, program_id, request_id), said.outcome, by=by(request))
    return _answer(request, program_id, request_id)


@router.post(
    "{int:program_id}/care/requests/{int:request_id}/reopen",
    response=CaseShown,
    summary="Open it again",
)
def reopen(request: HttpRequest, program_id: int, request_id: int) -> Any:
    """After all."""
    actions.reopen_request(_one(request, program_id, request_id), by=by(request))
    return _answer(request, program_id, request_id)


class WaitingShown(Shown):
    """Somebody who waits for a peer."""

    id: int
    name: str
    rounds: int = Field(description="Rounds waited.")
    had_one: bool


@router.get(
    "{int:program_id}/care/waiting", response=Listed[WaitingShown], summary="Who waits for a peer"
)
def waiting(request: HttpRequest, program_id: int, page: Query[Page]) -> Any:
    """Longest first."""
    found = of_team(request, program_id)
    saw(by(request), found, organisation_id=found.organisation_id, verb="saw care of")
    desk = queries.desk_of(found, by(request), most=10_000)
    return listed(
        desk.waiting,
        page,
        lambda w: {
            "id": w.participant.pk, "name": w.face.name, "rounds": w.rounds, "had_one": w.had_one
        },
    )  # fmt: skip


class WayShown(Shown):
    """A way to place those who wait."""

    number: int
    placed: int
    touched: int = Field(description="Partnerships that would change.")
    gain: float


class RepairingShown(Shown):
    """A look for partners."""

    state: str
    job: JobShown | None
    ways: list[WayShown]


def _repairing(request: HttpRequest, latest: Repairing | None) -> dict[str, Any]:
    if latest is None or latest.state == Repairing.State.DROPPED:
        raise Problem(404, "not-found", "No partners are looked for.")
    names = ("number", "placed", "touched", "gain")
    ways = queries.ways_of(latest, by(request))
    return {
        "state": latest.state,
        "job": job_shown(latest.job),
        "ways": [{n: getattr(w, n) for n in names} for w in ways],
    }


class LookSent(Sent):
    """How far it may reach."""

    others: Yes = Field(False, description="Also through partnerships that there are.")


@router.post(
    "{int:program_id}/care/repairing",
    response={202: RepairingShown},
    summary="Look for partners for those who wait",
)
def look(request: HttpRequest, program_id: int, said: LookSent) -> Any:
    """In the background."""
    found = managed(request, program_id)
    return Status(
        202,
        _repairing(request, actions.start_repairing(found, others=said.others, by=by(request))),
    )


@router.get(
    "{int:program_id}/care/repairing",
    response=RepairingShown,
    summary="Ways to place those who wait",
)
def repairing(request: HttpRequest, program_id: int) -> Any:
    """Each with what it would change for others."""
    return _repairing(request, queries.repairing_of(managed(request, program_id)))


def _latest(request: HttpRequest, program_id: int) -> Repairing:
    latest = queries.repairing_of(managed(request, program_id))
    if latest is None:
        raise Problem(404, "not-found", "No partners are looked for.")
    return latest


class TakeSent(Sent):
    """One of the ways."""

    way: Whole = Field(ge=0, le=1000, examples=[0])


@router.post("{int:program_id}/care/repairing/take", response=Done, summary="Take one of the ways")
def take_way(request: HttpRequest, program_id: int, said: TakeSent) -> Any:
    """`count`: people who have a peer, and were introduced."""
    return done(actions.take_way(_latest(request, program_id), said.way, by=by(request)))


@router.delete("{int:program_id}/care/repairing", response={204: None}, summary="Set it aside")
def drop(request: HttpRequest, program_id: int) -> Any:
    """Nothing is changed."""
    actions.drop_repairing(_latest(request, program_id), by=by(request))
    return Status(204, None)
