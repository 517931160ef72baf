"""Quiet hours in a person's own zone, and when a day's digest goes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from peerloom.calendars.weekly import HoursError, zone
from peerloom.messaging.models import Mailbox

SATURDAY = 5


def is_quiet(moment: datetime, box: Mailbox, name: str) -> bool:
    """True in the person's quiet hours, and at weekends unless they want them."""
    local = moment.astimezone(_zone(name))
    if not box.weekends and local.weekday() >= SATURDAY:
        return True
    start, end, hour = box.quiet_from, box.quiet_until, local.hour
    if start == end:
        return False
    return start <= hour < end if start < end else hour >= start or hour < end


def waits_until(moment: datetime, box: Mailbox, name: str) -> datetime:
    """The moment itself, or the first full hour after it that is not quiet."""
    if not is_quiet(moment, box, name):
        return moment
    # Zones with half hours have their full hours between ours.
    last = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    for quarter in range(1, 4 * 24 * 8):
        later = last + timedelta(minutes=15 * quarter)
        if not is_quiet(later, box, name):
            return later
    return moment


def next_digest(moment: datetime, box: Mailbox, name: str) -> datetime:
    """The end of the next quiet time: one moment a day for all that can wait."""
    local = moment.astimezone(_zone(name))
    day = local.date()
    if local.hour >= box.quiet_until:
        day += timedelta(days=1)
    start = datetime.combine(day, time(box.quiet_until % 24), tzinfo=local.tzinfo)
    return waits_until(start.astimezone(UTC), box, name)


def _zone(name: str) -> tzinfo:
    try:
        return zone(name or "UTC")
    except HoursError:
        return UTC
