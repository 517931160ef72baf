"""From when to when a pulse takes answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from peerloom.programs.models import Program, Pulse

WEEK = timedelta(days=7)
OPEN_FOR = 3 * WEEK


@dataclass(frozen=True)
class Window:
    """First and last day of a pulse."""

    opens: date
    closes: date

    def has(self, day: date) -> bool:
        """True on a day on which it takes answers."""
        return self.opens <= day <= self.closes


def window_of(pulse: Pulse) -> Window | None:
    """When a pulse takes answers; None while the program has no dates.

    The first from two weeks before the program begins until its fourth week ends, the middle one
    for three weeks from half-way, the last from two weeks before the program ends until four weeks
    after it; or on the days its manager set.
    """
    if pulse.moment == Pulse.When.MEETING:
        # Each meeting is asked about by itself.
        return None
    if pulse.opens_on:
        return Window(pulse.opens_on, pulse.closes_on or pulse.opens_on + OPEN_FOR)
    program: Program = pulse.program
    starts, ends = program.starts_on, program.ends_on
    if not starts or not ends:
        return None
    if pulse.moment == Pulse.When.BASELINE:
        # A short program's first pulse is over before its last one begins.
        return Window(starts - 2 * WEEK, min(starts + 4 * WEEK, starts + (ends - starts) / 3))
    if pulse.moment == Pulse.When.MIDPOINT:
        middle = starts + (ends - starts) / 2
        return Window(middle, min(middle + OPEN_FOR, max(middle, ends - 2 * WEEK)))
    return Window(ends - 2 * WEEK, ends + 4 * WEEK)
