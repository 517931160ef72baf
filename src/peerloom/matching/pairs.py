"""The best pairs over all eligible pairs, with a proof, from a small part of the pairs.

Solve on each person's best few; look through all pairs for any that the dual solution does not
rule out; add those; solve again. When none is left the optimum is proven over every pair (column
generation by pricing).

The weight of a pair puts the objective's order into one integer: ``base + step * (rounds the two
have waited) + score``. `step` outweighs every total of scores, `base` every total of steps, so most
people placed come first, then those who waited longest, then the total.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.blossom import Matching
from peerloom.matching.cluster import spread
from peerloom.matching.criteria import ONE
from peerloom.matching.encoding import Encoded, without
from peerloom.matching.errors import OutOfTime, PolicyError
from peerloom.matching.ledger import Ledger
from peerloom.matching.looks import closest, nearest
from peerloom.matching.parts import match_in_parts
from peerloom.matching.prices import Prices, prices_of
from peerloom.matching.progress import Progress, ranges, tell
from peerloom.matching.scoring import score_pairs
from peerloom.matching.sieve import Sieve, sieve_of

Ints = NDArray[np.int64]


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
    unit
        Pairs looked at between two reports of progress.
    """

    nearest: int = 10
    all_pairs: int = 200
    few: int = 20_000
    strides: tuple[int, ...] = (16,)
    kept: int = 16
    near: int = 100_000
    unit: int = 20_000_000


@dataclass(frozen=True)
class Weights:
    """How a score becomes a weight; see the file's first lines.

    Attributes
    ----------
    base, step
        Worth of placing a pair at all, and of a round waited.
    minimum
        Least score, in millionths, of a pair worth making.
    scored
        1; or 0 where only being placed and having waited count.
    bonus
        Worth of keeping a pair that stands.
    """

    base: int
    step: int
    minimum: int
    scored: int = 1
    bonus: int = 0


@dataclass(frozen=True)
class Proven:
    """The best pairs under some weights, and the prices that prove it."""

    weights: Weights
    matching: Matching


@dataclass(frozen=True)
class Solution:
    """Pairs of rows, and the proof that no others are better.

    Attributes
    ----------
    floor
        Where the floor was raised: that no more can be placed, and that fewer would be with the
        floor any higher.
    """

    pairs: tuple[tuple[int, int], ...]
    best: Proven
    floor: tuple[Proven, ...] = ()

    @property
    def weights(self) -> Weights:
        """Weights of the proven pairs."""
        return self.best.weights

    @property
    def minimum(self) -> int:
        """Least score that the policy asks for; a floor raised for these people is none."""
        return 0 if self.floor else self.best.weights.minimum


