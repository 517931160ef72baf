"""One's places in programs: join, answer, goals, hours, wishes, leave."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from peerloom.api.calls import Token, by
from peerloom.api.finders import own_place
from peerloom.api.problems import Problem
from peerloom.api.shapes import (
    Line,
    Listed,
    Page,
    Sent,
    Shown,
    Text,
    Words,
    Yes,
    listed,
    one_of,
)
from peerloom.calendars.weekly import zone_names
from peerloom.participants.actions import (
    StatedGoal,
    apply,
    join,
    let_cross,
    save_answers,
    state_goals,
)
from peerloom.participants.models import Participant
from peerloom.participants.queries import (
    answers_of,
    asked_to_cross,
    place_in_line,
    places_of,
)
from peerloom.participants.reading import cell_problem
from peerloom.programs.models import Question
from peerloom.programs.queries import organisations_in, public_program

router = Router(auth=Token("self"), tags=["places"])
GOALS = 3


class PlaceShown(Shown):
    """A place in a program."""

    id: int
    program_id: int
    program: str = Field(examples=["Across the harbour"])
    state: str = Field(examples=["looking"])
    time_zone: str = Field(examples=["Europe/Paris"])
    findable: bool
    line: int = Field(description="Where on the waiting list, from 1; 0 for those who do not wait.")
    paused_until: date | None


def place_shown(place: Participant) -> dict[str, Any]:
    """A place as it is answered."""
    names = ("id", "program_id", "state", "time_zone", "findable", "paused_until")
    return {
        **{n: getattr(place, n) for n in names},
        "program": place.program.name,
        "line": place_in_line(place),
    }


@router.get("", response=Listed[PlaceShown], summary="One's places")
def places(request: HttpRequest, page: Query[Page]) -> Any:
    """In all programs that one takes part in or is asked to."""
    return listed(places_of(by(request)), page, place_shown)


class JoinSent(Sent):
    """The program to join."""

    program: Words = Field(examples=["across-the-harbour"], description="Its name in addresses.")
    organisation: Line = Field(
        "", description="In a shared program, the one that one comes with.", examples=[""]
    )


@router.post("", response={201: PlaceShown}, summary="Take a place in an open program")
def join_program(request: HttpRequest, said: JoinSent) -> Any:
    """Whoever has one already gets that."""
    program = public_program(said.program)
    if program is None:
        raise Http404
    here = organisations_in(program)
    whose = next((o for o in here if o.slug == said.organisation), here[0])
    return Status(201, place_shown(join(program, by=by(request), organisation=whose)))


class AnswerShown(Shown):
    """A question and one's answer."""

    key: str = Field(examples=["offers"])
    question: str = Field(examples=["What could you help others with?"])
    kind: str = Field(examples=["skills"])
    choices: list[str] = Field(examples=[[]])
    required: bool
    seen_by: str = Field(examples=["partner"])
    answer: str = Field(examples=["Python; public speaking"])


def _answer(a: Any) -> dict[str, Any]:
    q = a.question
    names = ("key", "kind", "choices", "required", "seen_by")
    return {**{n: getattr(q, n) for n in names}, "question": q.label, "answer": a.cell}


class WholePlace(PlaceShown):
    """A place with answers and goals."""

    answers: list[AnswerShown]
    goals: list[GoalShown]
    crossing: list[str] = Field(description="What would reach other organisations.")


class GoalSent(Sent):
    """A goal, scaled (goal attainment)."""

    kind: Literal["skill", "growth"] = Field("skill", examples=["skill"])
    text: Words = Field(examples=["Speak at a meetup"])
    success: Line = Field("", examples=["I gave one talk"])
    less: Line = Field("", examples=["I have a talk ready"])
    more: Line = Field("", examples=["I was asked to come again"])


class GoalShown(Shown):
    """A goal."""

    id: int
    kind: str = Field(examples=["skill"])
    text: str = Field(examples=["Speak at a meetup"])
    success: str
    less: str
    more: str


WholePlace.model_rebuild()


def _whole(place: Participant) -> dict[str, Any]:
    return {
        **place_shown(place),
        "answers": [_answer(a) for a in answers_of(place, seen_by=Question.Seen.MATCHING)],
        "goals": list(place.goals.all()),
        "crossing": [f.label for f in asked_to_cross(place)],
    }


@router.get("{int:place_id}", response=WholePlace, summary="A place with answers and goals")
def place(request: HttpRequest, place_id: int) -> Any:
    """Everything the person answered."""
    return _whole(own_place(request, place_id))


class AnswersSent(Sent):
    """Answers by the key of the question; lists are parted by semicolons."""

    answers: dict[Words, Text] = Field(
        examples=[{"offers": "Python; public speaking", "wants": "career change"}]
    )
    time_zone: Line = Field("", examples=["Europe/Paris"])


@router.patch("{int:place_id}/answers", response=WholePlace, summary="Answer")
def answer(request: HttpRequest, place_id: int, said: AnswersSent) -> Any:
    """What is left out stays; one answer that does not fit keeps all from being written."""
    place = own_place(request, place_id)
    questions = {q.key: q for q in place.program.asked.all()}
    if unknown := sorted(set(said.answers) - set(questions)):
        raise Problem(422, "invalid", f"The program does not ask: {', '.join(unknown)}.")
    told = [(k, cell_problem(questions[k], v, offered=True)) for k, v in said.answers.items()]
    if wrong := [{"where": f"body/said/answers/{k}", "what": w} for k, w in told if w]:
        raise Problem(422, "invalid", f"Nothing was changed: {wrong[0]['what']}.", errors=wrong)
    if said.time_zone:
        one_of(said.time_zone, zone_names(), "time_zone")
    save_answers(place, said.answers, by=by(request), time_zone=said.time_zone)
    return _whole(place)


class GoalsSent(Sent):
    """All one's goals at once."""

    goals: list[GoalSent] = Field(max_length=GOALS)


@router.put("{int:place_id}/goals", response=WholePlace, summary="State one's goals")
def goals(request: HttpRequest, place_id: int, said: GoalsSent) -> Any:
    """Up to three, in place of those before."""
    place = own_place(request, place_id)
    state_goals(place, [StatedGoal(**g.model_dump()) for g in said.goals], by=by(request))
    return _whole(place)


class ApplySent(Sent):
    """One's word."""

    commit: Literal[True] = Field(examples=[True])


@router.post("{int:place_id}/apply", response=PlaceShown, summary="Say that one is in")
def apply_(request: HttpRequest, place_id: int, said: ApplySent) -> Any:
    """On the waiting list, where places are few."""
    return place_shown(apply(own_place(request, place_id), by=by(request)))


class CrossSent(Sent):
    """Whether one's answers may reach other organisations."""

    agreed: Yes = Field(examples=[True])


@router.put("{int:place_id}/crossing", response=WholePlace, summary="Let answers cross, or not")
def crossing(request: HttpRequest, place_id: int, said: CrossSent) -> Any:
    """In a shared program."""
    return _whole(let_cross(own_place(request, place_id), said.agreed, by=by(request)))
