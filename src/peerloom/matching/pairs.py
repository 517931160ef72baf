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

from peerloom.matching.blossom import Matching, maximum_weight_matching
from peerloom.matching.criteria import ONE
from peerloom.matching.encoding import Encoded, without
from peerloom.matching.ledger import Ledger
from peerloom.matching.looks import closest, nearest
from peerloom.matching.prices import Prices, prices_of
from peerloom.matching.progress import Progress, in_turn, ranges
from peerloom.matching.sieve import Sieve, sieve_of

Ints = NDArray[np.int64]

UNIT = 20_000_000  # pairs looked at between two reports of progress


@dataclass(frozen=True)
class Effort:
    """How much is looked at when; the answer is the same, the time is not.

    Attributes
    ----------
    nearest
        Candidates for each person at the start.
    all_pairs
        Up to this many people every pair is a candidate.
    strides
        In larger pools than `few`: which part of the pairs the first look takes (every how many
        tiles), then those at the first prices, before the look at all.
    kept, near
        Nearest pairs that a look keeps for each person, with less slack than `near` (doubled
        millionths).
    """

    nearest: int = 10
    all_pairs: int = 200
    few: int = 20_000
    strides: tuple[int, ...] = (16,)
    kept: int = 16
    near: int = 100_000


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


class Candidates:
    """Pairs a solve looks at: a growing set of (row, row, score), rows in order."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.keys = np.zeros(0, np.int64)
        self.scores = np.zeros(0, np.int64)

    def add(self, left: Ints, right: Ints, score: Ints) -> None:
        low, high = np.minimum(left, right), np.maximum(left, right)
        keys = np.concatenate([self.keys, low * self.n + high])
        self.keys, first = np.unique(keys, return_index=True)
        self.scores = np.concatenate([self.scores, score])[first]

    def ends(self) -> tuple[Ints, Ints]:
        return self.keys // self.n, self.keys % self.n


def first_candidates(
    encoded: Encoded,
    sieve: Sieve,
    minimum: int,
    effort: Effort,
    progress: Progress | None = None,
) -> Candidates:
    """Each person's best few; all pairs in a small pool, the best of a part in a very large one."""
    m = len(sieve.order)
    k = m - 1 if m <= effort.all_pairs else min(m - 1, effort.nearest)
    stride = 1 if m <= effort.few else effort.strides[0]
    found = Candidates(len(encoded))
    lefts, rights, scores = [], [], []
    units = ranges(m, max(1, stride * UNIT // max(1, m)))
    for (begin, end), best in zip(
        units,
        in_turn(
            progress,
            "looking at pairs",
            units,
            lambda unit: nearest(encoded.arrays, sieve, *unit, k, minimum, stride),
        ),
        strict=True,
    ):
        kept = best[:, :, 0].ravel() >= 0
        lefts.append(np.repeat(sieve.order[begin:end], k)[kept])
        rights.append(best[:, :, 0].ravel()[kept])
        scores.append(best[:, :, 1].ravel()[kept])
    if lefts:
        found.add(np.concatenate(lefts), np.concatenate(rights), np.concatenate(scores))
    return found


def weigh(encoded: Encoded, weights: Weights, left: Ints, right: Ints, score: Ints) -> Ints:
    """Weight of each pair."""
    waited = encoded.waited
    return weights.base + weights.step * (waited[left] + waited[right]) + score


def solve_pairs(
    encoded: Encoded, progress: Progress | None = None, effort: Effort | None = None
) -> Solution:
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
    Memory O(n k). A look through all pairs takes O(n^2 criteria) time; there is one, or one and a
    part, and then only the people are looked at again whose pairs the new prices leave in doubt.
    """
    effort = effort or Effort()
    weights = weights_of(encoded)
    free = without(encoded, [row for pair in encoded.locks for row in pair])
    sieve = sieve_of(free.arrays)
    look = _Look(free, sieve, weights.minimum, effort, progress)
    candidates = first_candidates(free, sieve, weights.minimum, effort, progress)
    ledger = Ledger(sieve.order, len(free), look)
    strides = list(effort.strides[1:]) if len(sieve.order) > effort.few else []
    start: Matching | None = None
    solves = 0
    while True:
        left, right = candidates.ends()
        matching = maximum_weight_matching(
            len(free),
            left.astype(np.int32),
            right.astype(np.int32),
            weigh(free, weights, left, right, candidates.scores),
            start=start,
            progress=progress,
        )
        solves += 1
        prices = net_prices(matching, free, weights)
        if strides:
            missed = look.part(prices, strides.pop(0))
        else:
            missed = ledger.missed(prices, matching.blossoms)
            if not len(missed):
                break
        candidates.add(*missed.T)
        start = matching
    mates = matching.mate.tolist()
    pairs = [(row, mate) for row, mate in enumerate(mates) if row < mate]
    return Solution(
        tuple(sorted([*pairs, *encoded.locks])), weights, matching, len(candidates.keys), solves
    )


def net_prices(matching: Matching, encoded: Encoded, weights: Weights) -> Prices:
    """Prices less what every pair of a person weighs anyway."""
    y2 = matching.y2 - weights.base - 2 * weights.step * encoded.waited
    return prices_of(y2, matching.blossoms)


class _Look:
    """Looks through the pairs of a pool, in units that threads take in turn."""

    def __init__(
        self,
        encoded: Encoded,
        sieve: Sieve,
        minimum: int,
        effort: Effort,
        progress: Progress | None,
    ) -> None:
        self.encoded, self.sieve, self.progress = encoded, sieve, progress
        self.minimum, self.effort = minimum, effort

    def __call__(
        self, positions: Ints, onward: bool, prices: Prices
    ) -> Iterator[tuple[Ints, Ints]]:
        """See `ledger.Look`."""
        yield from self._look("proving", positions, onward, prices, 1)

    def part(self, prices: Prices, stride: int) -> Ints:
        """Pairs in a part of all that break the prices: int64, shape (pairs, 3)."""
        everybody = np.arange(len(self.sieve.order))
        looks = self._look("looking at pairs", everybody, True, prices, stride)
        pairs = np.concatenate([found for found, _ in looks])
        return pairs[pairs[:, 3] < 0, :3]

    def _look(
        self, stage: str, positions: Ints, onward: bool, prices: Prices, stride: int
    ) -> Iterator[tuple[Ints, Ints]]:
        a, v, e = self.encoded.arrays, self.sieve, self.effort
        width = max(1, stride * UNIT // max(1, len(v.order)))
        units = [positions[begin:end] for begin, end in ranges(len(positions), width)]

        def work(who: Ints) -> tuple[Ints, Ints]:
            found: tuple[Ints, Ints] = closest(
                a, v, prices, who, onward, self.minimum, e.kept, e.near, stride
            )
            return found

        yield from in_turn(self.progress, stage, units, work)
