"""The odd ones out join a pair, so that nobody is left over where the policy allows a trio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.criteria import ONE
from peerloom.matching.encoding import Encoded
from peerloom.matching.scoring import score_pairs, score_rows


@dataclass(frozen=True)
class Trio:
    """A pair and the one who joins it (rows)."""

    pair: tuple[int, int]
    joins: int


def trio_value(ab: int, ac: int, bc: int) -> int:
    """Worth of a trio: its three people at the mean of its three scores, as two are worth one."""
    return (ab + ac + bc) // 2


def best_trios(
    encoded: Encoded,
    pairs: Sequence[tuple[int, int]],
    alone: Sequence[int],
    *,
    minimum: int = 0,
) -> list[Trio]:
    """Place as many of `alone` as can be, at the least cost to the total, one to a pair.

    Must-haves hold among all three. The pairs stay as they are, so this is the best extension of
    a proven set of pairs: an assignment problem, solved exactly.
    """
    if not alone or not pairs:
        return []
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    together = _scores_of(encoded, pairs)
    rows: list[int] = []
    gains = []
    for person in alone:
        scores = score_rows(encoded.arrays, person, person + 1)[0].astype(np.int64)
        with_first, with_second = scores[first], scores[second]
        least = max(0, minimum)
        fits = (with_first >= least) & (with_second >= least)
        if fits.any():
            value = (together + with_first + with_second) // 2 - together
            rows.append(person)
            gains.append(np.where(fits, value, np.iinfo(np.int64).min))
    if not rows:
        return []
    # Each placement outweighs every difference in worth; the sums stay below 2**53, so exact.
    bonus = 4 * ONE * (len(rows) + 1)
    stacked = np.stack(gains)
    possible = stacked != np.iinfo(np.int64).min
    worth = np.where(possible, stacked + bonus, 0).astype(np.float64)
    from scipy.optimize import linear_sum_assignment  # slow to import, and seldom needed

    chosen = zip(*linear_sum_assignment(worth, maximize=True), strict=True)
    return [Trio(pairs[p], rows[r]) for r, p in chosen if possible[r, p]]


def _scores_of(encoded: Encoded, pairs: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    left, right = (np.array(side, np.int64) for side in zip(*pairs, strict=True))
    scores: NDArray[np.int64] = score_pairs(encoded.arrays, left, right)[:, 0]
    return scores
