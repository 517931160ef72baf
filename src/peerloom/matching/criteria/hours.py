"""`schedule`: weekly free hours that two people share all season, whatever the clocks do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

from peerloom.calendars.weekly import (
    QUARTERS,
    HoursError,
    on_world_clock,
    parse_hours,
    season_weeks,
    zone,
)
from peerloom.matching.criteria.shapes import Answers, Shape
from peerloom.matching.errors import Problem
from peerloom.matching.policy import Criterion
from peerloom.matching.pool import Pool

WORDS = -(-QUARTERS // 64)
FULL = 2**64 - 1  # a word of ones
# Without a season a plain week with no clock change near it; only differences between zones count.
ANY_WEEK = date(2026, 6, 1)


def schedule(pool: Pool, criterion: Criterion, lists: str, problems: list[Problem]) -> Answers:
    """All when the shared minutes of the poorest week reach `minutes`, less in proportion."""
    column = criterion.settings["field"]
    zone_column = criterion.settings.get("zone")
    zones = list(pool.column(zone_column)) if zone_column else [""] * len(pool)
    hours: list[frozenset[int]] = []
    for row, cell in enumerate(pool.column(column)):
        hours.append(frozenset())
        try:
            hours[row] = parse_hours(cell)
        except HoursError as error:
            problems.append(Problem(pool.where(row, column), str(error)))
        try:
            zone(zones[row] or "UTC")
        except HoursError as error:
            problems.append(Problem(pool.where(row, zone_column or column), str(error)))
            zones[row] = ""
    season = [date.fromisoformat(d) for d in criterion.settings.get("season", [])]
    first, last = season or (ANY_WEEK, ANY_WEEK)
    names = [z or "UTC" for z in zones]
    weeks = season_weeks(names, first, last)
    left = np.zeros((len(pool), len(weeks) * WORDS), np.uint64)
    for row, mine in enumerate(hours):
        for k, week in enumerate(weeks):
            left[row, k * WORDS : (k + 1) * WORDS] = _words(on_world_clock(mine, names[row], week))
    # Hours without a zone, where the policy asks for zones, are as good as not given.
    given = np.array(
        [bool(h) and bool(z or not zone_column) for h, z in zip(hours, zones, strict=True)], bool
    )
    enough = max(1, round(float(criterion.settings["minutes"]) / 15))
    return Answers(Shape.WEEK, gives=given, takes=given, left=left, enough=enough)


def _words(quarters: Iterable[int]) -> list[int]:
    """Quarter hours of a week as bits of 64-bit words."""
    bits = 0
    for q in quarters:
        bits |= 1 << q
    return [bits >> 64 * k & FULL for k in range(WORDS)]
