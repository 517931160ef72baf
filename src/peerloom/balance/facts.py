"""What is known of a partnership: facts alone, nothing that anybody wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

STEPS = 4  # answers go from 0 to this


@dataclass(frozen=True)
class Said:
    """What one member said of a meeting, each from 0 to 4; None where they did not.

    Attributes
    ----------
    hats
        0: mostly asked; 4: mostly shared.
    talk
        0: mostly listened; 4: mostly talked.
    worth
        Was it worth it.
    chance, welcome
        'I get the chance to ask for what I need', 'what I offer is welcome'.
    clear
        'I know what we expect of each other'.
    """

    hats: int | None = None
    talk: int | None = None
    worth: int | None = None
    chance: int | None = None
    welcome: int | None = None
    clear: int | None = None


@dataclass(frozen=True)
class Met:
    """One meeting that was held.

    Attributes
    ----------
    said
        By member; who said nothing is left out.
    brought
        By member, how many agenda items they asked with and how many they shared with.
    """

    on: date
    said: Mapping[int, Said] = field(default_factory=dict)
    brought: Mapping[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """A partnership as signals read it.

    Attributes
    ----------
    cadence_days
        Days from one meeting to the next, as agreed.
    moved
        For the last planned meetings, newest last: whether each was moved or cancelled.
    agreed_on
        When an agreement last held or was changed.
    unanswered
        Members who have not looked at the introduction.
    fits
        By member, the last word on whether the program is right for them, 0 to 4.
    shared_minutes
        Minutes of the longest time in a week when all are free; None where it is not known.
    paused_days
        Days since the last meeting that were a pause or a holiday.
    ahead
        A meeting is planned.
    """

    members: tuple[int, ...]
    opened_on: date
    today: date
    cadence_days: int
    met: tuple[Met, ...] = ()
    moved: tuple[bool, ...] = ()
    agreed_on: date | None = None
    unanswered: tuple[int, ...] = ()
    fits: Mapping[int, int] = field(default_factory=dict)
    shared_minutes: int | None = None
    meeting_minutes: int = 60
    paused_days: int = 0
    ahead: bool = False
