"""The longest time in a week when partners are all free, for many partnerships at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

from peerloom.calendars.weekly import HoursError, on_world_clock, parse_hours
from peerloom.programs.models import Program

QUARTER = 15  # minutes


class Part(Protocol):
    """A member's answers, and the zone in which their hours are."""

    @property
    def answers(self) -> Mapping[str, str]: ...

    @property
    def time_zone(self) -> str: ...


class SharedHours:
    """The longest time in a week when all are free; what was read is remembered."""

    def __init__(self, today: date) -> None:
        self.week = today - timedelta(days=today.weekday())
        self.keys: dict[int, str] = {}
        self.known: dict[tuple[str, str], frozenset[int] | None] = {}
        self.runs: dict[frozenset[int], int] = {}

    def longest(self, program: Program, parts: Sequence[Part]) -> int | None:
        """Minutes; None where somebody's hours are not known."""
        if program.pk not in self.keys:
            asked = program.hours
            self.keys[program.pk] = asked.key if asked else ""
        key = self.keys[program.pk]
        all_free: frozenset[int] | None = None
        for part in parts:
            cell = part.answers.get(key, "")
            free = self._quarters(cell, part.time_zone) if cell else None
            if free is None:
                return None
            all_free = free if all_free is None else all_free & free
        if all_free is None:
            return None
        # Hours are written in a few ways only: their meets are as well.
        if all_free not in self.runs:
            self.runs[all_free] = QUARTER * _longest_run(all_free)
        return self.runs[all_free]

    def _quarters(self, cell: str, name: str) -> frozenset[int] | None:
        if (cell, name) not in self.known:
            try:
                found = on_world_clock(parse_hours(cell), name or "UTC", self.week)
            except HoursError:
                found = frozenset()
            self.known[cell, name] = found or None
        return self.known[cell, name]


def _longest_run(quarters: frozenset[int]) -> int:
    """The longest run of quarters that follow each other."""
    longest = 0
    for quarter in quarters:
        if quarter - 1 not in quarters:
            end = quarter
            while end in quarters:
                end += 1
            longest = max(longest, end - quarter)
    return longest
