"""A program's safeguards: how soon care speaks up, what follows from its purpose, what a manager set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from peerloom.core.words import later
from peerloom.programs.models import Program

WHEN = {"early": later("early"), "usual": later("as usual"), "late": later("late")}
# What can be set to one of them.
CHOICES = {
    "early": later("Partners hear of a lean"),
    "sure": later("Help is offered"),
    "rhythm": later("Silence is noticed"),
}
SIGNALS = {
    "leaning": later("One always asks, the other always shares"),
    "talking": later("One talks, the other listens"),
    "silence": later("Nobody meets"),
    "moving": later("Meetings keep moving"),
    "unclear": later("Expectations are not clear"),
    "no_click": later("It is hardly worth it to somebody"),
    "waiting": later("An introduction is not answered"),
    "wrong_program": later("The wrong program for somebody"),
    "clash": later("Calendars that do not meet"),
}


@dataclass(frozen=True)
class SafeguardChoice:
    """What holds for a program.

    Attributes
    ----------
    early
        How soon partners hear of a lean themselves.
    sure
        How soon help is offered.
    rhythm
        How soon silence is noticed.
    unasked_since
        Since when the manager hears of a strong signal that holds although nobody asked; of those
        alone who joined after it, as they were told.
    repairs
        People who wait are matched anew each week by itself.
    off
        Signals that are not looked for.
    """

    early: str = "usual"
    sure: str = "usual"
    rhythm: str = "usual"
    unasked_since: datetime | None = None
    repairs: bool = False
    off: tuple[str, ...] = ()


def safeguards_of(program: Program) -> SafeguardChoice:
    """What holds for a program; 'usual' where nothing was chosen."""
    kept = program.safeguards
    said = {name: kept.get(name) or "usual" for name in CHOICES}
    since = kept.get("unasked_since")
    return SafeguardChoice(
        **{name: value if value in WHEN else "usual" for name, value in said.items()},
        unasked_since=parse_datetime(since) if since else None,
        repairs=bool(kept.get("repairs")),
        off=tuple(s for s in kept.get("off", ()) if s in SIGNALS),
    )
