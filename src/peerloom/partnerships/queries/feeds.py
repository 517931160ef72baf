"""A person's calendar of meetings, by their secret address."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone, translation

from peerloom.accounts.models import Person
from peerloom.calendars.invitations import feed
from peerloom.core.encryption import fingerprint
from peerloom.partnerships.letters import event_of
from peerloom.partnerships.models import CalendarFeed, Meeting
from peerloom.partnerships.queries.partnership import parts_by


def feed_of(person: Person) -> CalendarFeed | None:
    """The person's address, if they have one; the secret itself is kept nowhere."""
    return CalendarFeed.objects.filter(person=person).first()


def calendar_at(secret: str) -> str | None:
    """The calendar at a secret address; None for one that is not, or no longer, there."""
    found = (
        CalendarFeed.objects.select_related("person")
        .filter(fingerprint=fingerprint(secret), person__is_active=True)
        .first()
    )
    if found is None:
        return None
    meetings = (
        Meeting.objects.filter(
            partnership__parts__participant__person=found.person,
            starts_at__gt=timezone.now() - timedelta(days=90),
        )
        .exclude(state=Meeting.State.CANCELLED)
        .select_related("partnership__program")
        .prefetch_related(parts_by("partnership__parts"))
    )
    events = []
    for meeting in meetings:
        parts = list(meeting.partnership.parts.all())
        mine = next(p for p in parts if p.participant.person_id == found.person_id)
        # A calendar program asks in no language; it reads to the person.
        with translation.override(found.person.language or meeting.partnership.program.language):
            events.append(event_of(meeting, mine, parts))
    return feed(events, "Peerloom")
