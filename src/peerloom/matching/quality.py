"""Figures of a solved round: how good it is, for whom, and how stable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import kernel
from peerloom.matching.encoding import Encoded
from peerloom.matching.result import Partnership, Quality
from peerloom.matching.scoring import INELIGIBLE, TILE, Arrays, room, score_tile


@kernel
def _compare(
    a: Arrays, score_now: NDArray[np.int64], u_now: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """How many eligible partners each person has, how many score higher than theirs, and how many
    pairs would both be more satisfied with each other (score and u are -1 for the unplaced)."""
    n = a.active.shape[0]
    options = np.zeros(n, np.int64)
    better = np.zeros(n, np.int64)
    blocking = 0
    u_i, u_j, score, s1, s2 = room(TILE)
    for i in range(n):
        for j in range(0, n, TILE):
            stop = min(n, j + TILE)
            score_tile(a, i, j, stop, u_i, u_j, score, s1, s2)
            for x in range(stop - j):
                if score[x] == INELIGIBLE:
                    continue
                options[i] += 1
                if score[x] > score_now[i]:
                    better[i] += 1
                if i < j + x and u_i[x] > u_now[i] and u_j[x] > u_now[j + x]:
                    blocking += 1
    return options, better, blocking


def quality_of(
    encoded: Encoded, partnerships: Sequence[Partnership]
) -> tuple[Quality, NDArray[np.int64]]:
    """Figures of the round, and each person's number of eligible partners.

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
    options, better, blocking = _compare(
        encoded.arrays, np.array(mean, np.int64), np.array(u_mean, np.int64)
    )
    placed = [row for row in range(n) if scores[row]]
    values = sorted(p.score for p in partnerships)
    return (
        Quality(
            placed=len(placed),
            people=n,
            eligible_pairs=int(options.sum()) // 2,
            total=sum(p.value for p in partnerships),
            mean=sum(values) // len(values) if values else 0,
            lowest=values[0] if values else 0,
            quartiles=_quartiles(values),
            top_ten=sum(1 for row in placed if better[row] < 10),
            blocking_pairs=int(blocking),
            gini=_gini(sorted(u_mean[row] for row in placed)),
        ),
        options,
    )


def _quartiles(values: Sequence[int]) -> tuple[int, int, int]:
    """Lower, middle and upper quartile; the nearest rank below."""
    if not values:
        return (0, 0, 0)
    last = len(values) - 1
    return (values[last // 4], values[last // 2], values[3 * last // 4])


def _gini(values: Sequence[int]) -> int:
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
def _look(a: Arrays) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    n = a.active.shape[0]
    options = np.zeros(n, np.int64)
    best = np.full(n, -1, np.int64)
    u_i, u_j, score, s1, s2 = room(TILE)
    for i in range(n):
        for j in range(0, n, TILE):
            stop = min(n, j + TILE)
            score_tile(a, i, j, stop, u_i, u_j, score, s1, s2)
            for x in range(stop - j):
                if score[x] != INELIGIBLE:
                    options[i] += 1
                    best[i] = max(best[i], score[x])
    return options, best


def outlook(encoded: Encoded) -> Outlook:
    """What the policy leaves possible: one look at all pairs."""
    options, best = _look(encoded.arrays)
    return Outlook(
        people=len(encoded),
        eligible_pairs=int(options.sum()) // 2,
        options=tuple(options.tolist()),
        few=int((options < 3).sum()),
        best=tuple(best.tolist()),
    )
