"""Circles as a result: partnerships of 3 to 8, who is left over, and the bound."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import combinations

import numpy as np

from peerloom.matching.circles import Circles, solve_circles
from peerloom.matching.circles.table import table_of
from peerloom.matching.circles.worth import worth
from peerloom.matching.encoding import Encoded
from peerloom.matching.errors import PoolError
from peerloom.matching.explain import explain_pairs
from peerloom.matching.limits import Limits
from peerloom.matching.progress import Progress
from peerloom.matching.quality import quality_of
from peerloom.matching.result import Certificate, Partnership, Result, Unplaced
from peerloom.matching.scoring import INELIGIBLE, score_rows


def match_circles(
    encoded: Encoded,
    never: Iterable[tuple[str, str]],
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Result:
    """Match people in circles; see `match`."""
    if encoded.locks:
        raise PoolError("pairs cannot be kept together in circles; leave the list out")
    started = time.perf_counter()
    solved = solve_circles(encoded, progress, limits=limits)
    found = time.perf_counter()
    partnerships = tuple(sorted(_partnerships(encoded, solved), key=lambda p: p.members))
    quality = quality_of(encoded, partnerships, progress)
    return Result(
        pool=encoded.pool,
        policy=encoded.policy,
        locks=(),
        standing=(),
        never=tuple(sorted({(min(p), max(p)) for p in never})),
        partnerships=partnerships,
        unplaced=tuple(sorted(_left_over(encoded, solved), key=lambda u: u.person)),
        quality=quality,
        certificate=Certificate(
            base=0,
            step=0,
            minimum=0,
            y2=tuple(solved.prices.tolist()),
            sets=(),
            bound2=2 * solved.bound,
            total2=2 * quality.total,
        ),
        timings={"solve": found - started, "explain": time.perf_counter() - found},
    )


def circle_worth(encoded: Encoded, rows: Iterable[int]) -> int:
    """Worth of people together, in millionths; -1 where something forbids them."""
    table = table_of(encoded, list(rows))
    size = len(table.score)
    return int(worth(table, np.arange(size), size))


def _partnerships(encoded: Encoded, solved: Circles) -> list[Partnership]:
    ids = encoded.pool.ids
    found = []
    for circle in solved.circles:
        rows = sorted(circle, key=lambda row: ids[row])
        fits = explain_pairs(encoded, list(combinations(rows, 2)))
        members = tuple(ids[row] for row in rows)
        found.append(Partnership(members, circle_worth(encoded, rows), tuple(fits)))
    return found


def _left_over(encoded: Encoded, solved: Circles) -> list[Unplaced]:
    found = []
    for row in solved.alone:
        scores = score_rows(encoded.arrays, row, row + 1)[0]
        eligible = int((scores != INELIGIBLE).sum())
        reason = "left_over" if eligible else "alone" if len(encoded) == 1 else "nobody_fits"
        found.append(Unplaced(encoded.pool.ids[row], reason, eligible))
    return found
