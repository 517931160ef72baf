"""Results: figures with their intervals, counted when asked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from peerloom.accounts.rules import manages
from peerloom.api.calls import Token, by
from peerloom.api.finders import managed
from peerloom.api.problems import Problem
from peerloom.api.shapes import (
    Done,
    JobShown,
    Listed,
    OneOf,
    Page,
    Sent,
    Shown,
    done,
    job_shown,
    listed,
)
from peerloom.core.audit import saw
from peerloom.core.jobs import cancel
from peerloom.programs.actions import set_policy
from peerloom.programs.models import Program
from peerloom.pulses.queries import responses, words_in
from peerloom.results import actions
from peerloom.results.models import Subscription
from peerloom.results.queries import (
    FILES,
    PLOTS,
    Results,
    counting_of,
    lesson_of,
    plot_file,
    program_fairness,
    read_programs,
    results_of,
)

router = Router(auth=Token("results"), tags=["results"])


def as_file(*kinds: str) -> dict[str, Any]:
    """How an answer that is a file is described."""
    return {"description": "A file", "content": {kind.partition(";")[0]: {} for kind in kinds}}


class ReadProgramShown(Shown):
    """A program whose results one may read."""

    id: int
    name: str = Field(examples=["Across the harbour"])
    state: str = Field(examples=["running"])


@router.get("", response=Listed[ReadProgramShown], summary="Programs whose results one may read")
def programs(request: HttpRequest, page: Query[Page]) -> Any:
    """As manager, admin or sponsor."""
    return listed(read_programs(by(request)), page)


class FigureShown(Shown):
    """A figure; null where it cannot be counted or would tell of a few people."""

    key: str = Field(examples=["skill_growth"])
    name: str
    value: float | None
    low: float | None = Field(description="Of the 95 % interval.")
    high: float | None
    n: int
    of: int
    whom: str
    unit: str
    before: float | None
    after: float | None
    target: float | None
    baseline: float | None
    claim: str = Field(examples=["association"], description="What the figure can claim.")
    words: str
    missing: str = Field(description="Why there is no value.")
    hidden: bool


class ResultsShown(Shown):
    """Figures of a program as the caller may read them."""

    program_id: int
    organisation: str | None = Field(description="In a shared program: whose people alone.")
    taken_at: datetime | None
    figures: list[FigureShown]


def _results(request: HttpRequest, program_id: int) -> Results:
    program: Program = get_object_or_404(read_programs(by(request)), pk=program_id)
    return results_of(program, by(request))


def _run(request: HttpRequest, program_id: int) -> Program:
    found = _results(request, program_id).program
    if not manages(by(request), found.organisation_id):
        raise Http404
    return found


@router.get("{int:program_id}", response=ResultsShown, summary="The figures")
def show(request: HttpRequest, program_id: int) -> Any:
    """Each with its interval, what it means, and what it can claim."""
    found = _results(request, program_id)
    return {
        "program_id": found.program.pk,
        "organisation": found.organisation.slug if found.organisation else None,
        "taken_at": found.taken_at,
        "figures": found.figures,
    }


@router.get(
    "{int:program_id}/files/{name}",
    summary="The figures as a file",
    openapi_extra={"responses": {200: as_file(*(f.content_type for f in FILES.values()))}},
)
def file(request: HttpRequest, program_id: int, name: Annotated[str, OneOf(FILES)]) -> HttpResponse:
    """A page, a report, tables."""
    found = FILES[name]
    return HttpResponse(found.make(_results(request, program_id)), content_type=found.content_type)


@router.get(
    "{int:program_id}/plots/{key}.{form}",
    summary="A figure's plot",
    openapi_extra={"responses": {200: as_file(*PLOTS.values())}},
)
def plot(
    request: HttpRequest,
    program_id: int,
    key: str,
    form: Annotated[str, OneOf(PLOTS)],
) -> HttpResponse:
    """As a picture."""
    figure = _results(request, program_id).figure(key)
    if figure is None or figure.value is None:
        raise Http404
    return HttpResponse(
        plot_file(figure, "png" if form == "png" else "svg"), content_type=PLOTS[form]
    )


@router.post("{int:program_id}/count", response={202: JobShown}, summary="Count them now")
def count(request: HttpRequest, program_id: int) -> Any:
    """In the background; for those who run the program."""
    found = _run(request, program_id)
    actions.start_counting(found, by=by(request))
    return Status(202, job_shown(counting_of(found)))


@router.get("{int:program_id}/count", response=JobShown, summary="How far the count is")
def counting(request: HttpRequest, program_id: int) -> Any:
    """404 where nothing was counted yet."""
    job = counting_of(_run(request, program_id))
    if job is None:
        raise Problem(404, "not-found", "Nothing was counted yet.")
    return job_shown(job)


@router.delete("{int:program_id}/count", response={204: None}, summary="Stop the count")
def stop(request: HttpRequest, program_id: int) -> Any:
    """The figures stay as they were."""
    job = counting_of(_run(request, program_id))
    if job:
        cancel(job)
    return Status(204, None)


class MailSent(Sent):
    """How often they come by mail."""

    every: Annotated[str, OneOf(Subscription.Every.values)] | None = Field(examples=["month"])


@router.put("{int:program_id}/mail", response=Done, summary="Get them by mail, or no more")
def mail(request: HttpRequest, program_id: int, said: MailSent) -> Any:
    """Every week or month; null: no more."""
    found = _results(request, program_id).program
    if said.every:
        actions.subscribe(found, every=said.every, by=by(request))
    else:
        actions.unsubscribe(found, by=by(request))
    return done()


class ResponseShown(Shown):
    """How many answered a pulse."""

    pulse_id: int
    moment: str
    open: bool
    asked: int
    answered: int


@router.get("{int:program_id}/pulses", response=list[ResponseShown], summary="Who answers pulses")
def pulses(request: HttpRequest, program_id: int) -> Any:
    """Counts alone; for those who run the program."""
    return [
        {"pulse_id": r.pulse.pk, "moment": r.pulse.moment, "open": r.open, "asked": r.asked,
         "answered": r.answered}
        for r in responses(_run(request, program_id))
    ]  # fmt: skip


class WordsShown(Shown):
    """What people wrote in a pulse, without whose words they are."""

    pulse_id: int
    words: list[str]


@router.get("{int:program_id}/said", response=list[WordsShown], summary="In people's own words")
def said_(request: HttpRequest, program_id: int) -> Any:
    """Without whose they are; for those who run the program."""
    found = managed(request, program_id)
    saw(by(request), found, organisation_id=found.organisation_id, verb="saw words of")
    return [{"pulse_id": pulse.pk, "words": words} for pulse, words in words_in(found)]


class FairGroupShown(Shown):
    """A group over all published rounds."""

    by: str
    name: str
    people: int
    placed: float
    satisfaction: float | None
    flagged: bool


@router.get("{int:program_id}/fairness", response=list[FairGroupShown], summary="Fairness by group")
def fairness(request: HttpRequest, program_id: int) -> Any:
    """Share placed and satisfaction over all published rounds; small groups are hidden."""
    names = ("name", "people", "placed", "satisfaction", "flagged")
    return [
        {"by": one.by, **{n: getattr(g, n) for n in names}}
        for one in program_fairness(managed(request, program_id))
        for g in one.audit.groups
    ]


class LessonShown(Shown):
    """What the rounds teach for the next one."""

    suggested: dict[str, Any] | None = Field(description="A policy; null: nothing is suggested.")


@router.get("{int:program_id}/lesson", response=LessonShown, summary="What the rounds teach")
def lesson(request: HttpRequest, program_id: int) -> Any:
    """A policy that follows from which criteria went along with good partnerships."""
    return {"suggested": lesson_of(managed(request, program_id)).suggested}


@router.post("{int:program_id}/lesson", response=LessonShown, summary="Take the suggestion over")
def take_lesson(request: HttpRequest, program_id: int) -> Any:
    """Rounds already solved keep the policy they had."""
    found = managed(request, program_id)
    suggested = lesson_of(found).suggested
    if suggested is None:
        raise Problem(409, "conflict", "There is nothing to change (any more).")
    set_policy(found, suggested, by=by(request))
    return {"suggested": suggested}
