"""`same`, `different`, `apart`: one choice each, compared."""

from __future__ import annotations

import numpy as np

from peerloom.matching.criteria.shapes import ONE, Answers, Shape, split
from peerloom.matching.errors import Problem
from peerloom.matching.policy import Criterion
from peerloom.matching.pool import Pool


def same(pool: Pool, criterion: Criterion, lists: str, problems: list[Problem]) -> Answers:
    """All for the same choice, nothing for another."""
    return _compared(pool, criterion, equal=ONE, unequal=0)


def different(pool: Pool, criterion: Criterion, lists: str, problems: list[Problem]) -> Answers:
    """All for another choice, nothing for the same."""
    return _compared(pool, criterion, equal=0, unequal=ONE)


def apart(pool: Pool, criterion: Criterion, lists: str, problems: list[Problem]) -> Answers:
    """Not the same team, line or employer; nor one that either names as a competitor."""
    answers = _compared(pool, criterion, equal=0, unequal=ONE)
    column = criterion.settings.get("competitors")
    if not column:
        return answers
    where: dict[str, list[int]] = {}
    for row, place in enumerate(pool.column(criterion.settings["field"])):
        where.setdefault(place.casefold(), []).append(row)
    never = {
        (min(row, other), max(row, other))
        for row, cell in enumerate(pool.column(column))
        for rival in split(cell, lists)
        for other in where.get(rival.casefold(), ())
        if other != row
    }
    return Answers(**{**vars(answers), "never": sorted(never)})


def _compared(pool: Pool, criterion: Criterion, *, equal: int, unequal: int) -> Answers:
    cells = [cell.casefold() for cell in pool.column(criterion.settings["field"])]
    choices = {choice: k for k, choice in enumerate(sorted(set(filter(None, cells))))}
    given = np.array([bool(cell) for cell in cells], bool)
    codes = np.array([choices.get(cell, 0) for cell in cells], np.int32)
    # Free text with thousands of choices must not make a table of millions: equality is enough.
    table = np.array([[equal, unequal]], np.int32)
    return Answers(Shape.CHOICE, gives=given, takes=given, codes=codes, table=table)
