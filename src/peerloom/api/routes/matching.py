"""Matching: solve, review, publish."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from peerloom.api.calls import Token, by
from peerloom.api.finders import managed, one_round, solved_round
from peerloom.api.problems import Problem
from peerloom.api.shapes import (
    JobShown,
    Line,
    Listed,
    OneOf,
    Page,
    Sent,
    Shown,
    Yes,
    job_shown,
    listed,
)
from peerloom.core import jobs
from peerloom.core.audit import saw
from peerloom.rounds import actions, queries
from peerloom.rounds.errors import RoundNotReady
from peerloom.rounds.models import MatchingRound

router = Router(auth=Token("matching"), tags=["matching"])


class RoundShown(Shown):
    """A round."""

    id: int
    number: int
    state: str = Field(examples=["ready"])
    created_at: datetime
    published_at: datetime | None
    job: JobShown | None
    publication: JobShown | None = Field(
        description="Opens the partnerships of a large round, some at a time."
    )
    figures: dict[str, Any] = Field(
        examples=[{"placed": 200, "people": 200, "mean": 0.71, "lowest": 0.42, "proven": True}]
    )


def round_shown(one: MatchingRound) -> dict[str, Any]:
    """A round as it is answered."""
    names = ("id", "number", "state", "created_at", "published_at")
    return {n: getattr(one, n) for n in names} | {
        "job": job_shown(one.job),
        "publication": job_shown(one.publication),
        "figures": queries.round_figures(one),
    }


@router.get("{int:program_id}/rounds", response=Listed[RoundShown], summary="Rounds")
def rounds(
    request: HttpRequest,
    program_id: int,
    page: Query[Page],
    state: Query[Annotated[str, OneOf(MatchingRound.State.values)] | None] = None,
) -> Any:
    """First to last."""
    found = managed(request, program_id).rounds.select_related("job", "publication")
    return listed(found.filter(state=state) if state else found, page, round_shown)


@router.post("{int:program_id}/rounds", response={202: RoundShown}, summary="Solve a new round")
def start(request: HttpRequest, program_id: int) -> Any:
    """In the background; nothing is said to anybody before it is published."""
    return Status(
        202, round_shown(actions.start_round(managed(request, program_id), by=by(request)))
    )


class ComparedShown(Shown):
    """A figure of two rounds."""

    name: str
    first: str
    second: str


@router.get(
    "{int:program_id}/rounds/compare",
    response=list[ComparedShown],
    summary="Two solved rounds side by side",
)
def compare(request: HttpRequest, program_id: int, first: Query[int], second: Query[int]) -> Any:
    """By their numbers."""
    known = {r.number: r for r in queries.comparable_rounds(managed(request, program_id))}
    if first not in known or second not in known:
        raise Problem(404, "not-found", "Both have to be solved rounds of the program.")
    return queries.compare_rounds(known[first], known[second])


class AskSent(Sent):
    """How people are shown to each other."""

    named: Yes = Field(False, description="With their names.")


@router.post(
    "{int:program_id}/rounds/short-lists",
    response={202: JobShown},
    summary="Send short lists to rank",
)
def ask(request: HttpRequest, program_id: int, said: AskSent) -> Any:
    """To those who look for a peer."""
    job = actions.ask_for_voices(managed(request, program_id), named=said.named, by=by(request))
    return Status(202, job_shown(job))


@router.get(
    "{int:program_id}/rounds/short-lists", response=JobShown, summary="How far the short lists are"
)
def asking(request: HttpRequest, program_id: int) -> Any:
    """404 where none were asked for."""
    job = queries.short_list_job(managed(request, program_id))
    if job is None:
        raise Problem(404, "not-found", "No short lists were asked for.")
    return job_shown(job)


@router.get("{int:program_id}/rounds/{int:round_id}", response=RoundShown, summary="A round")
def show(request: HttpRequest, program_id: int, round_id: int) -> Any:
    """How far it is, and how good."""
    return round_shown(one_round(request, program_id, round_id))


@router.post(
    "{int:program_id}/rounds/{int:round_id}/again",
    response={202: RoundShown},
    summary="Solve again",
)
def again(request: HttpRequest, program_id: int, round_id: int) -> Any:
    """With pins and pairs kept apart."""
    found = one_round(request, program_id, round_id)
    return Status(202, round_shown(actions.solve_again(found, by=by(request))))


@router.post(
    "{int:program_id}/rounds/{int:round_id}/cancel", response=RoundShown, summary="Stop the solve"
)
def cancel(request: HttpRequest, program_id: int, round_id: int) -> Any:
    """Nothing is changed."""
    found = one_round(request, program_id, round_id)
    if found.job:
        jobs.cancel(found.job)
    return round_shown(one_round(request, program_id, round_id))


class LetterShown(Shown):
    """A letter that would go."""

    to: str
    subject: str
    text: str


@router.get(
    "{int:program_id}/rounds/{int:round_id}/letters",
    response=list[LetterShown],
    summary="Letters before they go",
)
def letters(request: HttpRequest, program_id: int, round_id: int) -> Any:
    """Some of the introductions, as they would be sent."""
    return actions.preview_letters(solved_round(request, program_id, round_id), by=by(request))


@router.post(
    "{int:program_id}/rounds/{int:round_id}/publish",
    response={200: RoundShown, 202: RoundShown},
    summary="Publish",
)
def publish(request: HttpRequest, program_id: int, round_id: int) -> Any:
    """Once; the introductions go out. A large round is published in the background (202)."""
    found = one_round(request, program_id, round_id)
    published = actions.publish_round(found, by=by(request))
    goes_on = published.state == MatchingRound.State.PUBLISHING
    return Status(202 if goes_on else 200, round_shown(published))


class CheckShown(Shown):
    """What the independent checker found."""

    holds: bool
    problems: list[str]


@router.get(
    "{int:program_id}/rounds/{int:round_id}/check",
    response=CheckShown,
    summary="Check the round independently",
)
def check(request: HttpRequest, program_id: int, round_id: int) -> Any:
    """Every must-have holds, and no better pairs exist."""
    found = one_round(request, program_id, round_id)
    if not found.result:
        raise RoundNotReady("The round is not solved.")
    problems = queries.check_round(found)
    return {"holds": not problems, "problems": problems}


class RoundGroupShown(Shown):
    """A group of people in the round."""

    name: str
    people: int
    placed: float
    satisfaction: float | None
    flagged: bool


class AuditShown(Shown):
    """Share placed and satisfaction by group; small groups are hidden."""

    groups: list[RoundGroupShown]
    hidden: int


@router.get(
    "{int:program_id}/rounds/{int:round_id}/audit",
    response=AuditShown,
    summary="Fairness by what people answered",
)
def audit(request: HttpRequest, program_id: int, round_id: int, question: Query[Line]) -> Any:
    """By the key of a question with one choice that is not sensitive."""
    found = one_round(request, program_id, round_id)
    asked = {q.key: q for q in queries.audit_choices(found.program)}
    if not found.result or found.parted_at or question not in asked:
        raise Problem(404, "not-found", f"Fairness can be looked at by: {', '.join(asked)}.")
    return queries.round_audit(found, asked[question], by(request))


@router.get(
    "{int:program_id}/rounds/{int:round_id}/data",
    response=dict[str, Any],
    summary="The whole round, to verify",
)
def data(request: HttpRequest, program_id: int, round_id: int) -> Any:
    """`round.json` for the command; with answers for the matching alone, admins' only."""
    found = one_round(request, program_id, round_id)
    if not queries.may_be_taken(found, by(request)):
        raise Problem(404, "not-found", "The round cannot be taken as data.")
    organisation = found.program.organisation_id
    saw(by(request), found, organisation_id=organisation, verb="took data of")
    return found.result
