"""What a policy leaves possible for the people there are, before anything is solved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import kernel
from peerloom.matching.encoding import Encoded
from peerloom.matching.progress import in_turn, ranges
from peerloom.matching.scoring import ALL_CRITERIA, INELIGIBLE, Arrays, desk, score_some

Row = NDArray[np.int64]
A_UNIT = 2_000_000  # pairs that are scored between two looks at the clock


@dataclass(frozen=True)
class Outlook:
    """What a policy leaves possible, before anything is solved.

    Attributes
    ----------
    people
        Size of the pool.
    looked_at
        Of how many of them it tells, against everybody: all, or some drawn at random.
    eligible_pairs
        Pairs that meet every must-have; an estimate where not all were looked at.
    options
        Eligible partners of each who was looked at, in the order of the encoded pool.
    few
        Of these, those with fewer than three.
    best : tuple of int
        The best possible score of each, in millionths; -1 where nobody fits.
    """

    people: int
    looked_at: int
    eligible_pairs: int
    options: tuple[int, ...]
    few: int
    best: tuple[int, ...]


@kernel
def _look(a: Arrays, rows: Row, begin: int, end: int) -> tuple[Row, Row]:
    """Eligible partners and best score of the people in rows[begin:end], against everybody.

    Where the rows are everybody each pair is scored once, and counts for both.
    """
    n, size = a.active.shape[0], rows.shape[0]
    options = np.zeros(size, np.int64)
    best = np.full(size, -1, np.int64)
    d = desk(n)
    everybody = np.arange(n)
    whole = size == n
    for x in range(begin, end):
        i = rows[x]
        others = everybody[i + 1 :] if whole else everybody
        score_some(a, i, others, 0, ALL_CRITERIA, d)
        for y in range(others.shape[0]):
            if d.score[y] != INELIGIBLE:
                options[x] += 1
                best[x] = max(best[x], d.score[y])
                if whole:
                    options[others[y]] += 1
                    best[others[y]] = max(best[others[y]], d.score[y])
    return options, best


def outlook(encoded: Encoded, most: int | None = None) -> Outlook:
    """What the policy leaves possible: a look at all pairs, or at some people's pairs.

    Parameters
    ----------
    most
        People to look at, each against everybody. Of more as many are drawn, the same each time:
        a share `p` of theirs is that of all to within some `2 * sqrt(p * (1 - p) / most)`, nineteen
        times out of twenty (simple random sampling).
    """
    n = len(encoded)
    rows = np.arange(n)
    if most is not None and most < n:
        rows = np.sort(np.random.default_rng(1).choice(n, most, replace=False))
    size = len(rows)
    options, best = np.zeros(size, np.int64), np.full(size, -1, np.int64)
    units = ranges(size, max(1, A_UNIT // max(1, n)))
    for more, highest in in_turn(None, "looking", units, lambda u: _look(encoded.arrays, rows, *u)):
        options += more
        best = np.maximum(best, highest)
    return Outlook(
        people=n,
        looked_at=size,
        eligible_pairs=int(options.sum()) * n // (2 * size) if size else 0,
        options=tuple(options.tolist()),
        few=int((options < 3).sum()),
        best=tuple(best.tolist()),
    )
