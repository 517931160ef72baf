"""Goal attainment: how far people came on goals whose scales they wrote themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence

ALIKE = 0.3  # assumed correlation between a person's goals (Kiresuk and Sherman 1968)


def attainment(levels: Sequence[int], weights: Sequence[float] | None = None) -> float:
    """T-score of one person's goals: 50 is as hoped, ten a standard deviation.

    ``50 + 10 * sum(w x) / sqrt(0.7 * sum(w^2) + 0.3 * sum(w)^2)`` (Kiresuk and Sherman 1968).

    Parameters
    ----------
    levels
        Where each goal stands, from -2 to 2.
    weights
        How much each counts; all the same by default.

    Raises
    ------
    ValueError
        No goal, a level off the scale, a weight that is not above zero.
    """
    w = list(weights) if weights is not None else [1.0] * len(levels)
    if not levels or any(not -2 <= x <= 2 for x in levels):
        raise ValueError("levels from -2 to 2, of one goal at least")
    if len(w) != len(levels) or any(k <= 0 for k in w):
        raise ValueError("a weight above zero for each goal")
    spread = math.sqrt((1 - ALIKE) * sum(k * k for k in w) + ALIKE * sum(w) ** 2)
    return 50 + 10 * sum(k * x for k, x in zip(w, levels, strict=True)) / spread


# What the score of a single goal can be, and so of any number of goals, at the very most.
def attainment_scale(goals: int) -> tuple[float, float]:
    """Least and most of a person's score with so many goals."""
    most = attainment([2] * goals)
    return 100 - most, most
