"""Looks through pairs after a solve: how many may be at all, and who would rather have each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.criteria import ONE
from peerloom.matching.progress import Progress, in_turn, ranges
from peerloom.matching.scoring import (
    ALL_CRITERIA,
    INELIGIBLE,
    Arrays,
    must_haves,
    score_pairs,
    score_some,
)
from peerloom.matching.scoring import desk as scores_desk
from peerloom.matching.sieve import TILE, Sieve, desk, passes_over, potential, sieve_of

UNIT = 20_000_000  # pairs looked at between two reports of progress


@kernel
def _eligible(a: Arrays, lenient: Sieve, severe: Sieve, begin: int, end: int) -> Whole:
    """Pairs that meet the must-haves, of positions in [begin, end) with later ones."""
    m = lenient.order.shape[0]
    count = np.int64(0)
    d, e, s = desk(), desk(), scores_desk(TILE)
    sure = np.zeros(TILE, np.bool_)
    others = np.empty(TILE, np.int64)
    for p in range(begin, end):
        for tile in range(p // TILE, (m + TILE - 1) // TILE):
            first, last = max(p + 1, tile * TILE), min(m, tile * TILE + TILE)
            if first >= last or passes_over(lenient, p, tile):
                continue
            may = potential(lenient, p, first, last, d)
            will = potential(severe, p, first, last, e) if may else may
            count += will
            if may == will:
                continue
            # Those on the edge of a must-have are scored to the last digit.
            sure[:] = False
            for h in range(will):
                sure[e.hits[h]] = True
            edge = 0
            for h in range(may):
                if not sure[d.hits[h]]:
                    others[edge] = lenient.order[first + d.hits[h]]
                    edge += 1
            score_some(a, lenient.order[p], others[:edge], 0, ALL_CRITERIA, s)
            for h in range(edge):
                if s.score[h] != INELIGIBLE:
                    count += 1
    return count


def eligible_pairs(a: Arrays, progress: Progress | None = None) -> int:
    """How many pairs meet every must-have and are not kept apart."""
    n = a.active.shape[0]
    apart = np.repeat(np.arange(n), np.diff(a.never_start))
    together = a.never_other[: len(apart)]
    once = apart < together
    a = must_haves(a)._replace(
        never_start=np.zeros(n + 1, np.int64), never_other=np.zeros(1, np.int64)
    )
    banned = int((score_pairs(a, apart[once], together[once])[:, 0] != INELIGIBLE).sum())
    m = int(a.active.sum())
    if not len(a.shape):
        return m * (m - 1) // 2 - banned
    lenient = sieve_of(a)
    severe = lenient._replace(threshold=lenient.threshold + 2 * lenient.margin)
    units = ranges(m, UNIT // max(1, m))
    found = in_turn(progress, "counting", units, lambda unit: _eligible(a, lenient, severe, *unit))
    return sum(int(count) for count in found) - banned


@kernel
def _rivals(
    a: Arrays,
    v: Sieve,
    begin: int,
    end: int,
    score_now: NDArray[np.int64],
    u_now: NDArray[np.int64],
) -> tuple[NDArray[np.int32], Whole]:
    m = v.order.shape[0]
    better = np.zeros(score_now.shape[0], np.int32)
    blocking = np.int64(0)
    d, s = desk(), scores_desk(TILE)
    others = np.empty(TILE, np.int64)
    scores, us = np.empty(m, np.float32), np.empty(m, np.float32)
    for p in range(m):
        scores[p] = score_now[v.order[p]] / ONE
        us[p] = u_now[v.order[p]] / ONE
    for p in range(begin, end):
        i = v.order[p]
        for tile in range(p // TILE, (m + TILE - 1) // TILE):
            first, last = max(p + 1, tile * TILE), min(m, tile * TILE + TILE)
            if first >= last or passes_over(v, p, tile):
                continue
            for x in range(last - first):
                # Two who would rather have each other score at least the lesser of what they have.
                q = first + x
                low = min(min(scores[p], scores[q]), min(us[p], us[q]))
                d.need[x] = max(np.float32(-1), low)
            hits = potential(v, p, first, last, d)
            for h in range(hits):
                others[h] = v.order[first + d.hits[h]]
            score_some(a, i, others[:hits], 0, ALL_CRITERIA, s)
            for h in range(hits):
                j, worth = others[h], s.score[h]
                if worth == INELIGIBLE:
                    continue
                better[i] += worth > score_now[i]
                better[j] += worth > score_now[j]
                blocking += s.u_i[h] > u_now[i] and s.u_j[h] > u_now[j]
    return better, blocking


def rivals(
    a: Arrays,
    v: Sieve,
    score_now: NDArray[np.int64],
    u_now: NDArray[np.int64],
    progress: Progress | None = None,
) -> tuple[NDArray[np.int64], int]:
    """How many partners would score higher than each person's own, and how many pairs would both
    be more satisfied with each other.

    Parameters
    ----------
    score_now, u_now : int64 arrays, shape (n,)
        Score and satisfaction of each with what they have; -1 for the unplaced.
    """
    better = np.zeros(len(score_now), np.int64)
    blocking = 0
    m = len(v.order)
    units = ranges(m, UNIT // max(1, m))
    for more, block in in_turn(
        progress, "comparing", units, lambda unit: _rivals(a, v, *unit, score_now, u_now)
    ):
        better += more
        blocking += int(block)
    return better, blocking
