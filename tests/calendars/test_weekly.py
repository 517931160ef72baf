"""Free hours as people write them, and shared time across zones and clock changes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.calendars.weekly import (
    HoursError,
    format_hours,
    on_world_clock,
    parse_hours,
    season_weeks,
    shared_minutes,
)

QUARTERS = st.frozensets(st.integers(0, 671))
ZONES = st.sampled_from(["Europe/Paris", "Asia/Kathmandu", "America/New_York", "Pacific/Auckland"])


@given(QUARTERS)
def test_hours_are_written_as_they_are_read(quarters: frozenset[int]) -> None:
    assert parse_hours(format_hours(quarters)) == quarters


@given(QUARTERS, ZONES)
def test_a_zone_moves_hours_and_loses_none(quarters: frozenset[int], name: str) -> None:
    assert len(on_world_clock(quarters, name, date(2026, 6, 1))) == len(quarters)


@given(QUARTERS, ZONES, QUARTERS, ZONES)
def test_shared_time_is_the_same_from_both_sides(
    mine: frozenset[int], here: str, theirs: frozenset[int], there: str
) -> None:
    weeks = season_weeks([here, there], date(2026, 1, 1), date(2026, 12, 31))

    assert shared_minutes(mine, here, theirs, there, weeks) == shared_minutes(
        theirs, there, mine, here, weeks
    )


def test_spans_that_touch_are_written_as_one() -> None:
    assert format_hours(parse_hours("Mon 09:00-10:00; Monday 10:00 - 11:30")) == "Mon 09:00-11:30"


@pytest.mark.parametrize("text", ["Mon 9-10", "Mon 09:10-10:00", "Mon 10:00-09:00", "soon"])
def test_hours_that_cannot_be_read_say_why(text: str) -> None:
    with pytest.raises(HoursError, match=r"must|is not a span"):
        parse_hours(text)


def test_a_year_of_paris_has_its_two_clocks() -> None:
    weeks = season_weeks(["Europe/Paris"], date(2026, 1, 1), date(2026, 12, 31))

    assert weeks == (date(2025, 12, 29), date(2026, 3, 30))
