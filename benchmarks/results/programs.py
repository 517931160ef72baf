"""Whole programs with known effects: people, who joins, what they answer, who leaves, who met whom.

What makes figures go wrong in life is in it: those who join differ from the others, by what is
known of them and by what is not; those who started low stop answering; looking back, people rate
their start lower than they did then; the organisation's file begins before the program does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNITS, STAGES, YEARS = 4, 3, 6
YEAR = 365


@dataclass(frozen=True)
class Truth:
    """What a program does.

    Attributes
    ----------
    skill
        Points on the scale from 1 to 5, before answers are rounded.
    shift
        By how much people rate their start lower when they look back.
    stay
        Factor on the hazard of leaving, of those who took part.
    ties
        Extra odds that a partner is of another unit; 1 for pure chance.
    """

    skill: float = 0.0
    shift: float = 0.0
    stay: float = 1.0
    ties: float = 1.0


@dataclass(frozen=True)
class Simulated:
    """One program; arrays by person of the organisation.

    Attributes
    ----------
    kind : shape (people, 3)
        Unit, stage, step of years.
    applied, joined : shape (people,)
        Who would like to, and who has a place.
    first, last, then : shape (people,)
        Answers on skill, from 1 to 5 in quarters (a mean of four items); nan where there is none.
    days : shape (people,)
        Until they left, from the program's first day; below zero for those gone before.
    pairs : shape (pairs, 2)
        Numbers of the partners.
    """

    kind: Ints
    applied: NDArray[np.bool_]
    joined: NDArray[np.bool_]
    first: Floats
    last: Floats
    then: Floats
    days: Floats
    pairs: Ints


def simulate(
    truth: Truth,
    rng: np.random.Generator,
    *,
    people: int = 800,
    places: int = 120,
    paired: bool = True,
) -> Simulated:
    """One program of an organisation of so many people."""
    unit = rng.choice(UNITS, people, p=[0.4, 0.3, 0.2, 0.1])
    stage = rng.choice(STAGES, people, p=[0.5, 0.3, 0.2])
    years = rng.choice(YEARS, people, p=[0.15, 0.15, 0.2, 0.25, 0.15, 0.1])
    drive = rng.normal(size=people)  # seen by nobody
    # The first years of unit 0, and those with drive, are the first to apply.
    wish = 0.9 * (unit == 0) + 0.8 * (stage == 0) + 0.7 * drive + rng.logistic(size=people)
    applied = wish > np.quantile(wish, 0.7)
    joined = np.zeros(people, bool)
    joined[rng.permutation(np.flatnonzero(applied))[:places]] = True

    able = 2.6 + 0.35 * drive + 0.25 * stage + rng.normal(0, 0.5, people)
    before, back, after = able, able - truth.shift, able + truth.skill * joined
    # Without shift the two ways of asking for the start differ by chance alone.
    first, then, last = (_asked(x, rng) for x in (before, back, after - truth.shift))
    low_stops = rng.random(people) < np.where(able < 2.5, 0.45, 0.8)
    first = np.where(rng.random(people) < 0.9, first, np.nan)
    last = np.where(low_stops, last, np.nan)
    then = np.where(low_stops, then, np.nan)

    days = rng.exponential(1 / yearly(unit, stage, years, joined, truth)) * YEAR
    # A third as many had left before the program began, and are in the file too.
    days[(rng.random(people) < 0.1) & ~joined] = -1
    return Simulated(
        np.stack([unit, stage, years], axis=1), applied, joined, first, last, then, days,
        _pairs(unit, np.flatnonzero(joined) if paired else [], truth.ties, rng),
    )  # fmt: skip


def yearly(unit: Ints, stage: Ints, years: Ints, joined: NDArray[np.bool_], truth: Truth) -> Floats:
    """Hazard of leaving in a year."""
    base = 0.28 - 0.06 * stage - 0.02 * years + 0.05 * (unit == 3)
    found: Floats = np.maximum(0.04, base) * np.where(joined, truth.stay, 1.0)
    return found


def _asked(level: Floats, rng: np.random.Generator) -> Floats:
    """Mean of four items, each a whole number from 1 to 5."""
    items = np.clip(np.rint(level[:, None] + rng.normal(0, 0.6, (len(level), 4))), 1, 5)
    found: Floats = items.mean(axis=1)
    return found


def _pairs(unit: Ints, people: Ints | list[int], odds: float, rng: np.random.Generator) -> Ints:
    """Everybody with somebody; of those left, one of another unit is so much likelier."""
    left, found = list(rng.permutation(people)), []
    while len(left) > 1:
        one = left.pop()
        weights = np.where(unit[left] == unit[one], 1.0, odds)
        other = int(rng.choice(len(left), p=weights / weights.sum()))
        found.append((one, left.pop(other)))
    return np.array(found, int)
