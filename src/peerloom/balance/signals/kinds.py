"""All nine signals by name."""

from __future__ import annotations

from collections.abc import Callable, Collection

from peerloom.balance.facts import Facts
from peerloom.balance.safeguards import USUAL, Safeguards
from peerloom.balance.signals.feeling import no_click, unclear, wrong_program
from peerloom.balance.signals.hats import leaning, talking
from peerloom.balance.signals.rhythm import clash, moving, silence, waiting
from peerloom.balance.signals.signal import Signal

SIGNALS: dict[str, Callable[[Facts], Signal]] = {
    "leaning": leaning,
    "talking": talking,
    "silence": silence,
    "moving": moving,
    "unclear": unclear,
    "no_click": no_click,
    "waiting": waiting,
    "wrong_program": wrong_program,
    "clash": clash,
}


# Those that a program's safeguards move.
_MOVED: dict[str, Callable[[Facts, Safeguards], Signal]] = {
    "leaning": leaning,
    "talking": talking,
    "silence": silence,
}


def read_signals(
    facts: Facts, safeguards: Safeguards = USUAL, kinds: Collection[str] | None = None
) -> dict[str, Signal]:
    """Every signal of a partnership that says something; of some kinds only, where they are given."""
    found = {
        name: read(facts)
        for name, read in SIGNALS.items()
        if name not in _MOVED and (kinds is None or name in kinds)
    }
    found |= {
        name: read(facts, safeguards)
        for name, read in _MOVED.items()
        if kinds is None or name in kinds
    }
    return {name: signal for name, signal in found.items() if signal.level}
