"""Free hours of a week, as people write them, and the same hours on the world's clock.

A week is 672 quarter hours from Monday 00:00. People write local time; two people share time when
their hours meet on the same instant, which shifts with clock changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from peerloom.words import _

QUARTERS = 672
DAYS = (
    "Mon",
    "Tue",
    "Wed",
    "Thu",
    "Fri",
    "Sat",
    "Sun",
)
# Where nobody said when they are free: Monday to Friday, nine to five.
USUAL = frozenset(q for day in range(5) for q in range(day * 96 + 36, day * 96 + 68))
_SPAN = re.compile(
    r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*\s+(\d\d?):(\d\d)\s*[-–]\s*(\d\d?):(\d\d)", re.I
)


@cache
def zone_names() -> tuple[str, ...]:
    """Zones that people choose from: places, and UTC."""
    return tuple(sorted(z for z in available_timezones() if "/" in z or z == "UTC"))


class HoursError(ValueError):
    """Free hours or a zone that cannot be read; the message says why."""


def parse_hours(text: str) -> frozenset[int]:
    """Quarter hours from text like ``Mon 09:00-12:00; Thu 14:30-16:00``.

    Returns
    -------
    frozenset of int
        Quarters of the local week, 0 is Monday 00:00-00:15.

    Raises
    ------
    HoursError
        A span that cannot be read, or does not start and end on a quarter hour.
    """
    quarters: set[int] = set()
    for part in filter(None, (p.strip() for p in re.split(r"[;,]", text))):
        found = _SPAN.fullmatch(part)
        if not found:
            raise HoursError(_("'{part}' is not a span like 'Mon 09:00-12:00'").format(part=part))
        day = DAYS.index(found[1].title())
        start = int(found[2]) * 60 + int(found[3])
        end = int(found[4]) * 60 + int(found[5])
        if start % 15 or end % 15 or not 0 <= start < end <= 1440:
            raise HoursError(
                _("'{part}' must run forward within a day, on quarter hours").format(part=part)
            )
        quarters.update(range(day * 96 + start // 15, day * 96 + end // 15))
    return frozenset(quarters)


def format_hours(quarters: Iterable[int]) -> str:
    """The text that `parse_hours` reads, spans joined."""
    spans: list[list[int]] = []
    for q in sorted(quarters):
        if spans and spans[-1][1] == q and q % 96:
            spans[-1][1] = q + 1
        else:
            spans.append([q, q + 1])
    return "; ".join(
        f"{DAYS[a // 96]} {_clock(a % 96)}-{_clock(b - a // 96 * 96)}" for a, b in spans
    )


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of this name.

    Raises
    ------
    HoursError
        The time zone database does not know it.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise HoursError(
            _("'{name}' is not a known time zone like 'Europe/Paris'").format(name=name)
        ) from None


@cache
def offset_quarters(name: str, week: date) -> int:
    """Quarter hours that the zone is ahead of UTC at noon on the Wednesday of the week."""
    noon = datetime(week.year, week.month, week.day, 12, tzinfo=UTC) + timedelta(days=2)
    offset = noon.astimezone(zone(name)).utcoffset() or timedelta()
    return round(offset.total_seconds() / 900)


def season_weeks(zones: Iterable[str], first: date, last: date) -> tuple[date, ...]:
    """Mondays of the season that differ: the first, and each after some zone changed its clock."""
    names = sorted(set(zones))
    monday = first - timedelta(days=first.weekday())
    found: list[date] = []
    known: set[tuple[int, ...]] = set()
    while monday <= last:
        offsets = tuple(offset_quarters(n, monday) for n in names)
        if offsets not in known:
            known.add(offsets)
            found.append(monday)
        monday += timedelta(days=7)
    return tuple(found)


def on_world_clock(quarters: Iterable[int], name: str, week: date) -> frozenset[int]:
    """Local quarters of a week as quarters of the UTC week (wrapped at its ends)."""
    shift = offset_quarters(name, week)
    return frozenset((q - shift) % QUARTERS for q in quarters)


def shared_minutes(
    mine: Iterable[int], my_zone: str, theirs: Iterable[int], their_zone: str, weeks: Sequence[date]
) -> int:
    """Free minutes two people share in the poorest of the weeks."""
    mine, theirs = frozenset(mine), frozenset(theirs)
    return min(
        15 * len(on_world_clock(mine, my_zone, w) & on_world_clock(theirs, their_zone, w))
        for w in weeks
    )
