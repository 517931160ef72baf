"""The objective as one integer for each pair.

The weight of a pair puts the objective's order into one integer: ``base + step * (rounds the two
have waited) + score``. `step` outweighs every total of scores, `base` every total of steps, so most
people placed come first, then those who waited longest, then the total.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.criteria import ONE
from peerloom.matching.encoding import Encoded
from peerloom.matching.errors import PolicyError

Ints = NDArray[np.int64]


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


def weigh(encoded: Encoded, weights: Weights, left: Ints, right: Ints, score: Ints) -> Ints:
    """Weight of each pair."""
    waited = encoded.waited
    return weights.base + weights.step * (waited[left] + waited[right]) + weights.scored * score
