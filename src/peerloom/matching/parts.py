"""Parts of a pool that no candidate pair joins are solved apart, several at a time.

A must-have that splits the pool (a language, a region) makes such parts. The answer is the same as
of one solve over all: no event of one part touches another.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.blossom import Blossom, Matching, maximum_weight_matching
from peerloom.matching.progress import Progress, in_turn

Ints = NDArray[np.int64]

WORTH_PARTING = 2000  # people; a smaller pool is solved sooner than it is parted
CREWS = 16  # parts are dealt to so many solves, so that thousands of parts make no thousands


def match_in_parts(
    n: int,
    left: Ints,
    right: Ints,
    weight: Ints,
    *,
    start: Matching | None = None,
    progress: Progress | None = None,
    worth_parting: int = WORTH_PARTING,
) -> Matching:
    """As `maximum_weight_matching`, by connected parts."""
    crews = _crews(n, left, right) if n >= worth_parting else []
    if len(crews) < 2:
        return maximum_weight_matching(
            n, left.astype(np.int32), right.astype(np.int32), weight, start=start, progress=progress
        )
    place = np.empty(n, np.int64)
    crew_of = np.empty(n, np.int64)
    for k, rows in enumerate(crews):
        place[rows], crew_of[rows] = np.arange(len(rows)), k
    y2 = None if start is None else start.absorbed()

    def solve(k: int) -> Matching:
        rows, mine = crews[k], crew_of[left] == k
        begin = None
        if start is not None and y2 is not None:
            mate = start.mate[rows]
            # A partner of an earlier solve may be in another part now.
            here = (mate >= 0) & (crew_of[np.maximum(mate, 0)] == k)
            begin = Matching(np.where(here, place[np.maximum(mate, 0)], -1), y2[rows], ())
        ends = place[left[mine]].astype(np.int32), place[right[mine]].astype(np.int32)
        return maximum_weight_matching(len(rows), *ends, weight[mine], start=begin)

    mate, prices = np.full(n, -1, np.int64), np.zeros(n, np.int64)
    sets: list[Blossom] = []
    solved = in_turn(progress, "solving", list(range(len(crews))), solve)
    for rows, found in zip(crews, solved, strict=True):
        mate[rows] = np.where(found.mate >= 0, rows[np.maximum(found.mate, 0)], -1)
        prices[rows] = found.y2
        first = len(sets)
        sets += [
            Blossom(
                people=tuple(rows[list(s.people)].tolist()),
                inside=tuple(first + inner for inner in s.inside),
                z2=s.z2,
            )
            for s in found.blossoms
        ]
    return Matching(mate, prices, tuple(sets))


def _crews(n: int, left: Ints, right: Ints) -> list[Ints]:
    """Rows of each solve: connected parts, dealt out largest first; one where there is one part."""
    # Slow to import: the pages start without.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(left), np.int8), (left, right)), (n, n))
    count, part = connected_components(graph, directed=False)
    if count < 2:
        return []
    sizes = np.bincount(part, minlength=count)
    load, crew = np.zeros(min(CREWS, count), np.int64), np.empty(count, np.int64)
    for k in np.lexsort([np.arange(count), -sizes]).tolist():
        crew[k] = int(np.argmin(load))
        load[crew[k]] += sizes[k]
    of_row = crew[part]
    return [np.flatnonzero(of_row == k) for k in range(len(load)) if load[k]]
