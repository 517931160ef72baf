"""One's places in programs: join, answer, goals, hours, wishes, leave."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from peerloom.api.calls import Token, by
from peerloom.api.problems import Problem
from peerloom.api.shapes import (
    Done,
    Line,
    Listed,
    Number,
    Page,
    Sent,
    Shown,
    Text,
    Whole,
    Words,
    Yes,
    done,
    listed,
    one_of,
)
from peerloom.calendars.weekly import zone_names
from peerloom.care.actions import ask_to_part, take_back_parting
from peerloom.participants.actions import (
    StatedGoal,
    add_away,
    answer_situation,
    apply,
    be_found,
    come_back,
    join,
    let_cross,
    remove_away,
    save_answers,
    state_goals,
    take_out_busy,
)
from peerloom.participants.models import Participant
from peerloom.participants.queries import (
    answers_of,
    asked_to_cross,
    guides_of,
    place_in_line,
    places_of,
    who_could_help,
)
from peerloom.participants.reading import cell_problem
from peerloom.partnerships.queries import alumni_of, thanks_on_wall, wall_of
from peerloom.programs.models import Material, Question
from peerloom.programs.queries import organisations_in, public_program
from peerloom.rounds.actions import say
from peerloom.rounds.queries import short_list_of

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


def _place(place: Participant) -> dict[str, Any]:
    names = ("id", "program_id", "state", "time_zone", "findable", "paused_until")
    return {
        **{n: getattr(place, n) for n in names},
        "program": place.program.name,
        "line": place_in_line(place),
    }


def _mine(request: HttpRequest, place_id: int) -> Participant:
    found: Participant = get_object_or_404(places_of(by(request)), pk=place_id)
    return found


@router.get("", response=Listed[PlaceShown], summary="One's places")
def places(request: HttpRequest, page: Query[Page]) -> Any:
    """In all programs that one takes part in or is asked to."""
    return listed(places_of(by(request)), page, _place)


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
    return Status(201, _place(join(program, by=by(request), organisation=whose)))


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
        **_place(place),
        "answers": [_answer(a) for a in answers_of(place, seen_by=Question.Seen.MATCHING)],
        "goals": list(place.goals.all()),
        "crossing": [f.label for f in asked_to_cross(place)],
    }


@router.get("{int:place_id}", response=WholePlace, summary="A place with answers and goals")
def place(request: HttpRequest, place_id: int) -> Any:
    """Everything the person answered."""
    return _whole(_mine(request, place_id))


class AnswersSent(Sent):
    """Answers by the key of the question; lists are parted by semicolons."""

    answers: dict[Words, Text] = Field(
        examples=[{"offers": "Python; public speaking", "wants": "career change"}]
    )
    time_zone: Line = Field("", examples=["Europe/Paris"])


@router.patch("{int:place_id}/answers", response=WholePlace, summary="Answer")
def answer(request: HttpRequest, place_id: int, said: AnswersSent) -> Any:
    """What is left out stays; one answer that does not fit keeps all from being written."""
    place = _mine(request, place_id)
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
    place = _mine(request, place_id)
    state_goals(place, [StatedGoal(**g.model_dump()) for g in said.goals], by=by(request))
    return _whole(place)


class ApplySent(Sent):
    """One's word."""

    commit: Literal[True] = Field(examples=[True])


@router.post("{int:place_id}/apply", response=PlaceShown, summary="Say that one is in")
def apply_(request: HttpRequest, place_id: int, said: ApplySent) -> Any:
    """On the waiting list, where places are few."""
    return _place(apply(_mine(request, place_id), by=by(request)))


class CrossSent(Sent):
    """Whether one's answers may reach other organisations."""

    agreed: Yes = Field(examples=[True])


@router.put("{int:place_id}/crossing", response=WholePlace, summary="Let answers cross, or not")
def crossing(request: HttpRequest, place_id: int, said: CrossSent) -> Any:
    """In a shared program."""
    return _whole(let_cross(_mine(request, place_id), said.agreed, by=by(request)))


class FindableSent(Sent):
    """Whether others of the program find one."""

    findable: Yes = Field(examples=[True])


