"""`close`: numbers, or choices with an order."""

from __future__ import annotations

import math

import numpy as np

from peerloom.matching.criteria.shapes import Answers, Shape
from peerloom.matching.errors import Problem, nearest
from peerloom.matching.policy import Criterion
from peerloom.matching.pool import Pool

LARGEST = 1e12


def close(pool: Pool, criterion: Criterion, lists: str, problems: list[Problem]) -> Answers:
    """All at no distance, half at the tolerance, nothing at twice the tolerance or more."""
    column = criterion.settings["field"]
    order = [str(choice).casefold() for choice in criterion.settings.get("order", [])]
    values = np.zeros(len(pool), np.int64)
    given = np.zeros(len(pool), bool)
    for row, cell in enumerate(pool.column(column)):
        if not cell:
            continue
        value = _in_order(cell, order) if order else _number(cell)
        if value is None:
            problems.append(Problem(pool.where(row, column), _complaint(cell, order)))
            continue
        values[row] = value
        given[row] = True
    tolerance = round(float(criterion.settings["tolerance"]) * 1000)
    return Answers(Shape.NUMBER, gives=given, takes=given, numbers=values, tolerance=tolerance)


def _number(cell: str) -> int | None:
    try:
        value = float(cell.replace(",", ".") if cell.count(",") == 1 else cell)
    except ValueError:
        return None
    return round(value * 1000) if math.isfinite(value) and abs(value) <= LARGEST else None


def _in_order(cell: str, order: list[str]) -> int | None:
    return order.index(cell.casefold()) * 1000 if cell.casefold() in order else None


def _complaint(cell: str, order: list[str]) -> str:
    if order:
        return f"'{cell}' is not in the policy's order.{nearest(cell, order)}"
    return f"'{cell}' is not a number"
