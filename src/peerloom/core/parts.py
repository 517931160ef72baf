"""Many values, as many at a time as every database takes in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
# Some builds of SQLite take 999 values, others 32,766.
AT_ONCE = 500


def in_parts(values: Sequence[T], most: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """The same values in order, in parts of at most so many.

    >>> [list(part) for part in in_parts("abcde", 2)]
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    for start in range(0, len(values), most):
        yield values[start : start + most]
