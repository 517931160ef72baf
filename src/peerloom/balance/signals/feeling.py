"""Expectations that are not clear, no click, the wrong program."""

from __future__ import annotations

from peerloom.balance.facts import Facts
from peerloom.balance.signals import signal as levels
from peerloom.balance.signals.signal import Signal
from peerloom.words import _

MEETINGS, LOW, TWICE = 2, 1, 2


def unclear(facts: Facts) -> Signal:
    """No agreement after two meetings, or somebody says that it is not clear what is expected."""
    for member in facts.members:
        values = _said(facts, member, "clear", since_agreed=True)
        if values and values[-1] <= LOW:
            level = (
                levels.STRICT if len(values) >= TWICE and values[-TWICE] <= LOW else levels.GENTLE
            )
            return Signal(level, _("What you expect of each other is not clear to all."), (member,))
    if facts.agreed_on is None and len(facts.met) >= MEETINGS:
        return Signal(levels.GENTLE, _("You have met twice and not yet said what you expect."))
    return Signal(levels.QUIET)


def no_click(facts: Facts) -> Signal:
    """The same person found the meetings hardly worth it, twice in a row; for them alone."""
    for member in facts.members:
        values = _said(facts, member, "worth")
        if len(values) >= TWICE and all(v <= LOW for v in values[-TWICE:]):
            level = (
                levels.STRICT
                if all(v <= LOW for v in values[-TWICE - 1 :]) and (len(values) > TWICE)
                else levels.GENTLE
            )
            return Signal(level, _("Your last meetings were hardly worth it to you."), (member,))
    return Signal(levels.QUIET)


def wrong_program(facts: Facts) -> Signal:
    """Somebody says that this program is not right for them."""
    for member, fit in sorted(facts.fits.items()):
        if fit <= LOW:
            level = levels.STRICT if fit == 0 else levels.GENTLE
            return Signal(
                level, _("You said that this program is hardly right for you."), (member,)
            )
    return Signal(levels.QUIET)


def _said(facts: Facts, member: int, name: str, *, since_agreed: bool = False) -> list[int]:
    return [
        value
        for met in facts.met
        if (said := met.said.get(member)) and (value := getattr(said, name)) is not None
        if not (since_agreed and facts.agreed_on and met.on <= facts.agreed_on)
    ]
