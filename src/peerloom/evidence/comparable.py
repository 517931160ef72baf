"""Others to compare with: alike on what is known of everybody (coarsened exact matching)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from peerloom.evidence.estimates import Floats

# Years somebody has been there, in steps within which people count as alike.
YEARS = (0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Comparable:
    """Who is compared with whom.

    Attributes
    ----------
    ours : shape (people,)
        Whether each person has somebody like them among the others.
    weights : shape (others,)
        How much each of the others counts, so that together they are like the people compared; 0
        for those unlike all of them. They add up to the others who count.
    """

    ours: list[bool]
    weights: Floats

    @property
    def compared(self) -> int:
        """People who have somebody like them."""
        return sum(self.ours)

    @property
    def others(self) -> int:
        """Others who count."""
        return int((self.weights > 0).sum())


def comparable(people: Sequence[Hashable], others: Sequence[Hashable]) -> Comparable:
    """People and others with the same of everything (Iacus, King and Porro 2012).

    Parameters
    ----------
    people, others
        For each of them what they are alike or unlike in, coarsened where it is a number.
    """
    have, there = Counter(people), Counter(others)
    ours = [there[p] > 0 for p in people]
    matched = sum(ours)
    counting = sum(n for kind, n in there.items() if have[kind])
    weights = np.array(
        [have[o] / there[o] * counting / matched if have[o] else 0.0 for o in others], float
    )
    return Comparable(ours, weights)


def years_there(days: float) -> int:
    """Step of `YEARS` somebody is in after so many days."""
    return sum(days >= 365.25 * year for year in YEARS)
