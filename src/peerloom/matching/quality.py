"""Figures of a solved round: how good it is, for whom, and how stable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import kernel
from peerloom.matching.eligible import eligible_pairs
from peerloom.matching.encoding import Encoded
from peerloom.matching.progress import Progress, in_turn, ranges
from peerloom.matching.result import Partnership, Quality
from peerloom.matching.rivals import rivals
from peerloom.matching.scoring import ALL_CRITERIA, INELIGIBLE, Arrays, desk, score_some
from peerloom.matching.sieve import sieve_of

BEST_FEW = 10  # of a person's best partners; who got one of them is counted


def quality_of(
    encoded: Encoded, partnerships: Sequence[Partnership], progress: Progress | None = None
) -> Quality:
    """Figures of the round.

    A person in a trio has the mean of both partners. Gini is that of the satisfactions of those
    placed (0: all alike), in millionths.
    """
    n = len(encoded)
    place = {person: row for row, person in enumerate(encoded.pool.ids)}
    scores: list[list[int]] = [[] for _ in range(n)]
    satisfied: list[list[int]] = [[] for _ in range(n)]
    for partnership in partnerships:
        for fit in partnership.fits:
            for person, u in zip(fit.members, fit.satisfaction, strict=True):
                scores[place[person]].append(fit.score)
                satisfied[place[person]].append(u)
    mean = [sum(s) // len(s) if s else -1 for s in scores]
    u_mean = [sum(s) // len(s) if s else -1 for s in satisfied]
    sieve = sieve_of(encoded.arrays)
    score_now, u_now = np.array(mean, np.int64), np.array(u_mean, np.int64)
    better, blocking = rivals(encoded.arrays, sieve, score_now, u_now, BEST_FEW, progress)
    placed = [row for row in range(n) if scores[row]]
    values = sorted(p.score for p in partnerships)
    return Quality(
        placed=len(placed),
        people=n,
        eligible_pairs=eligible_pairs(encoded.arrays, progress),
        total=sum(p.value for p in partnerships),
        mean=sum(values) // len(values) if values else 0,
        lowest=values[0] if values else 0,
        quartiles=_quartiles(values),
        top_ten=sum(1 for row in placed if better[row] < BEST_FEW),
        blocking_pairs=blocking,
        gini=gini(sorted(u_mean[row] for row in placed)),
    )


def _quartiles(values: Sequence[int]) -> tuple[int, int, int]:
    """Lower, middle and upper quartile; the nearest rank below."""
    if not values:
        return (0, 0, 0)
    last = len(values) - 1
    return (values[last // 4], values[last // 2], values[3 * last // 4])


def gini(values: Sequence[int]) -> int:
    total = sum(values)
    if not total:
        return 0
    n = len(values)
    ranked = sum((2 * k - n - 1) * v for k, v in enumerate(values, 1))
    return ranked * 1_000_000 // (n * total)


@dataclass(frozen=True)
class Outlook:
    """What a policy leaves possible, before anything is solved.

    Attributes
    ----------
    people, eligible_pairs
        Size of the pool, and pairs that meet every must-have.
    options
        Eligible partners of each person, in the order of the encoded pool.
    few
        People with fewer than three.
    best : list of int
        Each person's best possible score, in millionths; -1 where nobody fits.
    """

    people: int
    eligible_pairs: int
    options: tuple[int, ...]
    few: int
    best: tuple[int, ...]


@kernel
def _look(a: Arrays, begin: int, end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Eligible partners and best score of everybody, over the pairs whose first row is in range."""
    n = a.active.shape[0]
    options = np.zeros(n, np.int64)
    best = np.full(n, -1, np.int64)
    d = desk(n)
    everybody = np.arange(n)
    for i in range(begin, end):
        others = everybody[i + 1 :]
        score_some(a, i, others, 0, ALL_CRITERIA, d)
        for x in range(others.shape[0]):
            if d.score[x] != INELIGIBLE:
                j = others[x]
                options[i] += 1
                options[j] += 1
                best[i] = max(best[i], d.score[x])
                best[j] = max(best[j], d.score[x])
    return options, best


def outlook(encoded: Encoded) -> Outlook:
    """What the policy leaves possible: one look at all pairs."""
    n = len(encoded)
    options, best = np.zeros(n, np.int64), np.full(n, -1, np.int64)
    units = ranges(n, max(1, 2_000_000 // max(1, n)))
    for more, highest in in_turn(None, "looking", units, lambda u: _look(encoded.arrays, *u)):
        options += more
        best = np.maximum(best, highest)
    return Outlook(
        people=n,
        eligible_pairs=int(options.sum()) // 2,
        options=tuple(options.tolist()),
        few=int((options < 3).sum()),
        best=tuple(best.tolist()),
    )
