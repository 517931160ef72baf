"""Times when several people are all free, on the real calendar: zones, clock changes, days away.

Time is counted in quarter hours since 1970 (UTC). Somebody is free at an instant where their own
clock shows one of their free quarters of the week; an hour that the clock leaves out is nobody's, one
that it shows twice is free both times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from peerloom.calendars.weekly import DAYS, zone

QUARTER = 900  # seconds
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class FreeHours:
    """When a person has time.

    Attributes
    ----------
    quarters
        Of the local week, see `weekly.parse_hours`.
    away
        First and last days on which they are not there.
    busy
        Starts and ends (aware) of what they have planned already.
    """

    quarters: frozenset[int]
    zone: str
    away: tuple[tuple[date, date], ...] = ()
    busy: tuple[tuple[datetime, datetime], ...] = ()


def free_instants(person: FreeHours, after: datetime, before: datetime) -> set[int]:
    """Quarters since 1970 within [after, before) at which the person is free."""
    place = zone(person.zone)
    begin, end = _up(after), int(before.timestamp()) // QUARTER
    found: set[int] = set()
    day = after.astimezone(place).date() - _DAY
    last = before.astimezone(place).date() + _DAY
    by_weekday: list[list[int]] = [[] for _ in range(7)]
    for q in sorted(person.quarters):
        by_weekday[q // 96].append(q % 96)
    while day <= last:
        here = by_weekday[day.weekday()]
        if here and not any(a <= day <= b for a, b in person.away):
            found.update(_instants(day, here, person.zone))
        day += _DAY
    for start, stop in person.busy:
        found.difference_update(range(int(start.timestamp()) // QUARTER, _up(stop)))
    return {q for q in found if begin <= q < end}


def _up(moment: datetime) -> int:
    return -(-int(moment.timestamp()) // QUARTER)


def _instants(day: date, quarters: Iterable[int], name: str) -> Iterable[int]:
    place = zone(name)
    midnight = datetime.combine(day, time())
    first = midnight.replace(tzinfo=place)
    following = (midnight + _DAY).replace(tzinfo=place)
    if first.utcoffset() == following.utcoffset():
        start = int(first.timestamp()) // QUARTER
        return [start + q for q in quarters]
    found = []
    for q in quarters:
        local = midnight + timedelta(minutes=15 * q)
        for fold in (0, 1):
            moment = local.replace(tzinfo=place, fold=fold).astimezone(UTC)
            # Not where the clock leaves this hour out.
            if moment.astimezone(place).replace(tzinfo=None) == local:
                found.append(int(moment.timestamp()) // QUARTER)
    return found


def common_starts(
    people: Sequence[FreeHours], after: datetime, before: datetime, minutes: int
) -> list[datetime]:
    """Every quarter hour from which all of them are free for so many minutes, in order."""
    free = set.intersection(*(free_instants(p, after, before) for p in people))
    need = -(-minutes // 15)
    return [
        datetime.fromtimestamp(q * QUARTER, UTC)
        for q in sorted(free)
        if all(q + k in free for k in range(1, need))
    ]


def suggested_times(
    people: Sequence[FreeHours], after: datetime, before: datetime, minutes: int, count: int = 3
) -> list[datetime]:
    """A few good times to meet: on different days and at different hours, early, on the hour."""
    starts = common_starts(people, after, before, minutes)
    name = people[0].zone

    def local(moment: datetime) -> datetime:
        return moment.astimezone(zone(name))

    # The best start of each day: on the hour, then on the half hour.
    by_day: dict[date, datetime] = {}
    for start in sorted(starts, key=lambda s: (s.minute % 60 != 0, s.minute % 30 != 0, s)):
        by_day.setdefault(local(start).date(), start)
    chosen: list[datetime] = []
    for start in sorted(by_day.values()):
        if len(chosen) < count and local(start).hour not in {local(c).hour for c in chosen}:
            chosen.append(start)
    for start in sorted(by_day.values()):
        if len(chosen) < count and start not in chosen:
            chosen.append(start)
    return sorted(chosen)


@dataclass(frozen=True)
class StandingSlot:
    """A time of the week: a quarter of the local week in a zone.

    Attributes
    ----------
    kept
        In how many of the weeks looked at everybody is free then.
    """

    quarter: int
    zone: str
    kept: int = 0

    @property
    def day(self) -> str:
        """Mon to Sun."""
        return DAYS[self.quarter // 96]

    @property
    def clock(self) -> str:
        """Such as 14:00."""
        return f"{self.quarter % 96 // 4:02}:{self.quarter % 4 * 15:02}"


def standing_slots(
    people: Sequence[FreeHours],
    after: datetime,
    weeks: int,
    minutes: int,
    *,
    every: int = 1,
    count: int = 3,
) -> list[StandingSlot]:
    """Times of the week that suit everybody in as many of the coming weeks as can be.

    The slot stands still in the first person's zone; clock changes that move it for others are in
    the count. Times on the hour come first, then early in the week.
    """
    name, before = people[0].zone, after + timedelta(weeks=weeks)
    kept: dict[int, set[int]] = {}
    monday = _monday(after, name)
    for start in common_starts(people, after, before, minutes):
        local = start.astimezone(zone(name))
        week = (local.date() - monday).days // 7
        quarter = local.weekday() * 96 + local.hour * 4 + local.minute // 15
        kept.setdefault(quarter, set()).add(week)
    weighed = sorted(
        (
            StandingSlot(q, name, max(len({w for w in ws if w % every == r}) for r in range(every)))
            for q, ws in kept.items()
        ),
        key=lambda s: (-s.kept, s.quarter % 4 != 0, s.quarter % 2 != 0, s.quarter),
    )
    chosen: list[StandingSlot] = []
    for slot in weighed:
        if len(chosen) < count and all(s.quarter // 96 != slot.quarter // 96 for s in chosen):
            chosen.append(slot)
    return chosen


def time_in_week(
    people: Sequence[FreeHours], slot: StandingSlot, week: date, minutes: int, *, after: datetime
) -> datetime | None:
    """When to meet in the week that begins on Monday `week`: at the slot, or as near as all can.

    None where they share no time in that week: then nobody is asked outside of what they said.
    """
    place = zone(slot.zone)
    begin = datetime.combine(week, time(), place)
    end = datetime.combine(week + timedelta(days=7), time(), place)
    starts = common_starts(people, max(begin, after), end, minutes)
    wanted = datetime.combine(week, time(), place).replace(tzinfo=None)
    wanted += timedelta(minutes=15 * slot.quarter)

    def distance(start: datetime) -> tuple[float, datetime]:
        local = start.astimezone(place).replace(tzinfo=None)
        return abs((local - wanted).total_seconds()), start

    return min(starts, key=distance, default=None)


def _monday(moment: datetime, name: str) -> date:
    day = moment.astimezone(zone(name)).date()
    return day - timedelta(days=day.weekday())
