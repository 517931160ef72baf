"""One's meetings: agenda, notes, next steps, how it was."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import AwareDatetime, BaseModel, Field

from peerloom.api.calls import Token, by
from peerloom.api.shapes import (
    Done,
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
from peerloom.partnerships import actions, queries
from peerloom.partnerships.models import LearningMoment, Meeting

router = Router(auth=Token("self"), tags=["meetings"])
Step = Annotated[Whole, Field(ge=0, le=4)]
ASKED = ("hats", "talk", "worth", "chance", "welcome", "clear", "fit")


class MeetingShown(Shown):
    """A meeting."""

    id: int
    partnership_id: int
    state: str = Field(examples=["planned"])
    starts_at: datetime
    minutes: int = Field(examples=[60])
    sequence: int = Field(description="Grows whenever it is moved; send it as `seen`.")
    note_version: int


def meeting_shown(meeting: Meeting) -> dict[str, Any]:
    """A meeting as it is answered."""
    names = ("id", "partnership_id", "state", "starts_at", "minutes", "sequence", "note_version")
    return {n: getattr(meeting, n) for n in names}


class MeetingsChosen(BaseModel):
    """Which meetings."""

    partnership: int | None = Field(None, ge=1, le=2**62)
    state: Literal["planned", "held", "cancelled"] | None = None
    from_: AwareDatetime | None = Field(None, alias="from", description="Not before.")
    until: AwareDatetime | None = Field(None, description="Before.")


def _all(request: HttpRequest) -> QuerySet[Meeting]:
    return queries.meetings_of(by(request))


def _mine(request: HttpRequest, meeting_id: int) -> Meeting:
    found: Meeting = get_object_or_404(queries.meetings_with_partners(by(request)), pk=meeting_id)
    return found


@router.get("", response=Listed[MeetingShown], summary="One's meetings")
def meetings(request: HttpRequest, page: Query[Page], chosen: Query[MeetingsChosen]) -> Any:
    """In all partnerships, or those that are asked for."""
    found = _all(request)
    if chosen.partnership:
        found = found.filter(partnership=chosen.partnership)
    if chosen.state:
        found = found.filter(state=chosen.state)
    if chosen.from_:
        found = found.filter(starts_at__gte=chosen.from_)
    if chosen.until:
        found = found.filter(starts_at__lt=chosen.until)
    return listed(found, page, meeting_shown)


class ItemShown(Shown):
    """Something on the agenda."""

    id: int
    text: str
    who: str
    mine: bool
    hat: str = Field(examples=["mentee"])
    done: bool


class StepShown(Shown):
    """Something that somebody will do."""

    id: int
    text: str
    who: str
    mine: bool
    due_on: date | None
    done: bool


class WholeMeeting(MeetingShown):
    """A meeting with what is on it."""

    items: list[ItemShown]
    steps: list[StepShown]
    note: str
    own_note: str
    own_version: int
    starters: list[str]
    answers: dict[str, int] = Field(description="One's own check-in.")


def _item(i: Any) -> dict[str, Any]:
    return {"id": i.item.pk, "text": i.text, "who": i.who, "mine": i.mine, "hat": i.item.hat,
            "done": i.item.done}  # fmt: skip


def _step(s: Any) -> dict[str, Any]:
    return {"id": s.step.pk, "text": s.text, "who": s.who, "mine": s.mine,
            "due_on": s.step.due_on, "done": s.step.done_at is not None}  # fmt: skip


def _whole(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    seen = queries.meeting_view(meeting, by(request))
    return {
        **meeting_shown(meeting),
        "items": [_item(i) for i in seen.items],
        "steps": [_step(s) for s in seen.steps],
        "note": seen.note,
        "own_note": seen.own_note,
        "own_version": seen.own_version,
        "starters": seen.starters,
        "answers": seen.answers,
    }


@router.get("{int:meeting_id}", response=WholeMeeting, summary="A meeting")
def meeting(request: HttpRequest, meeting_id: int) -> Any:
    """Agenda, notes, next steps, one's own check-in."""
    return _whole(request, _mine(request, meeting_id))


class MoveSent(Sent):
    """Another time."""

    starts_at: AwareDatetime = Field(examples=["2027-03-02T14:00:00+01:00"])
    seen: Whole = Field(ge=0, le=10**6, examples=[0], description="`sequence` as one read it.")


@router.post("{int:meeting_id}/move", response=MeetingShown, summary="Move a meeting")
def move(request: HttpRequest, meeting_id: int, said: MoveSent) -> Any:
    """All hear of it. Refused where somebody moved it since."""
    found = _mine(request, meeting_id)
    return meeting_shown(actions.move(found, said.starts_at, by=by(request), seen=said.seen))


class CancelSent(Sent):
    """What one read."""

    seen: Whole = Field(ge=0, le=10**6, examples=[0], description="`sequence` as one read it.")


@router.post("{int:meeting_id}/cancel", response=MeetingShown, summary="Cancel a meeting")
def cancel(request: HttpRequest, meeting_id: int, said: CancelSent) -> Any:
    """All hear of it."""
    return meeting_shown(actions.cancel(_mine(request, meeting_id), by=by(request), seen=said.seen))


