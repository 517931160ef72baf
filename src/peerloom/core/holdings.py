"""What each room holds of a person, and how it is handed to them.

A room declares its models and a function that reads a person's data out of them; 'take my data' is
what all rooms say, so a model that nobody declared would be missing from it (a test looks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Reader = Callable[[Any], Any]


@dataclass(frozen=True)
class Holding:
    """What one room holds: labels of its models, and how a person's part of them is read."""

    room: str
    models: frozenset[str]
    read: Reader


HOLDINGS: dict[str, Holding] = {}


def declare(room: str, models: Iterable[str], read: Reader) -> None:
    """Say what a room holds of people; once, when Django is ready."""
    HOLDINGS[room] = Holding(room, frozenset(models), read)


def data_of(person: Any) -> dict[str, Any]:
    """Everything that is held of a person, by room; JSON once dates are written out."""
    return {room: holding.read(person) for room, holding in sorted(HOLDINGS.items())}
