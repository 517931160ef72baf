"""`rank`: a participant's own list of people, best first, and those they refuse."""

from __future__ import annotations

import numpy as np

from peerloom.matching.criteria.shapes import ONE, Answers, Shape, split
from peerloom.matching.errors import Problem, nearest
from peerloom.matching.policy import Criterion
from peerloom.matching.pool import Pool


def rank(pool: Pool, criterion: Criterion, lists: str, problems: list[Problem]) -> Answers:
    """First choice all, last choice half, nobody's name nothing; a refusal forbids the pair."""
    place = {person: row for row, person in enumerate(pool.ids)}
    chosen = _rows(pool, criterion.settings["field"], lists, place, problems)
    lists_of = []
    for row, others in enumerate(chosen):
        ranked = list(dict.fromkeys(other for other in others if other != row))
        step = ONE // 2 // max(1, len(ranked) - 1)
        lists_of.append(sorted((other, ONE - step * k) for k, other in enumerate(ranked)))
    never: set[tuple[int, int]] = set()
    refused = criterion.settings.get("refused")
    if refused:
        for row, others in enumerate(_rows(pool, refused, lists, place, problems)):
            never |= {(min(row, o), max(row, o)) for o in others if o != row}
    takes = np.array([bool(ranked) for ranked in lists_of], bool)
    return Answers(
        Shape.LIST,
        gives=np.ones(len(pool), bool),
        takes=takes,
        lists=lists_of,
        never=sorted(never),
    )


def _rows(
    pool: Pool, column: str, lists: str, place: dict[str, int], problems: list[Problem]
) -> list[list[int]]:
    found: list[list[int]] = []
    for row, cell in enumerate(pool.column(column)):
        found.append([])
        for person in split(cell, lists):
            if person in place:
                found[row].append(place[person])
            else:
                what = f"nobody here has the id '{person}'.{nearest(person, place)}"
                problems.append(Problem(pool.where(row, column), what))
    return found
