"""Invitations that other calendars take: a real CalDAV server, and another library's parser."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import vobject

from peerloom.calendars.invitations import CalendarEvent, feed, invitation

MEETING = CalendarEvent(
    uid="4f7c@peerloom",
    sequence=0,
    starts_at=datetime(2026, 3, 30, 13, tzinfo=UTC),
    minutes=60,
    changed_at=datetime(2026, 3, 1, tzinfo=UTC),
    summary='Chloé; Ben, and you (Learning, across "teams")',
    description="https://peerloom.example/meetings/7/",
    location="https://meet.example/peerloom-x",
    organizer="peerloom@example.org",
    attendees=(("Chloé O'Neil, PhD", "chloe@example.org"), ("Ben", "ben@example.org")),
)
Ask = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def caldav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Radicale, as people run it, with one empty calendar."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("radicale")
    server = subprocess.Popen(
        [sys.executable, "-m", "radicale", "--config", "", "--auth-type", "none",
         "--server-hosts", f"127.0.0.1:{port}", "--storage-filesystem-folder", str(folder)],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def ask(method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/ana{path}", body.encode(), method=method,
            headers={"Authorization": "Basic YW5hOng=",
                     **{k.replace("_", "-"): v for k, v in headers.items()}},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    end = time.monotonic() + 30
    while True:
        try:
            ask("OPTIONS", "/")
            break
        except OSError:
            assert time.monotonic() < end, "Radicale did not start"
            assert server.poll() is None
    assert ask("MKCALENDAR", "/calendar/")[0] == 201
    yield ask
    server.terminate()
    server.wait(timeout=20)


def stored(event: CalendarEvent) -> str:
    """An event as a calendar program files it: without the method it came with (RFC 4791, 4.1)."""
    lines = invitation(event).split("\r\n")
    return "\r\n".join(line for line in lines if not line.startswith("METHOD:"))


def between(first: str, last: str) -> str:
    return (
        '<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop>'
        '<c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter '
        f'name="VEVENT"><c:time-range start="{first}" end="{last}"/></c:comp-filter>'
        "</c:comp-filter></c:filter></c:calendar-query>"
    )


def test_a_calendar_server_takes_a_meeting_its_change_and_finds_it_where_it_is(
    caldav: Ask,
) -> None:
    assert (
        caldav("PUT", "/calendar/4f7c.ics", stored(MEETING), Content_Type="text/calendar")[0] == 201
    )
    day = between("20260330T000000Z", "20260331T000000Z")
    status, found = caldav("REPORT", "/calendar/", day, Depth="1")
    assert status == 207
    assert "4f7c@peerloom" in found

    later = replace(MEETING, sequence=1, starts_at=MEETING.starts_at + timedelta(days=7))
    assert caldav("PUT", "/calendar/4f7c.ics", stored(later), Content_Type="text/calendar")[0] in (
        201, 204,
    )  # fmt: skip
    assert "4f7c@peerloom" not in caldav("REPORT", "/calendar/", day, Depth="1")[1]
    week = between("20260406T120000Z", "20260406T150000Z")
    assert "4f7c@peerloom" in caldav("REPORT", "/calendar/", week, Depth="1")[1]
    # As it was taken, read again by another library.
    kept = vobject.readOne(caldav("GET", "/calendar/4f7c.ics")[1])
    assert kept.vevent.dtstart.value == later.starts_at
    assert kept.vevent.summary.value == MEETING.summary


def test_a_whole_feed_is_taken_as_a_calendar(caldav: Ask) -> None:
    second = replace(MEETING, uid="5a@peerloom", starts_at=MEETING.starts_at + timedelta(days=14))
    text = feed([MEETING, second], "Peerloom").replace("METHOD:PUBLISH\r\n", "")
    assert caldav("PUT", "/feed/", text, Content_Type="text/calendar")[0] == 201
    status, found = caldav(
        "REPORT", "/feed/", between("20260101T000000Z", "20270101T000000Z"), Depth="1"
    )
    assert status == 207
    assert "4f7c@peerloom" in found
    assert "5a@peerloom" in found


@pytest.mark.parametrize("cancelled", [False, True])
def test_another_library_reads_who_when_and_what(cancelled: bool) -> None:
    text = invitation(replace(MEETING, sequence=2, cancelled=cancelled))

    calendar = vobject.readOne(text)
    event = calendar.vevent

    assert calendar.method.value == ("CANCEL" if cancelled else "REQUEST")
    assert event.uid.value == "4f7c@peerloom"
    assert int(event.sequence.value) == 2
    assert event.dtstart.value == MEETING.starts_at
    assert event.dtend.value - event.dtstart.value == timedelta(hours=1)
    assert event.summary.value == MEETING.summary
    assert event.organizer.value == "mailto:peerloom@example.org"
    assert [a.value for a in event.attendee_list] == [
        "mailto:chloe@example.org", "mailto:ben@example.org",
    ]  # fmt: skip
    assert event.attendee_list[0].params["CN"] == ["Chloé O'Neil, PhD"]
    assert event.status.value == ("CANCELLED" if cancelled else "CONFIRMED")
    # RFC 5545, 3.1: lines end in CRLF and have at most 75 octets.
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
