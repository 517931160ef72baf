"""Hats in balance: from check-ins to shares, leans, signals and the ladder. Pure; knows no Django.

After Peerloom's own specification of the estimate; goal attainment, agreements and messages are
elsewhere. Nothing here reads what anybody wrote.
"""

from peerloom.balance.estimates import (
    GENTLE,
    STRICT,
    Share,
    Threshold,
    evenness,
    fold,
    observed,
    posterior,
    share_of,
)
from peerloom.balance.facts import Facts, Met, Said
from peerloom.balance.ladder import Now, Rung, Step, climb, rest
from peerloom.balance.picture import HatPicture, picture_of
from peerloom.balance.safeguards import USUAL, Safeguards, chosen
from peerloom.balance.signals import SIGNALS, Signal, read_signals
from peerloom.balance.simulate import WORLDS, Outcome, World, outcome

__all__ = [
    "GENTLE",
    "SIGNALS",
    "STRICT",
    "USUAL",
    "WORLDS",
    "Facts",
    "HatPicture",
    "Met",
    "Now",
    "Outcome",
    "Rung",
    "Safeguards",
    "Said",
    "Share",
    "Signal",
    "Step",
    "Threshold",
    "World",
    "chosen",
    "climb",
    "evenness",
    "fold",
    "observed",
    "outcome",
    "picture_of",
    "posterior",
    "read_signals",
    "rest",
    "share_of",
]