def weights_of(encoded: Encoded, bonus: int | None = None) -> Weights:
    """Weights for the policy's objective.

    Parameters
    ----------
    bonus
        Worth of keeping a standing pair, in millionths; None to keep them before all scores.

    Raises
    ------
    PolicyError
        More people and rounds waited than 64 bits can put in order.
    """
    objective = encoded.policy.objective
    half = len(encoded) // 2 + 1
    if not encoded.standing:
        bonus = 0
    elif bonus is None:
        bonus = half * ONE + 1
    if objective.place == "best":
        return Weights(0, 0, max(1, round(objective.minimum * ONE)), bonus=bonus)
    longest = int(encoded.waited.max(initial=0))
    unit = ONE + bonus
    step = half * unit + 1 if longest else 0
    base = half * (2 * longest * step + unit) + 1
    if base > 2**60:
        raise PolicyError(
            f"{len(encoded):,} people are too many to put rounds waited before fit; leave 'waited' "
            "out of the policy's [pool]"
        )
    return Weights(base, step, 0, bonus=bonus)


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

    def places(self, pairs: Sequence[tuple[int, int]]) -> Ints:
        """Where some of the pairs stand."""
        keys = np.array([low * self.n + high for low, high in pairs], np.int64)
        return np.searchsorted(self.keys, keys)


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
    units = ranges(m, max(1, stride * effort.unit // max(1, m)))
    looked = spread(
        progress,
        "looking at pairs",
        units,
        nearest,
        (encoded.arrays, sieve),
        (k, minimum, stride),
    )
    for (begin, end), best in zip(units, looked, strict=True):
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
    return weights.base + weights.step * (waited[left] + waited[right]) + weights.scored * score


class PairSolver:
    """Solves a pool under different weights; what one solve looked at serves the next.

    Parameters
    ----------
    encoded
        Pool and policy; locked people are set aside.
    progress
        Called with (stage, done, total); a true answer cancels.
    seconds
        After these the best pairs so far are the answer, with the bound that is proven by then.
    """

    def __init__(
        self,
        encoded: Encoded,
        progress: Progress | None = None,
        effort: Effort | None = None,
        seconds: float | None = None,
    ) -> None:
        self.progress, self.effort = progress, effort or Effort()
        self.ends = None if seconds is None else time.monotonic() + seconds
        self.free = without(encoded, [row for pair in encoded.locks for row in pair])
        self.sieve = sieve_of(self.free.arrays)
        self.candidates = Candidates(len(encoded))

    def solve(self, weights: Weights) -> Proven:
        """The best pairs over all eligible pairs.

        Raises
        ------
        Cancelled
            When `progress` asked to stop.

        Notes
        -----
        Memory O(n k). A look through all pairs takes O(n^2 criteria) time; there is one, or one
        and a part, and then only the people are looked at again whose pairs the new prices leave
        in doubt.
        """
        look = _Look(self.free, self.sieve, weights, self.effort, self._in_time)
        if not len(self.candidates.keys):
            self.candidates = first_candidates(
                self.free, self.sieve, weights.minimum, self.effort, self.progress
            )
            if self.free.standing:
                # They weigh more than their scores, so no look would find them.
                left, right = (np.array(side) for side in zip(*self.free.standing, strict=True))
                scores = score_pairs(self.free.arrays, left, right)[:, 0]
                self.candidates.add(left, right, scores)
        ledger = Ledger(self.sieve.order, len(self.free), look)
        strides = list(self.effort.strides[1:]) if len(self.sieve.order) > self.effort.few else []
        matching: Matching | None = None
        while True:
            matching = self.matched(weights, matching)
            prices = net_prices(matching, self.free, weights)
            try:
                if strides:
                    missed = look.part(prices, strides.pop(0))
                else:
                    missed = ledger.missed(prices, matching.blossoms)
                    if not len(missed):
                        return Proven(weights, matching)
                self._in_time("proving", 0, 1)
            except OutOfTime:
                y2 = ledger.raised(prices, missed) if ledger.fresh else None
                return Proven(weights, self._bounded(weights, matching, y2))
            self.candidates.add(*missed.T)

    def _in_time(self, stage: str, done: int, total: int) -> None:
        tell(self.progress, stage, done, total)
        if self.ends is not None and time.monotonic() > self.ends:
            raise OutOfTime

    def _bounded(self, weights: Weights, matching: Matching, y2: Ints | None) -> Matching:
        """The pairs as they are, with prices that no pair breaks."""
        apart = weights.base + 2 * weights.step * self.free.waited
        if y2 is None:
            # Nothing is known of all pairs, but that no score is above one.
            return Matching(matching.mate, apart + ONE * weights.scored + weights.bonus, ())
        return Matching(matching.mate, np.maximum(0, y2 + apart), matching.blossoms)

    def matched(self, weights: Weights, start: Matching | None = None) -> Matching:
        """The best pairs among the candidates so far."""
        left, right = self.candidates.ends()
        kept = self.candidates.scores >= weights.minimum
        weight = weigh(self.free, weights, left, right, self.candidates.scores)
        weight[self.candidates.places(self.free.standing)] += weights.bonus
        return match_in_parts(
            len(self.free),
            left[kept],
            right[kept],
            weight[kept],
            start=start,
            progress=self.progress,
        )


def solve_pairs(
    encoded: Encoded,
    progress: Progress | None = None,
    effort: Effort | None = None,
    bonus: int | None = None,
    seconds: float | None = None,
) -> Solution:
    """The best pairs among people who are not locked, proven over all eligible pairs.

    Locked pairs are added to the answer. For the bonus see `weights_of`, for progress and cancelling see `PairSolver`.
    """
    solver = PairSolver(encoded, progress, effort, seconds)
    best = solver.solve(weights_of(encoded, bonus))
    floor: tuple[Proven, ...] = ()
    if encoded.policy.objective.raise_floor:
        solver.ends = None
        best, floor = raised_floor(solver, best)
    mates = best.matching.mate.tolist()
    pairs = [(row, mate) for row, mate in enumerate(mates) if row < mate]
    return Solution(tuple(sorted([*pairs, *encoded.locks])), best, floor)


def raised_floor(solver: PairSolver, best: Proven) -> tuple[Proven, tuple[Proven, ...]]:
    """The best pairs with the lowest score as high as can be, without placing fewer.

    Returns
    -------
    The best pairs above that floor, and the proofs of it: the first solve shows how many can be
    placed (and how long they waited), a last one that a floor one higher would place fewer.

    Notes
    -----
    Binary search over the candidates' scores finds a floor; proving that the next one places fewer
    looks at all pairs, and may find pairs that let the floor rise further.
    """
    whom = replace(best.weights, scored=0, bonus=0)
    aim = _worth(solver, whom, best.matching)
    if not aim:
        return best, ()
    floor, shown = _lowest(solver, best.matching), best
    while True:
        floor = _highest_among_candidates(solver, whom, aim, floor)
        shown = solver.solve(replace(whom, minimum=floor + 1))
        if _worth(solver, whom, shown.matching) < aim:
            break
        floor = _lowest(solver, shown.matching)
    return solver.solve(replace(best.weights, minimum=floor)), (best, shown)


def _highest_among_candidates(solver: PairSolver, whom: Weights, aim: int, floor: int) -> int:
    scores = np.unique(solver.candidates.scores)
    scores = scores[scores >= floor]
    low, high = 0, len(scores)
    while high - low > 1:
        middle = (low + high) // 2
        trial = solver.matched(replace(whom, minimum=int(scores[middle])))
        if _worth(solver, whom, trial) == aim:
            low = middle
        else:
            high = middle
    return int(scores[low]) if len(scores) else floor


def _ends(matching: Matching) -> tuple[Ints, Ints]:
    left = np.flatnonzero(matching.mate > np.arange(len(matching.mate)))
    return left, matching.mate[left]


def _worth(solver: PairSolver, weights: Weights, matching: Matching) -> int:
    left, right = _ends(matching)
    return sum(weigh(solver.free, weights, left, right, np.zeros(len(left), np.int64)).tolist())


def _lowest(solver: PairSolver, matching: Matching) -> int:
    left, right = _ends(matching)
    if not len(left):
        return 0
    return int(score_pairs(solver.free.arrays, left, right)[:, 0].min())


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
        weights: Weights,
        effort: Effort,
        progress: Progress | None,
    ) -> None:
        self.encoded, self.sieve, self.progress = encoded, sieve, progress
        self.weights, self.effort = weights, effort

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
        a, v, e, w = self.encoded.arrays, self.sieve, self.effort, self.weights
        width = max(1, stride * e.unit // max(1, len(v.order)))
        units = [(positions[begin:end],) for begin, end in ranges(len(positions), width)]
        rest = (onward, w.minimum, w.scored, e.kept, e.near, stride)
        yield from spread(self.progress, stage, units, closest, (a, v, prices), rest)
