"""No figure for fewer than five people, and none that can be found by taking others away.

A reader who sees several sums of the same answers (by unit, by site, this week and the week before)
can add and subtract them. A figure is shown only if no such sum, with any factors, is left of fewer
than five people (Denning, Denning and Schwartz 1979: the tracker).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

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
    sums, found, cells = Sums(before), set(), list(cells)
    place = {by: k for k, by in enumerate(dict.fromkeys(["", *(c.name[0] for c in cells)]))}
    for cell in sorted(cells, key=lambda c: (place[c.name[0]], -len(c.answers), c.name)):
        if sums.take(cell.answers):
            found.add(cell.name)
    return found


def may_follow(answers: frozenset[str], released: Sequence[frozenset[str]]) -> bool:
    """True where one more sum leaves nobody's answer to be found."""
    return Sums(released).may_take(answers)


class Sums:
    """All that was shown of the answers to one question, and what may be shown besides."""

    def __init__(self, released: Iterable[frozenset[str]] = ()) -> None:
        self.known: dict[frozenset[str], int] = {}
        # In which sums each answer is, as bits; answers in the same sums cannot be told apart.
        self._in: dict[str, int] = {}
        self._alike: Counter[int] = Counter()
        for answers in released:
            self._add(answers)

    def take(self, answers: frozenset[str]) -> bool:
        """Show one more sum, unless somebody's answer would follow from it; whether it is."""
        if answers in self.known:
            return True
        if not self.may_take(answers):
            return False
        self._add(answers)
        return True

    def may_take(self, answers: frozenset[str]) -> bool:
        """Whether one more sum leaves nobody's answer to be found."""
        if len(answers) < SMALLEST:
            return False
        bit = 1 << len(self.known)
        alike = self._with(answers, bit)
        # The quick part of it: two figures whose difference is few people's.
        for k in range(len(self.known)):
            other = 1 << k
            apart = sum(n for m, n in alike.items() if bool(m & bit) != bool(m & other))
            if 0 < apart < SMALLEST:
                return False
        return not _reveals(alike, len(self.known) + 1)

    def _add(self, answers: frozenset[str]) -> None:
        if answers in self.known:
            return
        bit = 1 << len(self.known)
        self._alike = self._with(answers, bit)
        for answer in answers:
            self._in[answer] = self._in.get(answer, 0) | bit
        self.known[answers] = bit

    def _with(self, answers: frozenset[str], bit: int) -> Counter[int]:
        """How many answers are in the same sums, with one more sum."""
        alike = Counter(self._alike)
        for answer in answers:
            before = self._in.get(answer, 0)
            if before:
                alike[before] -= 1
            alike[before | bit] += 1
        return Counter({mask: n for mask, n in alike.items() if n})


def _reveals(alike: Counter[int], sums: int) -> bool:
    """Whether any combination of the sums is one of fewer than five answers.

    Answers that are always in the same sums cannot be told apart and count as one unknown. A
    combination without the unknowns of five and more is left of small ones alone; those that are
    left form a space of few dimensions, whose sparsest members are zero in all but one of them.
    """
    sizes = np.array(list(alike.values()), np.int64)
    rows = np.array([[mask >> k & 1 for mask in alike] for k in range(sums)], float)
    rows = _independent(rows.reshape(sums, len(sizes)))
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
