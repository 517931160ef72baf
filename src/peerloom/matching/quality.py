"""Figures of a solved round: how good it is, for whom, and how stable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from peerloom.matching.eligible import eligible_pairs
from peerloom.matching.encoding import Encoded
from peerloom.matching.progress import Progress
from peerloom.matching.result import Partnership, Quality
from peerloom.matching.rivals import rivals
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
