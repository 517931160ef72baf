"""A look through pairs after a solve: who would rather have another, and whom both would."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.criteria import ONE
from peerloom.matching.looks import BATCH, gather, hits_desk, score_hits
from peerloom.matching.progress import Progress, in_turn, ranges
from peerloom.matching.scoring import INELIGIBLE, Arrays
from peerloom.matching.scoring import desk as scores_desk
from peerloom.matching.sieve import (
    TILE,
    Sieve,
    Single,
    desk,
    passes_over,
    potential,
)

UNIT = 20_000_000  # pairs looked at between two reports of progress


@kernel(inline="always")
def _together(kind: int, mine: Single, theirs: Single) -> Single:
    """The score of two satisfactions; it grows with each of them."""
    if kind == 1:
        return min(mine, theirs)
    if kind == 2:
        return (mine + theirs) / np.float32(2)
    both = mine + theirs
    return np.float32(2) * mine * theirs / both if both > 0 else np.float32(0)


@kernel
def _rivals(
    a: Arrays,
    v: Sieve,
    begin: int,
    end: int,
    score_now: NDArray[np.int64],
    u_now: NDArray[np.int64],
    most: int,
) -> tuple[NDArray[np.int64], Whole]:
    m = v.order.shape[0]
    better = np.zeros(score_now.shape[0], np.int64)
    blocking = np.int64(0)
    d, s, e = desk(), scores_desk(TILE + BATCH), hits_desk()
    # By position: the score that a better partner exceeds, out of reach once enough are counted.
    bar, us = np.empty(m, np.float32), np.empty(m, np.float32)
    for p in range(m):
        bar[p] = score_now[v.order[p]] / ONE
        us[p] = max(0, u_now[v.order[p]]) / ONE
    kind = v.reciprocal[0]
    for p in range(begin, end):
        i = v.order[p]
        hits: Whole = np.int64(0)
        tiles = (m + TILE - 1) // TILE
        for tile in range(p // TILE, tiles + 1):
            first, last = max(p + 1, tile * TILE), min(m, tile * TILE + TILE)
            if first < last and not passes_over(v, p, tile):
                for x in range(last - first):
                    q = first + x
                    # Whom both would rather have scores more than their satisfactions now would.
                    both = _together(kind, us[p], us[q]) - np.float32(2e-6)
                    d.need[x] = max(np.float32(-1), min(both, min(bar[p], bar[q])))
                hits = gather(d, first, potential(v, p, first, last, d), e, hits)
            if hits < BATCH and tile < tiles:
                continue
            score_hits(a, v, p, hits, s, e)
            for h in range(hits):
                j, worth = e.others[h], s.score[h]
                if worth == INELIGIBLE:
                    continue
                better[i] += worth > score_now[i]
                better[j] += worth > score_now[j]
                if better[j] >= most:
                    bar[e.found[h]] = 2
                blocking += s.u_i[h] > u_now[i] and s.u_j[h] > u_now[j]
            if better[i] >= most:
                bar[p] = 2
            hits = np.int64(0)
    return better, blocking


def rivals(
    a: Arrays,
    v: Sieve,
    score_now: NDArray[np.int64],
    u_now: NDArray[np.int64],
    most: int,
    progress: Progress | None = None,
) -> tuple[NDArray[np.int64], int]:
    """How many partners would score higher than each person's own (up to `most`), and how many
    pairs would both be more satisfied with each other.

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
        progress, "comparing", units, lambda unit: _rivals(a, v, *unit, score_now, u_now, most)
    ):
        better = np.minimum(most, better + more)
        blocking += int(block)
    return better, blocking
