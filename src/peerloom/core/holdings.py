"""What each room holds of a person: how it is handed to them, erased, and how long it is kept.

A room declares its models with a function that reads a person's data out of them and one that erases
it; 'take my data' and 'erase my data' are what all rooms do, so a model that nobody declared would be
missing from them (a test looks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Reader = Callable[[Any], Any]
Eraser = Callable[[Any], None]
# Organisation's number, and the moment before which it is too old; how many were forgotten.
Forgetter = Callable[[int, datetime], int]


@dataclass(frozen=True)
class Holding:
    """What one room holds: labels of its models, and how a person's part is read and erased.

    Attributes
    ----------
    hold
        Holds the rows that others change too, before anything is erased.
    """

    room: str
    models: frozenset[str]
    read: Reader
    erase: Eraser
    hold: Eraser | None = None


@dataclass(frozen=True)
class Keeping:
    """Something that is kept for a time and then forgotten.

    Attributes
    ----------
    what, why, since
        In words for people: 'Answers on the join form', 'to match again', 'the program's end'.
    months
        How long, where an organisation says nothing.
    """

    key: str
    what: str
    why: str
    since: str
    months: int
    forget: Forgetter


HOLDINGS: dict[str, Holding] = {}
KEEPINGS: dict[str, Keeping] = {}


def declare(
    room: str, models: Iterable[str], read: Reader, erase: Eraser, hold: Eraser | None = None
) -> None:
    """Say what a room holds of people; once, when Django is ready."""
    HOLDINGS[room] = Holding(room, frozenset(models), read, erase, hold)


def keep(*keepings: Keeping) -> None:
    """Say how long something is kept; once, when Django is ready."""
    KEEPINGS.update({k.key: k for k in keepings})


def data_of(person: Any) -> dict[str, Any]:
    """Everything that is held of a person, by room; JSON once dates are written out."""
    return {room: holding.read(person) for room, holding in sorted(HOLDINGS.items())}


def name_of(key: object) -> str:
    """What a part of a person's data is called, in English: 'Made at' of `made_at`."""
    words = str(key).replace("__", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def erase_all_of(person: Any) -> None:
    """Erase a person in every room, within a transaction; what rests on other rooms first.

    Rooms are ready in the order in which they rest on each other (`INSTALLED_APPS`).
    """
    for holding in HOLDINGS.values():
        if holding.hold:
            holding.hold(person)
    for holding in reversed(HOLDINGS.values()):
        holding.erase(person)
