"""What can be wrong with a pool or a policy, in words for the person who has to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where.

    Parameters
    ----------
    where
        Place in words: ``"line 12, column 'age'"`` or ``"criterion 3 (close)"``.
    what
        What is wrong and what to do about it.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


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


class Cancelled(Exception):
    """The caller's progress callback asked to stop; nothing was changed."""


def nearest(name: str, known: Iterable[str]) -> str:
    """`` Did you mean 'x'?`` for the closest known name, or an empty string."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if not close:
        folded = {n.casefold().replace("_", " "): n for n in names}
        keys = difflib.get_close_matches(name.casefold().replace("_", " "), folded, n=1, cutoff=0.6)
        close = [folded[k] for k in keys]
    return f" Did you mean '{close[0]}'?" if close else ""
