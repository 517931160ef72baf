"""`schedule`: weekly free hours that two people share all season, whatever the clocks do."""

from __future__ import annotations

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
            for q in on_world_clock(mine, names[row], week):
                left[row, k * WORDS + q // 64] |= np.uint64(1 << (q % 64))
    # Hours without a zone, where the policy asks for zones, are as good as not given.
    given = np.array(
        [bool(h) and bool(z or not zone_column) for h, z in zip(hours, zones, strict=True)], bool
    )
    enough = max(1, round(float(criterion.settings["minutes"]) / 15))
    return Answers(Shape.WEEK, gives=given, takes=given, left=left, enough=enough)
