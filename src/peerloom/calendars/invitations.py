"""Meetings for other calendars: invitations, changes and cancellations (RFC 5546), and a feed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT = "-//Peerloom//Peerloom//EN"


@dataclass(frozen=True)
class CalendarEvent:
    """A meeting as calendars know it.

    Attributes
    ----------
    uid
        The same for the meeting's whole life.
    sequence
        Counted up at each change.
    changed_at
        When it was last changed (aware).
    organizer
        Address that answers go to.
    attendees
        Names and addresses.
    """

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    changed_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    organizer: str = ""
    attendees: tuple[tuple[str, str], ...] = ()
    cancelled: bool = False


def invitation(event: CalendarEvent) -> str:
    """The text of an invitation to one meeting, or of its change or cancellation."""
    calendar = _calendar("CANCEL" if event.cancelled else "REQUEST")
    calendar.add_component(_event(event))
    return bytes(calendar.to_ical()).decode()


def feed(events: Iterable[CalendarEvent], name: str) -> str:
    """The text of a calendar of several meetings to subscribe to."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", name)
    # How often calendars should look again.
    calendar.add("refresh-interval", vText("PT1H"), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vText("PT1H"))
    for event in events:
        calendar.add_component(_event(event))
    return bytes(calendar.to_ical()).decode()


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(event: CalendarEvent) -> Event:
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.changed_at)
    entry.add("dtstart", event.starts_at)
    entry.add("dtend", event.starts_at + timedelta(minutes=event.minutes))
    entry.add("summary", event.summary)
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if event.cancelled else "OPAQUE")
    if event.description:
        entry.add("description", event.description)
    if event.location:
        entry.add("location", event.location)
        if event.location.startswith("https://"):
            entry.add("url", event.location)
    if event.organizer:
        organizer = vCalAddress(f"mailto:{event.organizer}")
        organizer.params["CN"] = vText("Peerloom")
        entry["organizer"] = organizer
    for name, address in event.attendees:
        attendee = vCalAddress(f"mailto:{address}")
        attendee.params["CN"] = vText(name)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("TRUE")
        entry.add("attendee", attendee, encode=False)
    return entry
