"""One's journey: goals, what one learned, thanks; and pulses to answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field

from peerloom.api.calls import Token, by
from peerloom.api.shapes import Done, OneOf, Sent, Shown, Text, Whole, Words, done
from peerloom.participants.models import Goal
from peerloom.partnerships import actions, queries
from peerloom.partnerships.models import LearningMoment, Thanks
from peerloom.partnerships.queries import LEVELS
from peerloom.pulses.actions import answer
from peerloom.pulses.queries import asks, open_for

router = Router(auth=Token("self"), tags=["journey"])


class GoalMarked(Shown):
    """A goal and where it stands."""

    id: int
    text: str
    level: int | None = Field(description="-2 to 2, see goal attainment scaling.")
    marks: list[int]


class MomentShown(Shown):
    """Something learned."""

    id: int
    text: str
    shared: str = Field(examples=["partners"])
    made_at: datetime


class ThanksShown(Shown):
    """A thank-you."""

    id: int
    text: str
    who: str
    shown: str = Field(examples=["nobody"])


class JourneyShown(Shown):
    """What came of it so far."""

    goals: list[GoalMarked]
    moments: list[MomentShown]
    thanks: list[ThanksShown]
    meetings: list[datetime]
    partnerships: int


@router.get("journey", response=JourneyShown, summary="One's journey")
def journey(request: HttpRequest) -> Any:
    """Goals, moments, thanks, meetings."""
    found = queries.journey_of(by(request))
    return {
        "goals": [
            {"id": g.goal.pk, "text": g.goal.text, "level": g.level,
             "marks": [m.level for m in g.marks]}
            for g in found.goals
        ],
        "moments": [
            {"id": m.moment.pk, "text": m.text, "shared": m.moment.shared,
             "made_at": m.moment.made_at}
            for m in found.moments
        ],
        "thanks": [
            {"id": t.thanks.pk, "text": t.text, "who": t.who, "shown": t.thanks.shown}
            for t in found.thanks
        ],
        "meetings": found.meetings,
        "partnerships": found.partnerships,
    }  # fmt: skip


class MarkSent(Sent):
    """Where a goal stands."""

    level: Whole = Field(ge=min(LEVELS), le=max(LEVELS), examples=[0])


@router.post("goals/{int:goal_id}/marks", response={201: Done}, summary="Mark a goal")
def mark(request: HttpRequest, goal_id: int, said: MarkSent) -> Any:
    """Where it stands now."""
    mine = Goal.objects.filter(participant__person=by(request)).select_related("participant")
    actions.mark_goal(get_object_or_404(mine, pk=goal_id), said.level, by=by(request))
    return Status(201, done())


class SharedSent(Sent):
    """Who reads a learning moment."""

    shared: Annotated[str, OneOf(LearningMoment.Shared.values)] = Field(examples=["partners"])


def _moment(request: HttpRequest, moment_id: int) -> LearningMoment:
    mine = LearningMoment.objects.filter(owner__participant__person=by(request))
    found: LearningMoment = get_object_or_404(
        mine.select_related("owner__participant"), pk=moment_id
    )
    return found


@router.patch("moments/{int:moment_id}", response=Done, summary="Say who reads a learning moment")
def share(request: HttpRequest, moment_id: int, said: SharedSent) -> Any:
    """Nobody, partners, or the program's wall."""
    actions.share_learning(_moment(request, moment_id), said.shared, by=by(request))
    return done()


@router.delete("moments/{int:moment_id}", response={204: None}, summary="Delete a learning moment")
def forget(request: HttpRequest, moment_id: int) -> Any:
    """For good."""
    actions.forget_learning(_moment(request, moment_id), by=by(request))
    return Status(204, None)


class ShownSent(Sent):
    """Where a thank-you is shown."""

    shown: Annotated[str, OneOf(Thanks.Shown.values)] = Field(examples=["nobody"])


@router.patch("thanks/{int:thanks_id}", response=Done, summary="Say where a thank-you is shown")
def show_thanks(request: HttpRequest, thanks_id: int, said: ShownSent) -> Any:
    """That one got."""
    mine = Thanks.objects.filter(receiver__participant__person=by(request))
    found = get_object_or_404(mine.select_related("receiver__participant"), pk=thanks_id)
    actions.show_thanks(found, said.shown, by=by(request))
    return done()


class PulseItemShown(Shown):
    """A question of a pulse."""

    key: str
    text: str
    kind: str


class OpenPulseShown(Shown):
    """A pulse that is open for one."""

    id: int
    program_id: int
    items: list[PulseItemShown]


@router.get("pulses", response=list[OpenPulseShown], summary="Pulses to answer")
def pulses(request: HttpRequest) -> Any:
    """Those that are open."""
    return [
        {
            "id": r.pk,
            "program_id": r.pulse.program_id,
            "items": [{"key": i.key, "text": i.text, "kind": i.kind} for i in asks(r)],
        }
        for r in open_for(by(request))
    ]


class PulseAnswersSent(Sent):
    """Answers by key: 1 to 5, or words."""

    answers: dict[Words, Text] = Field(examples=[{"worth": "4"}])


@router.put("pulses/{int:reply_id}", response=Done, summary="Answer a pulse")
def answer_pulse(request: HttpRequest, reply_id: int, said: PulseAnswersSent) -> Any:
    """The last answer counts while it is open; what is not asked is left out."""
    mine = {r.pk: r for r in open_for(by(request))}
    if reply_id not in mine:
        raise Http404
    answer(mine[reply_id], said.answers, by=by(request))
    return done()