class ItemSent(Sent):
    """Something to bring."""

    text: Words = Field(max_length=500, examples=["How do I say no to my manager?"])
    hat: Literal["mentee", "mentor"] = Field(
        "mentee", description="Mentee: one asks. Mentor: one shares."
    )


@router.post("{int:meeting_id}/items", response={201: WholeMeeting}, summary="Bring something")
def add_item(request: HttpRequest, meeting_id: int, said: ItemSent) -> Any:
    """To the agenda."""
    found = _mine(request, meeting_id)
    actions.add_item(found, said.text, hat=said.hat, by=by(request))
    return Status(201, _whole(request, found))


class TickSent(Sent):
    """Done or not."""

    done: Yes = Field(examples=[True])


def _item_of(found: Meeting, item_id: int) -> Any:
    items = found.items.select_related("owner__participant", "meeting__partnership__program")
    return get_object_or_404(items, pk=item_id)


@router.patch(
    "{int:meeting_id}/items/{int:item_id}", response=WholeMeeting, summary="Talked about it"
)
def tick_item(request: HttpRequest, meeting_id: int, item_id: int, said: TickSent) -> Any:
    """Or not yet."""
    found = _mine(request, meeting_id)
    actions.tick_item(_item_of(found, item_id), said.done, by=by(request))
    return _whole(request, found)


@router.delete("{int:meeting_id}/items/{int:item_id}", response={204: None}, summary="Take it back")
def remove_item(request: HttpRequest, meeting_id: int, item_id: int) -> Any:
    """One's own."""
    actions.remove_item(_item_of(_mine(request, meeting_id), item_id), by=by(request))
    return Status(204, None)


class NoteSent(Sent):
    """A note, and the version that one read."""

    text: Text = Field(examples=["We talk about the review next time."])
    seen: Whole = Field(ge=0, le=10**9, examples=[0])


class NoteShown(Shown):
    """A note."""

    text: str
    version: int


@router.put("{int:meeting_id}/notes/{which}", response=NoteShown, summary="Write a note")
def note(
    request: HttpRequest, meeting_id: int, which: Literal["shared", "own"], said: NoteSent
) -> Any:
    """The note of all, or one's own. Refused with the other's words where somebody wrote since."""
    found = _mine(request, meeting_id)
    if which == "shared":
        kept = actions.write_shared_note(found, said.text, seen=said.seen, by=by(request))
        return {"text": said.text, "version": kept.note_version}
    own = actions.write_private_note(found, said.text, seen=said.seen, by=by(request))
    return {"text": said.text, "version": own.version}


class StepSent(Sent):
    """Something that somebody will do."""

    text: Words = Field(max_length=500, examples=["Ask for the budget"])
    owner: Whole | None = Field(
        None, ge=1, le=2**62, description="Their `part`; left out: one's own.", examples=[None]
    )
    due_on: date | None = Field(None, examples=["2027-03-10"])


@router.post("{int:meeting_id}/steps", response={201: WholeMeeting}, summary="Note a next step")
def add_step(request: HttpRequest, meeting_id: int, said: StepSent) -> Any:
    """One's own or a partner's."""
    found = _mine(request, meeting_id)
    mine = queries.seen_by(found.partnership, by(request)).mine.pk
    owner = get_object_or_404(found.partnership.parts, pk=said.owner).pk if said.owner else mine
    actions.add_step(found, said.text, by=by(request), owner=owner, due_on=said.due_on)
    return Status(201, _whole(request, found))


@router.patch(
    "{int:meeting_id}/steps/{int:step_id}", response=WholeMeeting, summary="A step is done"
)
def tick_step(request: HttpRequest, meeting_id: int, step_id: int, said: TickSent) -> Any:
    """Or not yet."""
    found = _mine(request, meeting_id)
    steps = found.partnership.next_steps.select_related("partnership__program")
    actions.tick_step(get_object_or_404(steps, pk=step_id), said.done, by=by(request))
    return _whole(request, found)


class CheckInSent(Sent):
    """How it was, each from 0 to 4; as the check-in asks."""

    answers: dict[Annotated[str, OneOf(ASKED)], Step] = Field(
        examples=[{"hats": 2, "talk": 2, "worth": 4}], min_length=1
    )


@router.put("{int:meeting_id}/check-in", response=Done, summary="Ten seconds: how it was")
def check_in(request: HttpRequest, meeting_id: int, said: CheckInSent) -> Any:
    """A partner never reads single answers."""
    actions.check_in(_mine(request, meeting_id), said.answers, by=by(request))
    return done()


class LearnedSent(Sent):
    """Something learned."""

    text: Words = Field(max_length=2000, examples=["Silence is an answer, too."])
    shared: Annotated[str, OneOf(LearningMoment.Shared.values)] = Field(
        LearningMoment.Shared.NOBODY.value, description="Who reads it."
    )


@router.post("{int:meeting_id}/learned", response={201: Done}, summary="Keep something learned")
def learned(request: HttpRequest, meeting_id: int, said: LearnedSent) -> Any:
    """On one's journey."""
    found = _mine(request, meeting_id)
    actions.note_learning(
        found.partnership, said.text, by=by(request), meeting=found, shared=said.shared
    )
    return Status(201, done())