@router.put("{int:place_id}/findable", response=PlaceShown, summary="Be found, or not")
def findable(request: HttpRequest, place_id: int, said: FindableSent) -> Any:
    """By what one offers."""
    return _place(be_found(_mine(request, place_id), said.findable, by=by(request)))


class HelperShown(Shown):
    """Somebody who agreed to be found."""

    id: int
    name: str = Field(examples=["Ben Tanaka"])
    offers: str = Field(examples=["public speaking"])


@router.get("{int:place_id}/helpers", response=list[HelperShown], summary="Who could help")
def helpers(request: HttpRequest, place_id: int, q: Query[Line]) -> Any:
    """People of the program who agreed to be found, by what they offer."""
    found = who_could_help(_mine(request, place_id), q)
    return [{"id": p.pk, "name": str(p.person), "offers": offers} for p, offers in found]


class ListedPerson(Shown):
    """Somebody on one's short list."""

    id: int
    gives: list[str]
    gets: list[str]
    shared: list[str]
    rank: int | None
    refused: bool


def _voice(p: Any) -> dict[str, Any]:
    e, r = p.entry, p.reason
    return {"id": e.shown_id, "rank": e.rank, "refused": e.refused} | {
        n: list(getattr(r, n)) for n in ("gives", "gets", "shared")
    }


@router.get("{int:place_id}/short-list", response=list[ListedPerson], summary="Whom one could meet")
def short_list(request: HttpRequest, place_id: int) -> Any:
    """To rank before the matching."""
    return [_voice(p) for p in short_list_of(_mine(request, place_id))]


class VoicesSent(Sent):
    """What one says of people on the short list, by number: a rank from 1, or 0 for no."""

    said: dict[str, Whole] = Field(examples=[{"41": 1, "57": 0}])


@router.put("{int:place_id}/short-list", response=list[ListedPerson], summary="Rank them")
def voices(request: HttpRequest, place_id: int, said: VoicesSent) -> Any:
    """Seen by nobody; it can be changed until the matching."""
    place = _mine(request, place_id)
    known = {str(p.entry.shown_id): p.entry.shown_id for p in short_list_of(place)}
    if strangers := sorted(set(said.said) - set(known)):
        raise Problem(422, "invalid", f"Not on the short list: {', '.join(strangers)}.")
    told = {known[k]: "no" if v == 0 else str(v) for k, v in said.said.items()}
    say(place, told, by=by(request))
    return [_voice(p) for p in short_list_of(place)]


class WallShown(Shown):
    """What people of the program learned, and who may be found later."""

    moments: list[Said]
    thanks: list[Said]
    alumni: list[str]


class Said(Shown):
    """Words, and whose."""

    text: str
    who: str


WallShown.model_rebuild()


@router.get("{int:place_id}/wall", response=WallShown, summary="The wall")
def wall(request: HttpRequest, place_id: int) -> Any:
    """As people chose to show it."""
    place = _mine(request, place_id)
    return {
        "moments": wall_of(place),
        "thanks": thanks_on_wall(place),
        "alumni": [str(p.person) for p in alumni_of(place)],
    }


class GuideShown(Shown):
    """Something to read, or a training."""

    id: int
    kind: str = Field(examples=["resource"])
    title: str
    body: str
    done: bool | None = Field(description="Of a training, whether one went through it.")


@router.get("{int:place_id}/guides", response=list[GuideShown], summary="What there is to read")
def guides(request: HttpRequest, place_id: int, q: Line = "") -> Any:
    """In one's language."""
    language = by(request).language
    found = guides_of(_mine(request, place_id), q)

    def shown(m: Material, finished: bool | None) -> dict[str, Any]:
        said = m.said(language)
        return {"id": m.pk, "kind": m.kind, "title": said.title, "body": said.body,
                "done": finished}  # fmt: skip

    return [
        *(shown(m, bool(p and p.done_at)) for m, p in found.trainings),
        *(shown(m, None) for m in found.reading),
    ]


