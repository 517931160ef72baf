"""What is known of the pairs a solve leaves out, so that they need not be looked at each time.

A look through all pairs keeps, for each person, the few with the least slack; all others have at
least the slack of the last one kept: the person's level. When the prices change, a pair loses at
most what its two people's prices fell, so most levels still rule out all they stand for. Only
people whose level no longer does, or whose own price fell far, are looked at again.

Invariant between looks: a pair that is neither a candidate nor kept has at least the slack
``min(level[i], level[j])``.
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
        The look through pairs; see `looks.closest`.
    """

    def __init__(self, order: Ints, n: int, look: Look) -> None:
        self.order, self.n, self.look = order, n, look
        self.kept = np.zeros((0, 3), np.int64)
        self.level: Ints | None = None
        self.before: tuple[Ints, Sequence[Blossom]] = (np.zeros(n, np.int64), ())
        self.looked_at = 0

    def missed(self, prices: Prices, sets: Sequence[Blossom]) -> Ints:
        """Pairs that break the prices: int64, shape (pairs, 3) of row, row, score.

        Empty only when no eligible pair does.
        """
        broken = self._from_kept(prices)
        if len(broken):
            # The kept ones first: a solve is cheaper than a look.
            return broken
        positions, onward = self._doubtful(prices, sets)
        self.before = prices.y2, sets
        if not len(positions):
            return broken
        levels = np.empty(len(positions), np.int64)
        found, at = [np.zeros((0, 4), np.int64)], 0
        for pairs, level in self.look(positions, onward, prices):
            found.append(pairs)
            levels[at : at + len(level)] = level
            at += len(level)
        self.looked_at += len(positions)
        if self.level is None:
            self.level = np.zeros(len(self.order), np.int64)
        self.level[positions] = levels
        pairs = np.concatenate(found)
        breaks = pairs[:, 3] < 0
        self.kept = np.concatenate([self.kept, pairs[~breaks, :3]])
        return pairs[breaks, :3]

    def _from_kept(self, prices: Prices) -> Ints:
        if not len(self.kept):
            return self.kept
        breaks = slacks(prices, *np.ascontiguousarray(self.kept.T)) < 0
        broken: Ints = self.kept[breaks]
        self.kept = self.kept[~breaks]
        return broken

    def _doubtful(self, prices: Prices, sets: Sequence[Blossom]) -> tuple[Ints, bool]:
        """Positions whose pairs must be looked at again; levels of the others are brought down."""
        if self.level is None:
            return np.arange(len(self.order)), True
        y2, before = self.before
        fell = (y2 - prices.y2)[self.order]
        spare = self.level - fell - losses(before, sets, self.n)[self.order]
        # Those who fell further than `most` (or rose less) are looked at; then the others' pairs
        # lost at most that much on the other side.
        steps = np.unique(np.quantile(fell, np.linspace(0, 1, 33)).astype(np.int64))
        costs = [int(((fell > most) | (spare < most)).sum()) for most in steps]
        most = int(steps[int(np.argmin(costs))])
        doubtful = (fell > most) | (spare < most)
        self.level = np.where(doubtful, self.level, spare - most)
        return np.flatnonzero(doubtful), False
