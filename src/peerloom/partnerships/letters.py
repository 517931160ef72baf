"""Letters about meetings, with what other calendars need to take them in."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from peerloom.calendars.invitations import CalendarEvent, invitation
from peerloom.calendars.weekly import HoursError, zone
from peerloom.messaging.actions import Letter
from peerloom.partnerships.models import Meeting, PartnershipMember
from peerloom.programs.letters import Besides, ProgramWords, compose, phrases, said_moment

WHAT = ("invitation", "change", "place", "cancellation", "reminder")


def meeting_letters(meeting: Meeting, what: str) -> list[Letter]:
    """A letter to each member; `what` is one of `WHAT`. Nothing that partners wrote is in it."""
    parts = list(meeting.partnership.parts.select_related("participant__person"))
    own = ProgramWords(meeting.partnership.program)
    return [_letter(meeting, what, part, parts, own) for part in parts]


def _letter(
    meeting: Meeting,
    what: str,
    to: PartnershipMember,
    parts: list[PartnershipMember],
    own: ProgramWords,
) -> Letter:
    person, program, partnership = to.participant.person, own.program, meeting.partnership
    others = [p.participant.person.first_name for p in parts if p.pk != to.pk]
    names = " & ".join(others) if others else "…"
    said = own.say(f"message_meeting_{what}", person)
    place = phrases(said.language)["meet_at"]
    shown = partnership.video and what != "cancellation"
    with translation.override(said.language):
        event = event_of(meeting, to, parts)
    return compose(
        said,
        program,
        person,
        key=f"{what}-{meeting.pk}-{meeting.sequence}-{to.pk}",
        kind=f"meeting {what}",
        link=f"{settings.SITE_URL}/meetings/{meeting.pk}/",
        marks={
            "names": names,
            "when": in_zone(
                meeting.starts_at, to.participant.time_zone or person.time_zone, said.language
            ),
            "minutes": str(meeting.minutes),
        },
        besides=Besides(facts=[(place, partnership.video)] if shown else ()),
        calendar="" if what == "reminder" else invitation(event),
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
        summary=_("{others} and you ({name})").format(
            others=", ".join(others), name=meeting.partnership.program.name
        ),
        description=f"{settings.SITE_URL}/meetings/{meeting.pk}/",
        location=meeting.partnership.video,
        organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        attendees=tuple((str(p.participant.person), p.participant.person.email) for p in parts),
        cancelled=meeting.state == Meeting.State.CANCELLED,
    )


def in_zone(moment: datetime, name: str, language: str = "en") -> str:
    """Such as: Tue 8 Dec, 14:00 (Paris)."""
    try:
        there = zone(name or "UTC")
    except HoursError:
        there, name = zone("UTC"), "UTC"
    place = (name or "UTC").rsplit("/", 1)[-1].replace("_", " ")
    return said_moment(moment, there, place, language)
