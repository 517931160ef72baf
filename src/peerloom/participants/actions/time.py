"""When a participant has time: days away, and what their own calendar keeps busy."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.calendars.busy import busy_quarters
from peerloom.calendars.weekly import USUAL, HoursError, format_hours, parse_hours
from peerloom.core.fetch import fetch
from peerloom.participants.actions.place import save_answers
from peerloom.participants.models import Away, Participant


@transaction.atomic
def add_away(participant: Participant, *, first: date, last: date, by: Person) -> Away:
    """Days when the participant is away."""
    allow(by, "participants.answer", participant)
    return Away.objects.get_or_create(participant=participant, first=first, last=last)[0]


@transaction.atomic
def remove_away(away: Away, *, by: Person) -> None:
    """They are there after all."""
    allow(by, "participants.answer", away.participant)
    away.delete()


def take_out_busy(
    participant: Participant, *, key: str, address: str, zone: str, by: Person
) -> float:
    """Free hours without those that the person's own calendar keeps busy week after week.

    Nothing of the calendar is kept but the hours that are left.

    Parameters
    ----------
    key
        Of the question about free hours.

    Returns
    -------
    float
        How many hours were taken out.

    Raises
    ------
    FetchError, CalendarError
        The address cannot be read, or is no calendar; nothing was changed.
    """
    allow(by, "participants.answer", participant)
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    # Read outside of any transaction: another's server may take its time.
    busy = busy_quarters(fetch(address), zone, monday)
    try:
        free = parse_hours(participant.answers.get(key, "")) or USUAL
    except HoursError:
        free = USUAL
    left = format_hours(free - busy)
    save_answers(participant, {key: left}, by=by, time_zone=zone)
    return len(free & busy) / 4
