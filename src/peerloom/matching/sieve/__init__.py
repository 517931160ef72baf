"""A quick look that rules most pairs out, so that few are scored to the last digit.

Scores are integers and exact (`scoring`), which costs too much for five billion pairs. Here the
same benefits are added up in single precision, many people at a time, with a margin that covers
every rounding: what falls short even so falls short exactly, and only the rest is scored. So
nothing that is found depends on how a machine rounds.

People stand sorted by the must-haves that everybody shares. A tile of neighbours then spans few
answers, and one comparison passes over it whole where a must-have keeps it apart (a language, a
region, a career stage).
"""

from peerloom.matching.sieve.build import TILE, Sieve, sieve_of
from peerloom.matching.sieve.sift import (
    Desk,
    Flags,
    Single,
    desk,
    hopeful,
    passes_over,
    potential,
)

__all__ = [
    "TILE",
    "Desk",
    "Flags",
    "Sieve",
    "Single",
    "desk",
    "hopeful",
    "passes_over",
    "potential",
    "sieve_of",
]
