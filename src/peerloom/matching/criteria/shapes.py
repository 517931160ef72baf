"""The shapes that answers take once they are read; see the package's first lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

ONE = 1_000_000


class Shape(IntEnum):
    """How the benefit of a pair is computed."""

    CHOICE = 0
    NUMBER = 1
    SETS = 2
    WEEK = 3
    VECTOR = 4
    LIST = 5


def _empty(kind: type, dimensions: int) -> NDArray[np.generic]:
    return np.zeros((0,) * dimensions, kind)


@dataclass(frozen=True)
class Answers:
    """One criterion's answers of n people.

    Attributes
    ----------
    shape
        Which of the arrays below is filled.
    gives, takes : bool arrays, shape (n,)
        Whether i said enough to receive (`takes`) and to be received (`gives`); where either is
        missing the pair takes the pool's mean.
    codes : int32, shape (n,);  table : int32, shape (k, k)
        CHOICE: code of each person, benefit by codes.
    numbers : int64, shape (n,);  tolerance
        NUMBER: thousandths.
    left, right : uint64, shape (n, words)
        SETS: wanted and offered, one bit each; WEEK: `left` alone, 11 words a week.
    enough
        WEEK: quarter hours that count as all.
    vectors : int16, shape (n, d)
        VECTOR: unit vectors in thousandths.
    lists
        LIST: for each person (row of the other, benefit); pairs not listed give `unlisted`.
    never
        Pairs of rows that this criterion forbids outright (a refusal, a competitor).
    """

    shape: Shape
    gives: NDArray[np.bool_]
    takes: NDArray[np.bool_]
    codes: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    table: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    numbers: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    tolerance: int = 0
    left: NDArray[np.uint64] = field(default_factory=lambda: np.zeros((0, 0), np.uint64))
    right: NDArray[np.uint64] = field(default_factory=lambda: np.zeros((0, 0), np.uint64))
    enough: int = 0
    vectors: NDArray[np.int16] = field(default_factory=lambda: np.zeros((0, 0), np.int16))
    lists: Sequence[Sequence[tuple[int, int]]] = ()
    unlisted: int = 0
    never: Sequence[tuple[int, int]] = ()


def split(cell: str, mark: str) -> list[str]:
    """Items of a many-choice cell; spaces around the mark do not count."""
    return [item for item in (part.strip() for part in cell.split(mark.strip() or mark)) if item]


def bits(rows: Sequence[Sequence[str]], items: Sequence[str]) -> NDArray[np.uint64]:
    """Sets as bits: uint64, shape (people, words); items not in `items` are left out."""
    place = {item: k for k, item in enumerate(items)}
    words = max(1, -(-len(items) // 64))
    packed = np.zeros((len(rows), words), np.uint64)
    for row, chosen in enumerate(rows):
        for item in chosen:
            k = place.get(item)
            if k is not None:
                packed[row, k // 64] |= np.uint64(1 << (k % 64))
    return packed