class ChoiceSent(Sent):
    """An answer in a training."""

    situation: Whole = Field(ge=0, le=1000, examples=[0])
    choice: Whole = Field(ge=0, le=1000, examples=[1])


@router.post(
    "{int:place_id}/trainings/{int:material_id}", response=Done, summary="Go on in a training"
)
def training(request: HttpRequest, place_id: int, material_id: int, said: ChoiceSent) -> Any:
    """A situation at a time; progress is kept."""
    place = _mine(request, place_id)
    found = get_object_or_404(
        place.program.materials.filter(kind=Material.Kind.TRAINING), pk=material_id
    )
    answer_situation(place, found, said.situation, said.choice, by=by(request))
    return done()


class DaysSent(Sent):
    """Days on which one is away."""

    first: date = Field(examples=["2027-07-01"])
    last: date = Field(examples=["2027-07-14"])


class DaysShown(Shown):
    """Days on which one is away."""

    id: int
    first: date
    last: date


@router.get("{int:place_id}/away", response=list[DaysShown], summary="When one is away")
def away(request: HttpRequest, place_id: int) -> Any:
    """No meeting is offered then."""
    return list(_mine(request, place_id).away.all())


@router.post("{int:place_id}/away", response={201: DaysShown}, summary="Be away")
def add_days(request: HttpRequest, place_id: int, said: DaysSent) -> Any:
    """From and to a day, both away."""
    if said.last < said.first:
        raise Problem(422, "invalid", "The last day is before the first; nothing was changed.")
    place = _mine(request, place_id)
    return Status(201, add_away(place, first=said.first, last=said.last, by=by(request)))


@router.delete("{int:place_id}/away/{int:away_id}", response={204: None}, summary="Not away")
def drop_days(request: HttpRequest, place_id: int, away_id: int) -> Any:
    """After all."""
    mine = _mine(request, place_id).away.select_related("participant")
    remove_away(get_object_or_404(mine, pk=away_id), by=by(request))
    return Status(204, None)


class CalendarSent(Sent):
    """The address of one's own calendar (iCalendar)."""

    address: Words = Field(max_length=2000, examples=["https://calendar.example.org/ada.ics"])


class BusyShown(Shown):
    """What was taken out."""

    hours: Number = Field(examples=[6.5])


@router.post("{int:place_id}/calendar/busy", response=BusyShown, summary="Take busy hours out")
def busy(request: HttpRequest, place_id: int, said: CalendarSent) -> Any:
    """Of one's free hours; the address is not kept. An idempotency key changes nothing here."""
    place = _mine(request, place_id)
    hours = place.program.asked.filter(kind=Question.Kind.HOURS).first()
    if hours is None:
        raise Problem(422, "refused", "The program does not ask when people are free.")
    zone = place.time_zone or by(request).time_zone
    taken = take_out_busy(place, key=hours.key, address=said.address, zone=zone, by=by(request))
    return {"hours": taken}


class StopSent(Sent):
    """A pause until a day, or leave the program."""

    then: Literal["pause", "leave"] = Field(examples=["pause"])
    until: date | None = Field(None, examples=["2027-03-01"])


@router.post("{int:place_id}/stop", response=Done, summary="Pause, or leave the program")
def stop(request: HttpRequest, place_id: int, said: StopSent) -> Any:
    """Done with the next morning's batch; until then it can be taken back."""
    if said.then == "pause" and said.until is None:
        raise Problem(422, "invalid", "Say until when; nothing was changed.")
    until = said.until if said.then == "pause" else None
    ask_to_part(
        _mine(request, place_id), then=said.then, until=until, partnership=None, by=by(request)
    )
    return done()


@router.delete("{int:place_id}/stop", response={204: None}, summary="Stay after all")
def stay(request: HttpRequest, place_id: int) -> Any:
    """Nobody was told."""
    take_back_parting(_mine(request, place_id), by=by(request))
    return Status(204, None)


@router.post("{int:place_id}/back", response=PlaceShown, summary="Come back from a pause")
def back(request: HttpRequest, place_id: int) -> Any:
    """At once."""
    return _place(come_back(_mine(request, place_id), by=by(request)))
