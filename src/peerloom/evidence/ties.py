"""New ties: how many partnerships cross a border, against what chance would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from peerloom.evidence.estimates import LEVEL, SEED

DRAWS = 2000


@dataclass(frozen=True)
class Ties:
    """Ties across a border, such as that between units.

    Attributes
    ----------
    across
        Share of ties between two people of different groups, in [0, 1]; all of them were looked
        at, so it has no interval.
    chance, low, high
        The same of partnerships drawn at random from the same people: mean, and where 95 % of
        such draws lie.
    ties
        How many there are: one in a pair, three among three people.
    people
        Who are in them.
    """

    across: float
    chance: float
    low: float
    high: float
    ties: int
    people: int


def ties(partnerships: Sequence[Sequence[str]]) -> Ties:
    """Ties across groups.

    Parameters
    ----------
    partnerships
        For each its members' groups.

    Raises
    ------
    ValueError
        There is no tie.
    """
    sizes = [len(p) for p in partnerships]
    groups = [g for p in partnerships for g in p]
    _, code = np.unique(groups, return_inverse=True) if groups else ([], np.zeros(0, int))
    a, b = _places(sizes)
    if len(a) == 0:
        raise ValueError("ties need partnerships of two or more")
    seen = float((code[a] != code[b]).mean())
    # Exactly: two places of a random seating hold people of one group with this chance.
    n, counts = len(code), np.bincount(code)
    chance = 1 - float((counts * (counts - 1)).sum()) / (n * (n - 1))
    rng = np.random.default_rng(SEED)
    shares = np.empty(DRAWS)
    for k in range(DRAWS):
        seated = rng.permutation(code)
        shares[k] = (seated[a] != seated[b]).mean()
    low, high = np.quantile(shares, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Ties(seen, chance, float(low), float(high), len(a), n)


def _places(sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """The two places of each tie, where members stand one after the other."""
    firsts, seconds, start = [], [], 0
    for size in sizes:
        for a, b in combinations(range(start, start + size), 2):
            firsts.append(a)
            seconds.append(b)
        start += size
    return np.array(firsts, int), np.array(seconds, int)
