"""One's partnerships: times, agreement, hats, feedback, what to do when it does not work, the end."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import AwareDatetime, Field, HttpUrl

from peerloom.api.calls import Token, by
from peerloom.api.finders import own_partnership
from peerloom.api.problems import Problem
from peerloom.api.routes.meetings import MeetingShown, meeting_shown
from peerloom.api.shapes import (
    Done,
    Listed,
    OneOf,
    Page,
    Sent,
    Shown,
    Text,
    Whole,
    done,
    listed,
)
from peerloom.partnerships import actions, queries
from peerloom.partnerships.models import TOPICS, Partnership

router = Router(auth=Token("self"), tags=["partnerships"])


class PeerShown(Shown):
    """Somebody one is together with."""

    part: int = Field(description="Their number in the partnership.")
    name: str = Field(examples=["Ben Tanaka"])


class PartnershipShown(Shown):
    """A partnership of one's own."""

    id: int
    program_id: int
    state: str = Field(examples=["open"])
    opened_at: datetime
    ended_at: datetime | None
    video: str = Field(examples=["https://meet.example.org/loom"])
    peers: list[PeerShown]


def peers_shown(partnership: Partnership, request: HttpRequest) -> list[dict[str, Any]]:
    """Everybody else, by the number of their part."""
    return [
        {"part": p.pk, "name": str(p.participant.person)}
        for p in partnership.parts.all()
        if p.participant.person_id != by(request).pk
    ]


def _shown(request: HttpRequest, partnership: Partnership) -> dict[str, Any]:
    names = ("id", "program_id", "state", "opened_at", "ended_at", "video")
    return {n: getattr(partnership, n) for n in names} | {
        "peers": peers_shown(partnership, request)
    }


@router.get("", response=Listed[PartnershipShown], summary="One's partnerships")
def partnerships(request: HttpRequest, page: Query[Page]) -> Any:
    """Open ones and those that ended."""
    return listed(queries.partnerships_of(by(request)), page, lambda p: _shown(request, p))


class WholePartnership(PartnershipShown):
    """A partnership with what comes next."""

    upcoming: MeetingShown | None
    held: int = Field(description="Meetings so far.")
    why: list[str] = Field(description="Why the two of you, from one's own side.")
    agreement_due: bool
    feedback_due: bool


@router.get("{int:partnership_id}", response=WholePartnership, summary="A partnership")
def partnership(request: HttpRequest, partnership_id: int) -> Any:
    """Who, why, and what comes next."""
    found = own_partnership(request, partnership_id)
    page = queries.partnership_page(found, by(request))
    mine = page.view.mine
    return {
        **_shown(request, found),
        "upcoming": meeting_shown(page.upcoming) if page.upcoming else None,
        "held": page.held,
        "why": [*mine.gives, *mine.gets, *mine.shared],
        "agreement_due": bool(page.agreement_due),
        "feedback_due": bool(page.feedback_due),
    }


class TimeShown(Shown):
    """A time at which everybody is free."""

    start: datetime
    clocks: dict[str, str] = Field(examples=[{"Ben": "15:00 (Tokyo)"}])


@router.get("{int:partnership_id}/times", response=list[TimeShown], summary="When all are free")
def times(request: HttpRequest, partnership_id: int) -> Any:
    """Of the next weeks."""
    found = own_partnership(request, partnership_id)
    offered = queries.offered_times(found, by(request), count=6) if found.is_open else []
    return [
        {"start": t.start, "clocks": {c.name: f"{c.local:%H:%M} ({c.place})" for c in t.clocks}}
        for t in offered
    ]


class BookSent(Sent):
    """A meeting."""

    starts_at: AwareDatetime = Field(examples=["2027-03-02T14:00:00+01:00"])
    minutes: Whole | None = Field(None, ge=5, le=480, examples=[60])


@router.post(
    "{int:partnership_id}/meetings", response={201: MeetingShown}, summary="Book a meeting"
)
def book(request: HttpRequest, partnership_id: int, said: BookSent) -> Any:
    """The invitation goes to all."""
    made = actions.book(
        own_partnership(request, partnership_id),
        said.starts_at,
        by=by(request),
        minutes=said.minutes,
    )
    return Status(201, meeting_shown(made))


class MetSent(Sent):
    """When it was."""

    at: AwareDatetime = Field(examples=["2026-11-20T14:00:00Z"])
    minutes: Whole | None = Field(None, ge=5, le=480, examples=[45])


@router.post("{int:partnership_id}/met", response={201: MeetingShown}, summary="Note that one met")
def met(request: HttpRequest, partnership_id: int, said: MetSent) -> Any:
    """Planned or not."""
    made = actions.note_that_we_met(
        own_partnership(request, partnership_id), said.at, by=by(request), minutes=said.minutes
    )
    return Status(201, meeting_shown(made))


