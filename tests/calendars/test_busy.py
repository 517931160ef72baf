"""Busy hours from a calendar: what repeats, in the person's zone, whatever the calendar holds."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.calendars.busy import CalendarError, busy_quarters
from peerloom.calendars.weekly import format_hours

MONDAY = date(2026, 3, 2)


def calendar(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    for k, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{k}@x", "DTSTAMP:20260101T000000Z"]
        lines += [*event.strip().splitlines(), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def busy(*events: str, zone: str = "Europe/Paris") -> str:
    return format_hours(busy_quarters(calendar(*events), zone, MONDAY))


def test_what_repeats_is_busy_and_what_comes_once_is_not() -> None:
    weekly = "DTSTART:20260302T080000Z\nDTEND:20260302T090000Z\nRRULE:FREQ=WEEKLY"
    once = "DTSTART:20260304T080000Z\nDTEND:20260304T090000Z"

    assert busy(weekly, once) == "Mon 09:00-10:00"


def test_hours_stand_in_the_persons_zone() -> None:
    weekly = "DTSTART:20260302T230000Z\nDTEND:20260303T003000Z\nRRULE:FREQ=WEEKLY"

    assert busy(weekly) == "Tue 00:00-01:30"
    # Clocks there change on 8 March 2026: one week an hour earlier, then three.
    assert busy(weekly, zone="America/New_York") == "Mon 19:00-20:30"


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20260302T080000Z\nDTEND:20260302T090000Z\nRRULE:FREQ=WEEKLY\nTRANSP:TRANSPARENT",
        "DTSTART:20260302T080000Z\nDTEND:20260302T090000Z\nRRULE:FREQ=WEEKLY\nSTATUS:CANCELLED",
        "DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260303\nRRULE:FREQ=WEEKLY",
        "DTSTART:20260302T080000Z\nDTEND:20260306T090000Z\nRRULE:FREQ=WEEKLY",
        "DTSTART:20260302T080000Z\nDTEND:20260302T080000Z\nRRULE:FREQ=WEEKLY",
    ],
)
def test_free_cancelled_whole_days_and_trips_do_not_count(event: str) -> None:
    assert busy(event) == ""


@pytest.mark.parametrize("text", [b"", b"<html></html>", b"\x00\xff" * 50, b"BEGIN:VCALENDAR"])
def test_what_is_no_calendar_is_said_to_be_none(text: bytes) -> None:
    with pytest.raises(CalendarError, match="calendar"):
        busy_quarters(text, "UTC", MONDAY)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=DAILY;BYSECOND=0,1,2,3", "FREQ=MINUTELY"])
def test_a_series_without_an_end_to_count_is_left_out(rule: str) -> None:
    endless = f"DTSTART:20260302T080000Z\nDTEND:20260302T080001Z\nRRULE:{rule}"
    weekly = "DTSTART:20260302T080000Z\nDTEND:20260302T090000Z\nRRULE:FREQ=WEEKLY"

    assert busy(endless, weekly) == "Mon 09:00-10:00"


def test_a_calendar_of_thousands_of_series_is_refused() -> None:
    weekly = "DTSTART:20260302T080000Z\nDTEND:20260302T090000Z\nRRULE:FREQ=WEEKLY"

    with pytest.raises(CalendarError, match="more than"):
        busy(*[weekly] * 301)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_mangled_calendar_never_breaks_anything(data: st.DataObject) -> None:
    text = calendar("DTSTART:20260302T080000Z\nDTEND:20260302T090000Z\nRRULE:FREQ=WEEKLY")
    at = data.draw(st.integers(0, len(text) - 1))
    mangled = (
        text[:at] + data.draw(st.binary(max_size=8)) + text[at + data.draw(st.integers(0, 6)) :]
    )

    with suppress(CalendarError):
        assert all(0 <= q < 672 for q in busy_quarters(mangled, "UTC", MONDAY))
