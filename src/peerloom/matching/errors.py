"""What can be wrong with a pool or a policy, in words for the person who has to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from peerloom.tables import Problem, nearest

__all__ = [
    "Cancelled",
    "MatchingError",
    "PolicyError",
    "PoolError",
    "Problem",
    "ResultError",
    "nearest",
]


class MatchingError(Exception):
    """Base of all errors of this library; carries every problem found, not the first alone."""

    lead = "The matching cannot be done"

    def __init__(self, problems: Problem | str | Sequence[Problem]) -> None:
        if isinstance(problems, str):
            problems = [Problem("", problems)]
        elif isinstance(problems, Problem):
            problems = [problems]
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join([f"{self.lead}:", *(f"  {p}" for p in self.problems)]))


class PoolError(MatchingError):
    """The people cannot be read: encoding, ids, rows or cells."""

    lead = "The people cannot be read; nothing was written"


class PolicyError(MatchingError):
    """The policy does not say something that can be done."""

    lead = "The policy cannot be used; nothing was written"


class ResultError(MatchingError):
    """A stored round cannot be read."""

    lead = "The round cannot be read"


class OutOfBounds(Exception):
    """A limit of seconds or memory is reached; what was found so far is kept."""


class Cancelled(Exception):
    """The caller's progress callback asked to stop; nothing was changed."""
