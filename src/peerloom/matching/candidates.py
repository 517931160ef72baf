"""The pairs a solve looks at, and the looks that find more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.cluster import spread
from peerloom.matching.encoding import Encoded
from peerloom.matching.looks import closest, nearest
from peerloom.matching.prices import Prices
from peerloom.matching.progress import Progress, ranges
from peerloom.matching.sieve import Sieve
from peerloom.matching.weights import Weights

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


class Look:
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
