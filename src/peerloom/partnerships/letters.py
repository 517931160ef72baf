"""Letters about meetings, with what other calendars need to take them in."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from peerloom.calendars.invitations import CalendarEvent, invitation
from peerloom.calendars.weekly import HoursError, zone
from peerloom.messaging.actions import Letter
from peerloom.partnerships.models import Meeting, PartnershipMember

SUBJECTS = {
    "invitation": "Meeting with {names}: {when}",
    "change": "Moved: meeting with {names} is now on {when}",
    "place": "Where you meet {names} on {when}",
    "cancellation": "Cancelled: meeting with {names} on {when}",
    "reminder": "Soon: meeting with {names}, {when}",
}


def meeting_letters(meeting: Meeting, what: str) -> list[Letter]:
    """A letter to each member; `what` is a key of `SUBJECTS`. Nothing that partners wrote is in it."""
    parts = list(meeting.partnership.parts.select_related("participant__person"))
    return [_letter(meeting, what, part, parts) for part in parts]


def _letter(
    meeting: Meeting, what: str, to: PartnershipMember, parts: list[PartnershipMember]
) -> Letter:
    person = to.participant.person
    others = [p.participant.person.first_name for p in parts if p.pk != to.pk]
    names = " and ".join(filter(None, [", ".join(others[:-1]), others[-1]])) if others else "you"
    when = in_zone(meeting.starts_at, to.participant.time_zone or person.time_zone)
    words = {
        "person": person,
        "names": names,
        "when": when,
        "what": what,
        "meeting": meeting,
        "program": meeting.partnership.program,
        "link": f"{settings.SITE_URL}/meetings/{meeting.pk}/",
    }
    calendar = "" if what == "reminder" else invitation(event_of(meeting, to, parts))
    return Letter(
        key=f"{what}-{meeting.pk}-{meeting.sequence}-{to.pk}",
        kind=f"meeting {what}",
        to=person.email,
        subject=SUBJECTS[what].format(names=names, when=when),
        text=render_to_string("partnerships/meeting.txt", words),
        html=render_to_string("partnerships/meeting.html", words),
        calendar=calendar,
        until=meeting.starts_at if what == "reminder" else None,
    )


def event_of(
    meeting: Meeting, reader: PartnershipMember, parts: list[PartnershipMember]
) -> CalendarEvent:
    """The meeting as the reader's calendar gets it: who, when, where, and a link; no agenda."""
    others = [p.participant.person.first_name for p in parts if p.pk != reader.pk]
    return CalendarEvent(
        uid=f"{meeting.uid}@peerloom",
        sequence=meeting.sequence,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        changed_at=timezone.now(),
        summary=f"{', '.join(others)} and you ({meeting.partnership.program.name})",
        description=f"{settings.SITE_URL}/meetings/{meeting.pk}/",
        location=meeting.partnership.video,
        organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        attendees=tuple((str(p.participant.person), p.participant.person.email) for p in parts),
        cancelled=meeting.state == Meeting.State.CANCELLED,
    )


def in_zone(moment: datetime, name: str) -> str:
    """Such as: Tue 8 Dec, 14:00 (Paris)."""
    try:
        local = moment.astimezone(zone(name or "UTC"))
    except HoursError:
        local, name = moment.astimezone(zone("UTC")), "UTC"
    place = (name or "UTC").rsplit("/", 1)[-1].replace("_", " ")
    return f"{local:%a} {local.day} {local:%b, %H:%M} ({place})"
