"""Dual prices, and the look through all pairs for one that they do not rule out.

A matching of weight w is proven best when prices y >= 0 for people and z >= 0 for odd sets satisfy
``y_i + y_j + sum(z of sets that hold both) >= weight_ij`` for every eligible pair and add up to w
(Edmonds 1965). The prices are kept doubled, so that they are integers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.encoding import Encoded
from peerloom.matching.scoring import INELIGIBLE, TILE, Arrays, room, score_tile

if TYPE_CHECKING:
    from peerloom.matching.blossom import Matching


class Prices(NamedTuple):
    """Prices as the compiled loop reads them.

    `y2` is less what every pair of the person weighs anyway, so a pair violates when twice its
    score exceeds ``y2[i] + y2[j] + z2 of the sets that hold both``.
    """

    y2: NDArray[np.int64]
    innermost: NDArray[np.int64]  # (n,) smallest odd set of each person, -1
    outer: NDArray[np.int64]  # (sets,) the set around, -1
    depth: NDArray[np.int64]
    z2: NDArray[np.int64]  # (sets,) prices of a set and all around it, added up


def prices_of(matching: Matching, encoded: Encoded, base: int, step: int) -> Prices:
    """Prices of a solved matching."""
    n = len(encoded)
    sets = matching.blossoms
    outer = np.full(len(sets) + 1, -1, np.int64)
    innermost = np.full(n, -1, np.int64)
    for k, blossom in enumerate(sets):
        innermost[list(blossom.people)] = k
        outer[list(blossom.inside)] = k
    depth = np.zeros(len(sets) + 1, np.int64)
    z2 = np.zeros(len(sets) + 1, np.int64)
    # Outer sets come later in the list, so from its end each finds the one around it done.
    for k in range(len(sets) - 1, -1, -1):
        z2[k] = sets[k].z2
        if outer[k] >= 0:
            depth[k] = depth[outer[k]] + 1
            z2[k] += z2[outer[k]]
    return Prices(matching.y2 - base - 2 * step * encoded.waited, innermost, outer, depth, z2)


@kernel
def _shared(p: Prices, i: int, j: int) -> Whole:
    """Prices of the odd sets that hold both."""
    a, b = p.innermost[i], p.innermost[j]
    while a != b:
        if a == -1 or b == -1:
            return np.int64(0)
        if p.depth[a] >= p.depth[b]:
            a = p.outer[a]
        else:
            b = p.outer[b]
    return p.z2[a] if a != -1 else np.int64(0)


@kernel
def violations(
    a: Arrays, p: Prices, begin: int, end: int, minimum: int, most: int
) -> NDArray[np.int64]:
    """For each row in [begin, end) its worst pairs that the prices do not rule out.

    Returns
    -------
    int64 array, shape (found, 3)
        Row, later row, score; at most `most` for each row. Empty when all are ruled out.
    """
    n = a.active.shape[0]
    found = np.empty(((end - begin) * most, 3), np.int64)
    total = 0
    worst = np.empty((most, 3), np.int64)
    u_i, u_j, score, s1, s2 = room(TILE)
    for i in range(begin, end):
        kept = 0
        for j in range(i + 1, n, TILE):
            stop = min(n, j + TILE)
            score_tile(a, i, j, stop, u_i, u_j, score, s1, s2)
            for x in range(stop - j):
                if score[x] == INELIGIBLE or score[x] < minimum:
                    continue
                excess = 2 * score[x] - p.y2[i] - p.y2[j + x]
                if excess <= 0:
                    continue
                excess -= _shared(p, i, j + x)
                if excess <= 0 or (kept == most and excess <= worst[kept - 1, 0]):
                    continue
                place = kept if kept < most else most - 1
                kept = min(most, kept + 1)
                while place > 0 and worst[place - 1, 0] < excess:
                    for d in range(3):
                        worst[place, d] = worst[place - 1, d]
                    place -= 1
                worst[place, 0], worst[place, 1], worst[place, 2] = excess, j + x, score[x]
        for k in range(kept):
            found[total, 0], found[total, 1], found[total, 2] = i, worst[k, 1], worst[k, 2]
            total += 1
    return found[:total].copy()
