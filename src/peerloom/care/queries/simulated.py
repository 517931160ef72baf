"""What a program's safeguards would do to partnerships whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from peerloom.balance import WORLDS, Step, chosen, outcome

PAIRS = 1000


@dataclass(frozen=True)
class Simulated:
    """Of 100 made-up pairs each, within twelve meetings, but for `found`: by the eighth.

    Attributes
    ----------
    asked
        Balanced ones of which the two are told that they lean.
    offered
        Balanced ones that are offered help.
    found
        Leaning ones that are told by meeting 8.
    helped
        Leaning ones that are offered help by meeting 12.
    """

    asked: int
    offered: int
    found: int
    helped: int


@lru_cache(maxsize=32)
def simulated(early: str, sure: str) -> Simulated:
    """For a choice of thresholds by words; the same numbers whenever it is asked."""
    safeguards = chosen(early, sure)
    balanced, leaning = (outcome(world, safeguards, n=PAIRS) for world in WORLDS[:2])
    return Simulated(
        asked=round(100 * balanced.by(Step.EACH_ALONE, 12)),
        offered=round(100 * balanced.by(Step.OFFER_HELP, 12)),
        found=round(100 * leaning.by(Step.EACH_ALONE, 8)),
        helped=round(100 * leaning.by(Step.OFFER_HELP, 12)),
    )
