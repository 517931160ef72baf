"""`python -m tests.fuzz table|calendar|hours [options of libFuzzer]`: stops at the first surprise."""

from __future__ import annotations

import logging
import sys
import warnings
from contextlib import suppress
from datetime import date

import atheris

with atheris.instrument_imports(include=["peerloom", "icalendar", "csv"]):
    from peerloom.calendars.busy import CalendarError, busy_quarters
    from peerloom.calendars.weekly import HoursError, format_hours, parse_hours
    from peerloom.tables import TableError, is_formula, plain, read_csv

MONDAY = date(2026, 3, 23)  # a week in which clocks change
# Random bytes are hardly ever a calendar: some are made of pieces of one.
LINES = (
    "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "UID:a", "UID:b",
    "DTSTART:20260323T090000Z", "DTSTART;TZID=Europe/Berlin:20260329T023000",
    "DTSTART;VALUE=DATE:20260324", "DTEND:20260323T100000Z", "DURATION:PT1H", "DURATION:-P1W",
    "RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY;COUNT=3;BYDAY=MO,TU", "RRULE:FREQ=YEARLY;UNTIL=1",
    "RDATE:20260330T090000Z", "EXDATE:20260330T090000Z", "RECURRENCE-ID:20260330T090000Z",
    "TRANSP:TRANSPARENT", "STATUS:CANCELLED", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "TZID:X",
)  # fmt: skip
WORDS = (
    "Mon ",
    "Sun ",
    "09:00",
    "12:15",
    "24:00",
    "-",
    ";",
    ",",
    " ",
    "9:7",
    "x",
    "tue 00:00-00:15",
)


def table(content: bytes) -> None:
    """A file of people is read, or refused in words; no cell of it goes out as a formula."""
    try:
        rows, lines = read_csv(content)
    except TableError:
        return
    assert len(rows) == len(lines)
    for row in rows:
        assert not any(is_formula(str(plain(cell))) for cell in row.values())
        assert row.keys() == rows[0].keys()


def calendar(content: bytes) -> None:
    """A calendar is read, or refused in words; busy hours lie within the week."""
    if content[:1] > b"\x40":
        content = "\r\n".join(LINES[b % len(LINES)] for b in content[1:]).encode()
    try:
        found = busy_quarters(content, "Europe/Berlin", MONDAY)
    except CalendarError:
        return
    assert all(0 <= quarter < 7 * 96 for quarter in found)


def hours(content: bytes) -> None:
    """Weekly hours are read, or refused in words; written out they are the same hours."""
    with suppress(HoursError):
        found = parse_hours("".join(WORDS[b % len(WORDS)] for b in content))
        assert parse_hours(format_hours(found)) == found


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable()
    target = {"table": table, "calendar": calendar, "hours": hours}[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
