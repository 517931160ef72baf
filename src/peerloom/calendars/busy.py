"""Hours that somebody's own calendar keeps busy week after week, from its iCalendar text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import recurring_ical_events
from icalendar import Calendar

from peerloom.calendars.weekly import zone
from peerloom.words import _

WEEKS = 4  # looked at from a Monday on
OFTEN = 2  # of these weeks: what comes once is no habit
LONGEST = timedelta(days=1)  # a trip of a week says nothing about other weeks
MOST_EVENTS, MOST_SERIES = 5000, 300
OLDEST = 2000  # a series is counted out from its first year on
_FINE = ("BYHOUR", "BYMINUTE", "BYSECOND")


class CalendarError(Exception):
    """A calendar that cannot be read; the message says why."""


# What the libraries raise at text that is no calendar, or a broken one.
_UNREADABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError)


def busy_quarters(text: bytes, name: str, monday: date) -> frozenset[int]:
    """Quarter hours of the local week that are busy in at least `OFTEN` of `WEEKS` weeks.

    Parameters
    ----------
    text
        An iCalendar file (RFC 5545). Cancelled events, those marked as free, whole days and
        what is longer than a day do not count.
    name
        Time zone of the week.
    monday
        First day looked at.

    Raises
    ------
    CalendarError
        It is no calendar, or has more events than anybody has.
    """
    begin = datetime.combine(monday, time(), zone(name))
    try:
        calendar = Calendar.from_ical(text)
        _hold_to_size(calendar)
        events = recurring_ical_events.of(calendar, skip_bad_series=True).between(
            begin, begin + timedelta(weeks=WEEKS)
        )
        return _often(events, name, monday)
    except _UNREADABLE as error:
        raise CalendarError(_("This is not a calendar that can be read.")) from error


def _often(events: Iterable[Any], name: str, monday: date) -> frozenset[int]:
    """Quarters that events keep busy often enough."""
    busy: set[tuple[int, int]] = set()
    for event in events:
        if event.get("TRANSP") != "TRANSPARENT" and event.get("STATUS") != "CANCELLED":
            busy.update(_quarters(event.start, event.end, name, monday))
    weeks = Counter(quarter for _, quarter in busy)
    return frozenset(q for q, count in weeks.items() if count >= OFTEN)


def _hold_to_size(calendar: Calendar) -> None:
    """Leave out series that nobody's week has, so that counting the others out stays short."""
    events = calendar.walk("VEVENT")
    series = 0
    for event in events:
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            series += 1
            begun = getattr(getattr(event.get("DTSTART"), "dt", None), "year", 0)
            often = rule.get("FREQ", [""])[0] not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
            if (often or begun < OLDEST or any(n in rule for n in _FINE)) and (
                event in calendar.subcomponents
            ):
                calendar.subcomponents.remove(event)
    if len(events) > MOST_EVENTS or series > MOST_SERIES:
        raise CalendarError(
            _(
                "This calendar has more than {most_events:,} events, or more than {most_series} "
                "series."
            ).format(most_events=MOST_EVENTS, most_series=MOST_SERIES)
        )


def _quarters(first: date, last: date, name: str, monday: date) -> Iterable[tuple[int, int]]:
    """Week and quarter of each quarter hour that an event touches."""
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return
    start, end = _local(first, name), _local(last, name)
    if not timedelta() < end - start <= LONGEST:
        return
    at = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0)
    while at < end:
        days = (at.date() - monday).days
        if 0 <= days < 7 * WEEKS:
            yield days // 7, days % 7 * 96 + at.hour * 4 + at.minute // 15
        at += timedelta(minutes=15)


def _local(moment: datetime, name: str) -> datetime:
    """Clock time in the zone; a moment without a zone is meant there."""
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).astimezone(zone(name)).replace(tzinfo=None)