class SlotShown(Shown):
    """A time of the week."""

    quarter: int = Field(examples=[152], description="Of the local week, from Monday 00:00.")
    zone: str = Field(examples=["Europe/Paris"])
    day: str = Field(examples=["Tue"])
    clock: str = Field(examples=["14:00"])
    kept: int = Field(description="In how many of the next 26 weeks all are free then.")


@router.get(
    "{int:partnership_id}/slots", response=list[SlotShown], summary="Standing times to choose"
)
def slots(request: HttpRequest, partnership_id: int) -> Any:
    """The best first."""
    found = own_partnership(request, partnership_id)
    return list(queries.offered_slots(found)) if found.is_open else []


class SlotSent(Sent):
    """One of the offered times, or none."""

    quarter: Whole | None = Field(examples=[152])


@router.put("{int:partnership_id}/slot", response=Done, summary="Have a standing time, or none")
def slot(request: HttpRequest, partnership_id: int, said: SlotSent) -> Any:
    """The next meeting is planned at once."""
    found = own_partnership(request, partnership_id)
    chosen = None
    if said.quarter is not None:
        offered = {s.quarter: s for s in queries.offered_slots(found)}
        chosen = offered.get(said.quarter)
        if chosen is None:
            raise Problem(409, "conflict", "That time is not offered (any more).")
    actions.set_slot(found, chosen, by=by(request), weeks=found.program.weeks)
    return done()


class VideoSent(Sent):
    """A link for video calls, or none."""

    video: HttpUrl | None = Field(examples=["https://meet.example.org/loom"])


@router.put(
    "{int:partnership_id}/video", response=PartnershipShown, summary="Where one meets on screen"
)
def video(request: HttpRequest, partnership_id: int, said: VideoSent) -> Any:
    """It goes into invitations."""
    found = own_partnership(request, partnership_id)
    if said.video and len(str(said.video)) > 300:
        raise Problem(422, "invalid", "A link has at most 300 characters; nothing was changed.")
    return _shown(request, actions.set_video(found, str(said.video or ""), by=by(request)))


@router.post(
    "{int:partnership_id}/video", response=PartnershipShown, summary="Have a room made to meet in"
)
def make_room(request: HttpRequest, partnership_id: int) -> Any:
    """Where the server makes rooms."""
    found = own_partnership(request, partnership_id)
    if not settings.VIDEO_URL:
        raise Problem(409, "conflict", "This server makes no rooms; send a link of your own.")
    return _shown(request, actions.make_room(found, by=by(request)))


class AgreementShown(Shown):
    """What one expects of each other, by topic."""

    said: dict[str, str] = Field(examples=[{"rhythm": "Every two weeks, on Tuesdays"}])
    number: int
    version: int
    holds: bool = Field(description="True once all said yes.")
    accepted: list[str] = Field(examples=[["Ben"]])


def _agreement(request: HttpRequest, found: Partnership) -> dict[str, Any]:
    seen = queries.agreement_of(found, by(request))
    number, version = seen.seen
    return {"said": seen.said, "number": number, "version": version,
            "holds": seen.holds is not None, "accepted": seen.accepted}  # fmt: skip


@router.get("{int:partnership_id}/agreement", response=AgreementShown, summary="The agreement")
def agreement(request: HttpRequest, partnership_id: int) -> Any:
    """As it is written now."""
    return _agreement(request, own_partnership(request, partnership_id))


class AgreementSent(Sent):
    """The agreement, and the number and version that one read."""

    said: dict[Annotated[str, OneOf(TOPICS)], Text] = Field(
        examples=[{"rhythm": "Every two weeks"}]
    )
    number: Whole = Field(ge=0, le=10**6, examples=[1])
    version: Whole = Field(ge=0, le=10**6, examples=[0])


@router.put(
    "{int:partnership_id}/agreement", response=AgreementShown, summary="Write the agreement"
)
def write_agreement(request: HttpRequest, partnership_id: int, said: AgreementSent) -> Any:
    """Refused with the other's words where somebody changed it since."""
    found = own_partnership(request, partnership_id)
    now = queries.agreement_of(found, by(request)).said
    words = {t: said.said.get(t, now.get(t, "")) for t in TOPICS}
    actions.write_agreement(found, words, seen=(said.number, said.version), by=by(request))
    return _agreement(request, found)


class AcceptSent(Sent):
    """What one read."""

    number: Whole = Field(ge=0, le=10**6, examples=[1])
    version: Whole = Field(ge=0, le=10**6, examples=[2])


@router.post(
    "{int:partnership_id}/agreement/accept", response=AgreementShown, summary="Say yes to it"
)
def accept(request: HttpRequest, partnership_id: int, said: AcceptSent) -> Any:
    """As one read it; it holds once all said yes."""
    found = own_partnership(request, partnership_id)
    actions.accept_agreement(found, seen=(said.number, said.version), by=by(request))
    return _agreement(request, found)
