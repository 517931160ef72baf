"""What a signal says."""

from __future__ import annotations

from dataclasses import dataclass

QUIET, GENTLE, STRICT = 0, 1, 2


@dataclass(frozen=True)
class Signal:
    """One signal of a partnership.

    Attributes
    ----------
    level
        0: nothing; 1: for the partners themselves; 2: strong enough to offer help.
    reason
        Why, in words that a partner may read.
    members
        Whom it is about, where it is not about all.
    side
        For hats: 1 where the first of `members` asks more, -1 where they share more.
    """

    level: int
    reason: str = ""
    members: tuple[int, ...] = ()
    side: int = 0
