"""Circles of 3 to 8: good ones, found by search, with a bound that says how good they can be.

There is no proof that no better circles exist, as there is for pairs: finding the best is NP-hard.
What is proven is the bound, and the distance to it is reported as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.circles.bound import Wants, encoded_wants, upper_bound
from peerloom.matching.circles.prices import good_prices
from peerloom.matching.circles.search import anneal, grow
from peerloom.matching.circles.table import Table, table_of
from peerloom.matching.encoding import Encoded
from peerloom.matching.limits import Limits
from peerloom.matching.progress import Progress, in_turn, tell
from peerloom.matching.sieve import sieve_of

PART = 5000  # most people searched together; larger pools are cut where must-haves part them
STEPS = 15_000  # of the search, for each person
NEAR = 30  # best partners of a person that steps are drawn from
LEGS = 40  # reports of progress


@dataclass(frozen=True)
class Circles:
    """Circles of rows, who is left over, and the bound.

    Attributes
    ----------
    prices : int64 array, shape (2 n + wants,)
        They prove the bound, see `circles.bound`.
    bound
        No circles are worth more, in millionths.
    """

    circles: tuple[tuple[int, ...], ...]
    alone: tuple[int, ...]
    prices: NDArray[np.int64]
    bound: int


def solve_circles(
    encoded: Encoded,
    progress: Progress | None = None,
    *,
    steps: int = STEPS,
    limits: Limits | None = None,
) -> Circles:
    """Circles within the policy's sizes; as many people placed as fit into whole circles.

    Parameters
    ----------
    steps
        Of the search, for each person. More take longer and end better.
    limits
        Where they are reached the search ends early; the bound holds all the same.

    Raises
    ------
    Cancelled
        When `progress` asked to stop.

    Notes
    -----
    Time O(n steps size^2); memory one 32-bit number for each two people of a part.
    """
    least, most = encoded.policy.objective.size
    limits = limits or Limits()
    parts = _parts(encoded, least)
    found: list[tuple[int, ...]] = []
    n, wants = len(encoded), encoded_wants(encoded)
    prices = np.concatenate([np.zeros(2 * n, np.int64), wants.worth])
    if len(parts) == 1:
        circles, mine = _solve_part(encoded, parts[0], steps, progress, limits)
        found += circles
        _place(prices, mine, parts[0], n, wants)
    else:
        solved = in_turn(
            progress,
            "searching",
            parts,
            lambda rows: _solve_part(encoded, rows, steps, None, limits),
        )
        for rows, (circles, mine) in zip(parts, solved, strict=True):
            found += circles
            _place(prices, mine, rows, n, wants)
    placed = {row for circle in found for row in circle}
    return Circles(
        circles=tuple(sorted(found)),
        alone=tuple(row for row in range(len(encoded)) if row not in placed),
        prices=prices,
        bound=upper_bound(encoded, prices, least, most, progress),
    )


def _place(
    prices: NDArray[np.int64],
    mine: NDArray[np.int64],
    rows: NDArray[np.int64],
    n: int,
    wants: Wants,
) -> None:
    """Put the prices of a part where they belong among all."""
    m = len(rows)
    prices[rows], prices[n + rows] = mine[:m], mine[m : 2 * m]
    begin = wants.first.reshape(n, -1)[rows, 0] if wants.first.size else np.zeros(m, np.int64)
    counts = np.bitwise_count(wants.wants[:, rows]).sum(axis=(0, 2), dtype=np.int64)
    numbers = np.repeat(begin - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
    prices[2 * n + numbers] = mine[2 * m :]


def sizes_for(people: int, least: int, most: int) -> list[int]:
    """Sizes of circles that place as many of the people as can be, as even as can be."""
    circles = people // least
    if not circles:
        return []
    # The fewest circles that hold all, each as near to the middle of the bounds as may be.
    wanted = min(circles, max(-(-people // most), round(2 * people / (least + most))))
    placed = min(people, wanted * most)
    return [placed // wanted + (k < placed % wanted) for k in range(wanted)]


def _parts(encoded: Encoded, least: int) -> list[NDArray[np.int64]]:
    """Rows searched together: all, or stretches of people whom must-haves keep near each other."""
    order = sieve_of(encoded.arrays).order
    count = max(1, -(-len(order) // PART))
    size = max(least, -(-len(order) // count))
    return [np.sort(order[begin : begin + size]) for begin in range(0, max(1, len(order)), size)]


def _solve_part(
    encoded: Encoded, rows: NDArray[np.int64], steps: int, progress: Progress | None, limits: Limits
) -> tuple[list[tuple[int, ...]], NDArray[np.int64]]:
    least, most = encoded.policy.objective.size
    tell(progress, "looking at pairs", 0, 1)
    table = table_of(encoded, rows.tolist())
    near = _near(table)
    # Those who waited longest begin circles; of the others those with fewest partners.
    options = (table.score >= 0).sum(axis=1)
    order = np.lexsort([np.arange(len(rows)), options, -encoded.waited[rows]]).astype(np.int64)
    targets = np.array(sizes_for(len(rows), least, most), np.int64)
    if not len(targets):
        return [], good_prices(table, least, most)
    tell(progress, "building circles", 0, 1)
    members, sizes = grow(table, order, near, least, most, targets)
    # The bound needs nothing of the search, so both run at once.
    beside = ThreadPoolExecutor(1)
    bounding = beside.submit(good_prices, table, least, most)
    beside.shutdown(wait=False)
    total = steps * len(rows)
    state = np.array([0x9E3779B97F4A7C15], np.uint64)
    for leg in range(LEGS):
        tell(progress, "searching", leg, LEGS)
        begin, end = total * leg // LEGS, total * (leg + 1) // LEGS
        anneal(table, members, sizes, near, least, most, begin, end, total, state)
        if limits.reached():
            break
    tell(progress, "bounding", 0, 1)
    circles = [
        tuple(sorted(rows[members[g, :size]].tolist()))
        for g, size in enumerate(sizes.tolist())
        if size
    ]
    return circles, bounding.result()


def _near(table: Table) -> NDArray[np.int64]:
    """Best partners of each, best first; -1 where there are fewer."""
    k = min(NEAR, len(table.score))
    near = np.argsort(-table.score, axis=1, kind="stable")[:, :k].astype(np.int64)
    near[np.take_along_axis(table.score, near, axis=1) < 0] = -1
    return near


__all__: Sequence[str] = ["Circles", "sizes_for", "solve_circles"]
