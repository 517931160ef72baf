"""`overlap`, `exchange`, `observed`: what one has of what the other looks for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from peerloom.matching.criteria.shapes import Answers, Shape, bits, split
from peerloom.matching.errors import Problem
from peerloom.matching.policy import Criterion
from peerloom.matching.pool import Pool


def overlap(pool: Pool, criterion: Criterion, lists: str, problems: list[Problem]) -> Answers:
    """Share of what i chose that j chose too."""
    chosen = _sets(pool, criterion.settings["field"], lists)
    return _shared(chosen, chosen)


def exchange(pool: Pool, criterion: Criterion, lists: str, problems: list[Problem]) -> Answers:
    """Share of i's wants that j offers."""
    wants = _sets(pool, criterion.settings["wants"], lists)
    offers = _sets(pool, criterion.settings["offers"], lists)
    return _shared(wants, offers)


def observed(pool: Pool, criterion: Criterion, lists: str, problems: list[Problem]) -> Answers:
    """Share of what the manager observed in i that something observed in j suits.

    An observation suits itself unless the policy's `suits` says what suits it.
    """
    seen = _sets(pool, criterion.settings["field"], lists)
    suits = {
        key.casefold(): {v.casefold() for v in values}
        for key, values in criterion.settings.get("suits", {}).items()
    }
    every = {item for items in seen for item in items}
    served = [
        [want for want in every if suits.get(want, {want}) & set(items)] if items else []
        for items in seen
    ]
    return _shared(seen, served, gives=np.array([bool(items) for items in seen], bool))


def _sets(pool: Pool, column: str, lists: str) -> list[list[str]]:
    return [split(cell.casefold(), lists) for cell in pool.column(column)]


def _shared(
    left: Sequence[Sequence[str]],
    right: Sequence[Sequence[str]],
    gives: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None,
) -> Answers:
    items = sorted({item for chosen in left for item in chosen})
    takes = np.array([bool(chosen) for chosen in left], bool)
    if gives is None:
        gives = np.array([bool(chosen) for chosen in right], bool)
    return Answers(
        Shape.SETS, gives=gives, takes=takes, left=bits(left, items), right=bits(right, items)
    )
