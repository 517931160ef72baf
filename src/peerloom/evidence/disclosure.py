"""No figure for fewer than five people, and none that can be found by taking others away.

A reader who sees several sums of the same answers (by unit, by site, this week and the week before)
can add and subtract them. A figure is shown only if no such sum, with any factors, is left of fewer
than five people (Denning, Denning and Schwartz 1979: the tracker).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from peerloom.evidence.estimates import Floats

SMALLEST = 5
# Ways of combining figures on which every way is tried; with more of them nothing is added.
_TRIED = 3
_NOTHING = 1e-9


def hidden(counts: Sequence[int]) -> set[int]:
    """Places of counts that must not be shown beside their sum.

    Those from 1 to 4; where they add up to less than five, or one stands alone, the smallest of
    the others too, until they do not. Nothing is hidden where nobody is.
    """
    small = {k for k, count in enumerate(counts) if 0 < count < SMALLEST}
    rest = sorted((k for k, c in enumerate(counts) if c >= SMALLEST), key=lambda k: (counts[k], k))
    while small and rest and (len(small) == 1 or sum(counts[k] for k in small) < SMALLEST):
        small.add(rest.pop(0))
    return small


@dataclass(frozen=True)
class Cell:
    """One figure of a table: what it is of, and whose answers are in it.

    Attributes
    ----------
    name
        Breakdown and group, such as ``("unit", "Sales")``; two empty words for everybody.
    answers
        One key for each answer. An answer that was changed has another key.
    """

    name: tuple[str, str]
    answers: frozenset[str]


def shown(cells: Iterable[Cell], before: Iterable[frozenset[str]] = ()) -> set[tuple[str, str]]:
    """Names of the cells that can be shown together, with all that was shown before.

    Everybody first, then one breakdown after the other as they come, and in each the larger groups
    first: what hides a small group is the smallest other.

    Parameters
    ----------
    before
        The answers in every figure of the same question that anybody was ever shown.
    """
    released = list(dict.fromkeys(before))
    found = set()
    cells = list(cells)
    place = {by: k for k, by in enumerate(dict.fromkeys(["", *(c.name[0] for c in cells)]))}
    for cell in sorted(cells, key=lambda c: (place[c.name[0]], -len(c.answers), c.name)):
        if cell.answers in released:
            found.add(cell.name)
        elif may_follow(cell.answers, released):
            released.append(cell.answers)
            found.add(cell.name)
    return found


def may_follow(answers: frozenset[str], released: Sequence[frozenset[str]]) -> bool:
    """True where one more sum leaves nobody's answer to be found."""
    if len(answers) < SMALLEST:
        return False
    # The quick part of it: two figures whose difference is few people's.
    if any(0 < len(answers ^ other) < SMALLEST for other in released):
        return False
    return not _reveals([*released, answers])


def _reveals(sets: Sequence[frozenset[str]]) -> bool:
    """Whether any combination of the sums is one of fewer than five answers.

    Answers that are always in the same sums cannot be told apart and count as one unknown. A
    combination without the unknowns of five and more is left of small ones alone; those that are
    left form a space of few dimensions, whose sparsest members are zero in all but one of them.
    """
    rows, sizes = _unknowns(sets)
    rows = _independent(rows)
    large = sizes >= SMALLEST
    left = _null_space(rows[:, large].T).T @ rows[:, ~large]
    left = _independent(left)
    sizes = sizes[~large]
    dimensions = len(left)
    if dimensions == 0:
        return False
    if dimensions > _TRIED:
        return True
    for zeros in combinations(range(left.shape[1]), dimensions - 1):
        for member in _null_space(left[:, zeros].T).T @ left:
            if sizes[np.abs(member) > _NOTHING].sum() < SMALLEST:
                return True
    return False


def _unknowns(sets: Sequence[frozenset[str]]) -> tuple[Floats, NDArray[np.int64]]:
    """Which unknowns are in which sums, and how many answers each unknown stands for."""
    patterns: dict[str, int] = {}
    for k, answers in enumerate(sets):
        for answer in answers:
            patterns[answer] = patterns.get(answer, 0) | 1 << k
    counts: dict[int, int] = {}
    for pattern in patterns.values():
        counts[pattern] = counts.get(pattern, 0) + 1
    rows = np.array([[p >> k & 1 for p in counts] for k in range(len(sets))], float)
    return rows.reshape(len(sets), len(counts)), np.array(list(counts.values()), np.int64)


def _independent(rows: Floats) -> Floats:
    """An orthonormal basis of what the rows span."""
    if rows.size == 0:
        return np.zeros((0, rows.shape[1]))
    _, weights, basis = np.linalg.svd(rows, full_matrices=False)
    kept: Floats = basis[weights > _NOTHING * max(1.0, float(weights.max(initial=0.0)))]
    return kept


def _null_space(rows: Floats) -> Floats:
    """Columns that each row takes to zero, shape (columns, dimensions)."""
    if rows.shape[0] == 0:
        return np.eye(rows.shape[1])
    _, weights, basis = np.linalg.svd(rows, full_matrices=True)
    rank = int((weights > _NOTHING * max(1.0, float(weights.max(initial=0.0)))).sum())
    found: Floats = basis[rank:].T
    return found
