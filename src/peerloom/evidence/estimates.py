"""Means, shares and changes with 95 % intervals that hold for few people and short scales."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVEL = 0.95
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


def _student(degrees: float) -> float:
    """How many standard errors an interval is wide to one side (Student's t)."""
    from scipy.special import stdtrit  # slow to import, and only counting needs it

    return float(stdtrit(degrees, (1 + LEVEL) / 2))


SAMPLES = 2000
# Beyond so many a resampled interval and that of Student's t are the same to three digits.
ENOUGH = 1000
# Of fewer than so many the wider of the two is taken: either alone misses too often.
FEW = 10
SEED = 20_260_101


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval.

    Attributes
    ----------
    value, low, high
        In the unit of what was measured.
    n
        People (or partnerships) it rests on.
    """

    value: float
    low: float
    high: float
    n: int

    def times(self, factor: float) -> Estimate:
        """The same in another unit."""
        return Estimate(factor * self.value, factor * self.low, factor * self.high, self.n)

    @property
    def clear(self) -> bool:
        """True where the interval leaves out zero: for changes and differences."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Change:
    """A mean change of the same people, and how large it is beside how people differ.

    Attributes
    ----------
    before, after
        Their means.
    size
        Standardised mean change: the change in standard deviations of `before`, corrected for small
        samples (Becker 1988; Hedges 1981). None where nobody differed before.
    """

    change: Estimate
    before: float
    after: float
    size: float | None


def mean(values: Sequence[float] | Floats, scale: tuple[float, float]) -> Estimate:
    """Mean with a studentised bootstrap interval (Efron 1981; Hall 1988) within its scale.

    Parameters
    ----------
    values : shape (people,)
    scale
        Least and most that anybody could have said.

    Raises
    ------
    ValueError
        Nobody said anything.
    """
    # Sorted, so that it does not matter who stands where.
    x = np.sort(np.asarray(values, float))
    n = len(x)
    if n == 0:
        raise ValueError("a mean of nobody")
    centre, spread = float(x.mean()), float(x.std(ddof=1)) if n > 1 else 0.0
    if spread == 0:
        return _all_alike(centre, n, scale)
    error = spread / math.sqrt(n)
    q = _student(n - 1)
    few, many = (-q, q) if n > ENOUGH else _studentised(x, centre)
    if n < FEW:
        few, many = min(few, -q), max(many, q)
    low, high = centre - many * error, centre - few * error
    return Estimate(centre, max(scale[0], low), min(scale[1], high), n)


def _studentised(x: Floats, centre: float) -> tuple[float, float]:
    """Quantiles of (resampled mean - mean) over its own error."""
    n = len(x)
    rng = np.random.default_rng(SEED)
    drawn = x[rng.integers(0, n, (SAMPLES, n))]
    means, errors = drawn.mean(axis=1), drawn.std(axis=1, ddof=1) / math.sqrt(n)
    off = means - centre
    # A resample of one person alone has no spread: as far away as can be.
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(errors > 0, off / errors, np.sign(off) * np.inf)
    t = np.sort(np.nan_to_num(t, nan=0.0, posinf=1e9, neginf=-1e9))
    outside = (1 - LEVEL) / 2
    return float(t[int(outside * SAMPLES)]), float(t[math.ceil((1 - outside) * SAMPLES) - 1])


def _all_alike(centre: float, n: int, scale: tuple[float, float]) -> Estimate:
    """Where all said the same: others could differ in a share that `n` people would not show."""
    unseen = 1 - (1 - LEVEL) ** (1 / n)
    low = centre - unseen * (centre - scale[0])
    return Estimate(centre, low, centre + unseen * (scale[1] - centre), n)


def share(yes: int, n: int) -> Estimate:
    """Share with Wilson's interval (Wilson 1927; Brown, Cai and DasGupta 2001), in [0, 1].

    Raises
    ------
    ValueError
        Nobody, or more than all.
    """
    if not 0 <= yes <= n or n == 0:
        raise ValueError(f"a share of {yes} of {n}")
    low, high = wilson(yes / n, n)
    return Estimate(yes / n, low, high, n)


def wilson(p: float, n: float) -> tuple[float, float]:
    """Wilson's interval of a share seen among `n`, which may be an effective number."""
    z2 = Z * Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # Exactly, at the ends: rounding must not leave out the value itself.
    return (0.0 if p == 0 else max(0.0, middle - half)), (
        1.0 if p == 1 else min(1.0, middle + half)
    )


def change(
    before: Sequence[float] | Floats, after: Sequence[float] | Floats, scale: tuple[float, float]
) -> Change:
    """Change of the same people from one time to another.

    Parameters
    ----------
    before, after : shape (people,)
        In the same order.
    scale
        Least and most of what was asked.
    """
    a, b = np.asarray(before, float), np.asarray(after, float)
    if len(a) != len(b):
        raise ValueError("before and after are not of the same people")
    width = scale[1] - scale[0]
    moved = mean(b - a, (-width, width))
    spread = float(a.std(ddof=1)) if len(a) > 1 else 0.0
    size = _unbiased(len(a) - 1) * moved.value / spread if spread else None
    return Change(moved, float(a.mean()), float(b.mean()), size)


def _unbiased(degrees: int) -> float:
    """Hedges' factor, by which a standardised mean is too large in small samples."""
    return 1 - 3 / (4 * degrees - 1)


def difference_of_means(
    ours: Sequence[float] | Floats, theirs: Sequence[float] | Floats
) -> Estimate:
    """Difference between the means of two groups, with Welch's interval (Welch 1947).

    Raises
    ------
    ValueError
        Fewer than two in one of them.
    """
    a, b = np.asarray(ours, float), np.asarray(theirs, float)
    if len(a) < 2 or len(b) < 2:
        raise ValueError("two people in each group are the least to compare")
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    gap, error = float(a.mean() - b.mean()), math.sqrt(va + vb)
    if error == 0:
        return Estimate(gap, gap, gap, len(a) + len(b))
    degrees = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    half = _student(degrees) * error
    return Estimate(gap, gap - half, gap + half, len(a) + len(b))


def difference(ours: Estimate, theirs: Estimate) -> Estimate:
    """Difference of two independent figures, from their own intervals (MOVER; Zou and Donner 2008).

    Of two shares with Wilson's intervals it is Newcombe's (1998, method 10).
    """
    gap = ours.value - theirs.value
    down = math.hypot(ours.value - ours.low, theirs.high - theirs.value)
    up = math.hypot(ours.high - ours.value, theirs.value - theirs.low)
    return Estimate(gap, gap - down, gap + up, ours.n + theirs.n)
