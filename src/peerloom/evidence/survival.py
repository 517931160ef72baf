"""Who stayed: Kaplan-Meier curves, also of weighted people, and the difference between two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peerloom.evidence.estimates import Estimate, Floats, Z, difference, wilson


@dataclass(frozen=True)
class Curve:
    """Share still there over time (Kaplan and Meier 1958).

    Attributes
    ----------
    days : float64 array, shape (steps,)
        When somebody left, in order.
    stayed, low, high : float64 arrays, shape (steps,)
        Share still there from that day on, with its 95 % interval on the log(-log) scale.
    at_risk : float64 array, shape (steps,)
        People (their weights) who were there until then.
    n
        People.
    counts
        People it is worth as evidence: `n`, or fewer where they are weighted.
    longest
        The last day anybody was looked at.
    """

    days: Floats
    stayed: Floats
    low: Floats
    high: Floats
    at_risk: Floats
    n: int
    counts: float
    longest: float

    def at(self, day: float) -> Estimate:
        """Share still there after so many days.

        Raises
        ------
        ValueError
            Nobody was looked at for so long.
        """
        if day > self.longest:
            raise ValueError(f"nobody was looked at for {day:g} days")
        k = int(np.searchsorted(self.days, day, side="right")) - 1
        if k < 0:
            # Nobody left: what so many people can show, and no more.
            return Estimate(1.0, wilson(1.0, self.counts)[0], 1.0, self.n)
        return Estimate(float(self.stayed[k]), float(self.low[k]), float(self.high[k]), self.n)


def kaplan_meier(
    days: Sequence[float] | Floats,
    left: Sequence[bool] | NDArray[np.bool_],
    weights: Sequence[float] | Floats | None = None,
) -> Curve:
    """The curve of some people.

    Variance by Greenwood (1926); of weighted people by Xie and Liu (2005), where those at risk count
    as ``sum(w)^2 / sum(w^2)``.

    Parameters
    ----------
    days : shape (people,)
        How long each was looked at.
    left : shape (people,)
        Whether they left then, or were still there.
    weights : shape (people,)
        How much each counts.

    Raises
    ------
    ValueError
        Nobody, or a length below zero.
    """
    t, gone = np.asarray(days, float), np.asarray(left, bool)
    w = np.ones(len(t)) if weights is None else np.asarray(weights, float)
    if len(t) == 0 or t.min() < 0 or w.sum() <= 0:
        raise ValueError("a curve needs people, each for a time")
    order = np.argsort(t, kind="stable")
    t, gone, w = t[order], gone[order], w[order]
    when: Floats = np.unique(t[gone])
    first = np.searchsorted(t, when, side="left")
    # Weights of those still there at each step, and their squares, summed from the end.
    there, squares = _from_here_on(w)[first], _from_here_on(w * w)[first]
    leaving = np.bincount(np.searchsorted(when, t[gone]), w[gone], len(when))
    stay = 1 - leaving / there
    stayed: Floats = np.cumprod(stay, dtype=np.float64)
    effective = there**2 / squares
    with np.errstate(divide="ignore", invalid="ignore"):
        parts: Floats = np.cumsum((1 - stay) / (effective * stay), dtype=np.float64)
    low, high = _log_log(stayed, parts)
    return Curve(
        when, stayed, low, high, there, len(t), float(w.sum() ** 2 / (w * w).sum()), float(t[-1])
    )


def _from_here_on(x: Floats) -> Floats:
    total: Floats = np.cumsum(x[::-1])[::-1]
    return total


def _log_log(stayed: Floats, parts: Floats) -> tuple[Floats, Floats]:
    """Interval of a curve on the log(-log) scale (Kalbfleisch and Prentice 1980)."""
    low, high = np.zeros_like(stayed), np.zeros_like(stayed)
    for k, (s, variance) in enumerate(zip(stayed, parts, strict=True)):
        # Everybody left: nothing is known of a spread there.
        if 0 < s < 1 and math.isfinite(variance):
            half = Z * math.sqrt(variance) / abs(math.log(s))
            low[k], high[k] = s ** math.exp(half), s ** math.exp(-half)
    return low, high


def stayed_longer(ours: Curve, theirs: Curve, day: float) -> Estimate:
    """Difference in the share still there after so many days, from both intervals."""
    return difference(ours.at(day), theirs.at(day))
