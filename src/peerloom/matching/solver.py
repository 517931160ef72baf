"""The best pairs over all eligible pairs, with a proof, from a small part of the pairs.

Solve on each person's best few; look through all pairs for any that the dual solution does not
rule out; add those; solve again. When none is left the optimum is proven over every pair (column
generation by pricing).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.blossom import Matching
from peerloom.matching.candidates import Candidates, Effort, Look, first_candidates
from peerloom.matching.criteria import ONE
from peerloom.matching.encoding import Encoded, without
from peerloom.matching.errors import OutOfBounds
from peerloom.matching.ledger import Ledger
from peerloom.matching.limits import Limits
from peerloom.matching.parts import match_in_parts
from peerloom.matching.prices import Prices, prices_of
from peerloom.matching.progress import Progress, tell
from peerloom.matching.scoring import score_pairs
from peerloom.matching.sieve import sieve_of
from peerloom.matching.weights import Weights, weigh

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Proven:
    """The best pairs under some weights, and the prices that prove it."""

    weights: Weights
    matching: Matching


class PairSolver:
    """Solves a pool under different weights; what one solve looked at serves the next.

    Parameters
    ----------
    encoded
        Pool and policy; locked people are set aside.
    progress
        Called with (stage, done, total); a true answer cancels.
    limits
        Where they are reached the best pairs so far are the answer, with the bound proven by then.
    """

    def __init__(
        self,
        encoded: Encoded,
        progress: Progress | None = None,
        effort: Effort | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.progress, self.effort = progress, effort or Effort()
        self.limits = limits or Limits()
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
        look = Look(self.free, self.sieve, weights, self.effort, self._within_limits)
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
                self._within_limits("proving", 0, 1)
            except OutOfBounds:
                y2 = ledger.raised(prices, missed) if ledger.fresh else None
                return Proven(weights, self._bounded(weights, matching, y2))
            self.candidates.add(*missed.T)

    def _within_limits(self, stage: str, done: int, total: int) -> None:
        tell(self.progress, stage, done, total)
        self.limits.check()

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


def net_prices(matching: Matching, encoded: Encoded, weights: Weights) -> Prices:
    """Prices less what every pair of a person weighs anyway."""
    y2 = matching.y2 - weights.base - 2 * weights.step * encoded.waited
    return prices_of(y2, matching.blossoms)
