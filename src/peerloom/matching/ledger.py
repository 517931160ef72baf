"""What is known of the pairs a solve leaves out, so that they need not be looked at each time.

A look through all pairs keeps, for each person, the few with the least slack; all others have at
least the slack of the last one kept: the person's level. When the prices change, a pair loses at
most what its two people's prices fell, so most levels still rule out all they stand for. Only
people whose level no longer does, or whose own price fell far, are looked at again.

Invariant: a pair that is neither a candidate nor kept had, when the one of its two people looked at
last was looked at, at least the slack of that person's level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.prices import Prices, losses, slacks

if TYPE_CHECKING:
    from peerloom.matching.blossom import Blossom

Ints = NDArray[np.int64]
# Positions to look at, and whether only at later ones; found pairs and the level of each.
Look = Callable[[Ints, bool, Prices], Iterator[tuple[Ints, Ints]]]


class Ledger:
    """Levels of all people, and the pairs kept from earlier looks.

    Parameters
    ----------
    order : int64 array, shape (m,)
        Row of each position.
    n
        Number of rows.
    look
        The look through pairs.
    """

    def __init__(self, order: Ints, n: int, look: Look) -> None:
        self.order, self.n, self.look = order, n, look
        self.kept = np.zeros((0, 3), np.int64)
        self.level = np.zeros(len(order), np.int64)
        # When each position was looked at, and the prices and sets of that time.
        self.time = np.zeros(len(order), np.int64)
        self.then: list[tuple[Ints, Sequence[Blossom]]] = []
        self.fresh = False

    def missed(self, prices: Prices, sets: Sequence[Blossom]) -> Ints:
        """Pairs that break the prices: int64, shape (pairs, 3) of row, row, score.

        Empty only when no eligible pair does.
        """
        self.fresh = False
        broken = self._from_kept(prices)
        if len(broken) > self.n // 1000:
            # The kept ones first: a solve is cheaper than a look.
            return broken
        onward = not self.then
        positions = self._doubtful(prices, sets)
        self.time[positions] = len(self.then)
        self.then.append((prices.y2, sets))
        found, at = [np.zeros((0, 4), np.int64)], 0
        for pairs, level in self.look(positions, onward, prices):
            found.append(pairs)
            self.level[positions[at : at + len(level)]] = level
            at += len(level)
        self.fresh = True
        pairs = np.concatenate(found)
        breaks = pairs[:, 3] < 0
        self.kept = np.concatenate([self.kept, pairs[~breaks, :3]])
        return np.concatenate([broken, pairs[breaks, :3]])

    def raised(self, prices: Prices, missed: Ints) -> Ints | None:
        """Prices that no pair breaks, from those just looked at; None where none were.

        Everybody bears what is missing to their own pairs: those found, and those not kept.
        """
        if not self.fresh:
            return None
        y2 = prices.y2.copy()
        y2[self.order] += np.maximum(0, -self.level) * (self.time == len(self.then) - 1)
        if len(missed):
            short = -slacks(prices, *np.ascontiguousarray(missed.T))
            np.maximum.at(y2, missed[:, 0], prices.y2[missed[:, 0]] + short)
        return y2

    def _from_kept(self, prices: Prices) -> Ints:
        if not len(self.kept):
            return self.kept
        breaks = slacks(prices, *np.ascontiguousarray(self.kept.T)) < 0
        broken: Ints = self.kept[breaks]
        self.kept = self.kept[~breaks]
        return broken

    def _doubtful(self, prices: Prices, sets: Sequence[Blossom]) -> Ints:
        """Positions whose pairs must be looked at again."""
        doubtful = np.full(len(self.order), not self.then)
        for time in np.unique(self.time).tolist() if self.then else ():
            y2, before = self.then[time]
            of_chain, of_sets = losses(before, sets, self.n)
            fell = (y2 - prices.y2 + of_chain)[self.order]
            spare = self.level - fell - of_sets[self.order]
            mine, others = self.time == time, self.time <= time
            # Those who fell further than `most` (or rose less) are looked at; then the others'
            # pairs lost at most that much on the other side.
            steps = np.unique(np.quantile(fell[others], np.linspace(0, 1, 33)).astype(np.int64) + 1)
            in_doubt = [(others & (fell > most)) | (mine & (spare < most)) for most in steps]
            doubtful |= min(in_doubt, key=lambda d: int((d & ~doubtful).sum()))
        return np.flatnonzero(doubtful)
