"""When partners have time for each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.calendars.slots import (
    FreeHours,
    StandingSlot,
    standing_slots,
    suggested_times,
    time_in_week,
)
from peerloom.calendars.weekly import QUARTERS, USUAL, HoursError, parse_hours, zone
from peerloom.participants.models import Away, Participant
from peerloom.partnerships.models import Meeting, Partnership
from peerloom.programs.models import Program

WHOLE_WEEK = frozenset(range(QUARTERS))
SEASON = 26  # weeks looked at for a standing time


def hours_of(partnership: Partnership) -> list[FreeHours]:
    """Everybody's free hours, days away and other meetings; usual hours where none are known."""
    people = [p.participant for p in partnership.parts.all()]
    asked = _hours_asked(partnership)
    away: dict[int, list[tuple[date, date]]] = {p.pk: [] for p in people}
    gone = Away.objects.filter(participant__in=people)
    for who, first, last in gone.values_list("participant", "first", "last"):
        away[who].append((first, last))
    planned: dict[int, list[tuple[datetime, datetime]]] = {p.person_id: [] for p in people}
    meetings = Meeting.objects.filter(
        partnership__parts__participant__person__in=planned,
        partnership__state=Partnership.State.OPEN,
        state=Meeting.State.PLANNED,
        starts_at__gt=timezone.now(),
    )
    for meeting in meetings.annotate(who=F("partnership__parts__participant__person")):
        planned[meeting.who].append((meeting.starts_at, meeting.ends_at))
    return [
        FreeHours(
            _quarters(p.answers.get(asked, "")),
            known_zone(p),
            tuple(away[p.pk]),
            tuple(planned[p.person_id]),
        )
        for p in people
    ]


def _hours_asked(partnership: Partnership) -> str:
    """Key of the question when people are free; empty where it is not asked."""
    hours = partnership.program.hours
    return hours.key if hours else ""


def _quarters(cell: str) -> frozenset[int]:
    try:
        return parse_hours(cell) or USUAL
    except HoursError:
        return USUAL


def known_zone(participant: Participant) -> str:
    """The participant's zone; UTC for one that the zone database does not know."""
    for name in (participant.time_zone, participant.person.time_zone):
        if name:
            try:
                zone(name)
            except HoursError:
                continue
            return name
    return "UTC"


def slot_of(partnership: Partnership) -> StandingSlot | None:
    """Their standing time."""
    if partnership.slot_quarter is None:
        return None
    return StandingSlot(partnership.slot_quarter, partnership.slot_zone or "UTC")


@dataclass(frozen=True)
class Clock:
    """A moment on somebody's own clock."""

    name: str
    place: str
    local: datetime


@dataclass(frozen=True)
class OfferedTime:
    """A time to meet, and what the others' clocks show then."""

    start: datetime
    clocks: list[Clock]

    @property
    def key(self) -> str:
        """Names the time in a form."""
        return self.start.isoformat()


def offered_times(
    partnership: Partnership, reader: Person | None = None, *, count: int = 3
) -> list[OfferedTime]:
    """Times in the next four weeks, from tomorrow on, when everybody is free."""
    after = timezone.now() + timedelta(hours=20)
    people = hours_of(partnership)
    minutes = partnership.program.meeting_minutes
    found = suggested_times(people, after, after + timedelta(weeks=4), minutes, count)
    return [OfferedTime(start, clocks_of(partnership, start, reader)) for start in found]


def clocks_of(
    partnership: Partnership, start: datetime, reader: Person | None = None
) -> list[Clock]:
    """A moment on the clock of everybody but the reader."""
    shown = []
    for part in partnership.parts.all():
        if reader and part.participant.person_id == reader.pk:
            continue
        name = known_zone(part.participant)
        place = name.rsplit("/", 1)[-1].replace("_", " ")
        local = start.astimezone(zone(name)).replace(tzinfo=None)
        shown.append(Clock(part.participant.person.first_name, place, local))
    return shown


def offered_slots(partnership: Partnership) -> Sequence[StandingSlot]:
    """Standing times that suit everybody in as many of the coming weeks as can be."""
    after = timezone.now() + timedelta(hours=20)
    program = partnership.program
    every = program.weeks
    weeks = SEASON
    protected = protected_slot(program)
    if protected:
        # Kept free for everybody: there is nothing to look for.
        return [protected]
    if program.ends_on:
        weeks = min(SEASON, max(2 * every, (program.ends_on - after.date()).days // 7))
    return standing_slots(hours_of(partnership), after, weeks, program.meeting_minutes, every=every)


def start_in_week(
    partnership: Partnership, slot: StandingSlot, week: date, *, after: datetime
) -> datetime | None:
    """When the partners meet in the week that begins on Monday `week`, by their standing time.

    The time that the program keeps free is everybody's, unless somebody is away or meets another
    then; any other follows the hours that they gave.
    """
    people, minutes = hours_of(partnership), partnership.program.meeting_minutes
    kept = protected_slot(partnership.program)
    if kept and (kept.quarter, kept.zone) == (slot.quarter, slot.zone):
        whole = [replace(p, quarters=WHOLE_WEEK) for p in people]
        start = time_in_week(whole, slot, week, minutes, after=after)
        local = start.astimezone(zone(slot.zone)) if start else None
        if local and local.weekday() * 96 + local.hour * 4 + local.minute // 15 == slot.quarter:
            return start
    return time_in_week(people, slot, week, minutes, after=after)


def protected_slot(program: Program) -> StandingSlot | None:
    """The time of the week that the program keeps free for everybody's meetings."""
    if program.protected_quarter is None:
        return None
    return StandingSlot(program.protected_quarter, program.protected_zone or "UTC")


def gave_no_hours(partnership: Partnership) -> list[str]:
    """First names of those whose hours are not known."""
    asked = _hours_asked(partnership)
    return [
        p.participant.person.first_name
        for p in partnership.parts.all()
        if not p.participant.answers.get(asked, "")
    ]
