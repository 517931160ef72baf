"""The best pairs over all eligible pairs, with a proof, from a small part of the pairs.

Solve on each person's best few; look through all pairs for any that the dual solution does not
rule out; add those; solve again. When none is left the optimum is proven over every pair (column
generation by pricing).

The weight of a pair puts the objective's order into one integer: ``base + step * (rounds the two
have waited) + score``. `step` outweighs every total of scores, `base` every total of steps, so most
people placed come first, then those who waited longest, then the total.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.blossom import Matching, Progress, maximum_weight_matching
from peerloom.matching.compiled import kernel
from peerloom.matching.criteria import ONE
from peerloom.matching.encoding import Encoded, without
from peerloom.matching.errors import Cancelled
from peerloom.matching.prices import Prices, prices_of, violations
from peerloom.matching.scoring import INELIGIBLE, TILE, Arrays, room, score_tile

NEAREST = 20  # candidates for each person at the start
ALL_PAIRS = 200  # up to this many people every pair is a candidate
ADDED = 8  # worst violations a person brings into the next solve


@dataclass(frozen=True)
class Weights:
    """How a score becomes a weight; see the file's first lines.

    Attributes
    ----------
    base, step
        Worth of placing a pair at all, and of a round waited.
    minimum
        Least score, in millionths, of a pair worth making.
    """

    base: int
    step: int
    minimum: int


@dataclass(frozen=True)
class Solution:
    """Pairs of rows, and the proof that no others are better."""

    pairs: tuple[tuple[int, int], ...]
    weights: Weights
    matching: Matching
    looked_at: int
    solves: int


def weights_of(encoded: Encoded) -> Weights:
    """Weights for the policy's objective.

    Raises
    ------
    OverflowError
        More people and rounds waited than 64 bits can put in order.
    """
    objective = encoded.policy.objective
    half = len(encoded) // 2 + 1
    if objective.place == "best":
        return Weights(0, 0, max(1, round(objective.minimum * ONE)))
    longest = int(encoded.waited.max(initial=0))
    step = half * ONE + 1 if longest else 0
    base = half * (2 * longest * step + ONE) + 1
    if base > 2**60:
        raise OverflowError("too many people to put rounds waited before fit; drop 'waited'")
    return Weights(base, step, 0)


@kernel
def _nearest(a: Arrays, begin: int, end: int, k: int, minimum: int) -> NDArray[np.int64]:
    """The k best eligible partners of each row: (end - begin, k, 2) of row and score, -1 filled."""
    n = a.active.shape[0]
    best = np.full((end - begin, k, 2), -1, np.int64)
    u_i, u_j, score, s1, s2 = room(TILE)
    for i in range(begin, end):
        row = best[i - begin]
        for j in range(0, n, TILE):
            stop = min(n, j + TILE)
            score_tile(a, i, j, stop, u_i, u_j, score, s1, s2)
            for x in range(stop - j):
                worth = score[x]
                if worth == INELIGIBLE or worth < minimum or worth <= row[k - 1, 1]:
                    continue
                p = k - 1
                while p > 0 and row[p - 1, 1] < worth:
                    row[p, 0], row[p, 1] = row[p - 1, 0], row[p - 1, 1]
                    p -= 1
                row[p, 0], row[p, 1] = j + x, worth
    return best


def blocks(n: int, width: int | None = None) -> Iterator[tuple[int, int]]:
    """Ranges of rows short enough to report progress between them."""
    width = width or max(1, min(n, 4_000_000 // max(1, n)))
    for begin in range(0, n, width):
        yield begin, min(n, begin + width)


def tell(progress: Progress | None, stage: str, done: int, total: int) -> None:
    """Report progress; raise `Cancelled` when the listener asks to stop."""
    if progress is not None and progress(stage, done, total):
        raise Cancelled


class _Candidates:
    """Pairs a solve looks at: a growing set of (row, row, score), rows in order."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.keys = np.zeros(0, np.int64)
        self.scores = np.zeros(0, np.int64)

    def add(self, left: NDArray[np.int64], right: NDArray[np.int64], s: NDArray[np.int64]) -> None:
        low, high = np.minimum(left, right), np.maximum(left, right)
        keys = np.concatenate([self.keys, low * self.n + high])
        self.keys, first = np.unique(keys, return_index=True)
        self.scores = np.concatenate([self.scores, s])[first]

    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return self.keys // self.n, self.keys % self.n


def first_candidates(
    encoded: Encoded, minimum: int, progress: Progress | None = None
) -> _Candidates:
    """Each person's best few; all pairs in a small pool."""
    n = len(encoded)
    k = n - 1 if n <= ALL_PAIRS else NEAREST
    found = _Candidates(n)
    for begin, end in blocks(n):
        tell(progress, "looking at pairs", begin, n)
        best = _nearest(encoded.arrays, begin, end, k, minimum)
        rows = np.repeat(np.arange(begin, end), k)
        other, score = best[:, :, 0].ravel(), best[:, :, 1].ravel()
        kept = other >= 0
        found.add(rows[kept], other[kept], score[kept])
    return found


def weigh(
    encoded: Encoded,
    weights: Weights,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    score: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Weight of each pair."""
    waited = encoded.waited
    return weights.base + weights.step * (waited[left] + waited[right]) + score


def solve_pairs(encoded: Encoded, progress: Progress | None = None) -> Solution:
    """The best pairs among people who are not locked, proven over all eligible pairs.

    Parameters
    ----------
    encoded
        Pool and policy; locked people are set aside, their pairs are added to the answer.
    progress
        Called with (stage, done, total); a true answer cancels.

    Raises
    ------
    Cancelled
        When `progress` asked to stop.

    Notes
    -----
    Memory O(n k); a pass over all pairs takes O(n^2 criteria) time, and there are as many passes
    as solves.
    """
    n = len(encoded)
    weights = weights_of(encoded)
    free = without(encoded, [row for pair in encoded.locks for row in pair])
    candidates = _Candidates(n)
    if n > 1:
        candidates = first_candidates(free, weights.minimum, progress)
    solves = 0
    while True:
        left, right = candidates.ends()
        weight = weigh(free, weights, left, right, candidates.scores)
        matching = maximum_weight_matching(
            n, left.astype(np.int32), right.astype(np.int32), weight, progress=progress
        )
        solves += 1
        missed = _missed(
            free, weights, prices_of(matching, free, weights.base, weights.step), progress
        )
        if not len(missed):
            break
        candidates.add(missed[:, 0], missed[:, 1], missed[:, 2])
    mates = matching.mate.tolist()
    pairs = [(row, mate) for row, mate in enumerate(mates) if row < mate]
    return Solution(
        tuple(sorted([*pairs, *encoded.locks])),
        weights,
        matching,
        len(candidates.keys),
        solves,
    )


def _missed(
    encoded: Encoded, weights: Weights, prices: Prices, progress: Progress | None
) -> NDArray[np.int64]:
    """Pairs the duals do not rule out: int64, shape (pairs, 3) of row, row, score."""
    n = len(encoded)
    found = [np.zeros((0, 3), np.int64)]
    for begin, end in blocks(n):
        tell(progress, "proving", begin, n)
        found.append(violations(encoded.arrays, prices, begin, end, weights.minimum, ADDED))
    return np.concatenate(found)
