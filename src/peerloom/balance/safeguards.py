"""How soon care speaks up: what a program's manager may choose, and what is used without a choice."""

from __future__ import annotations

from dataclasses import dataclass

from peerloom.balance.estimates import GENTLE, STRICT, Threshold


@dataclass(frozen=True)
class Safeguards:
    """A program's thresholds.

    Attributes
    ----------
    gentle
        What partners see themselves.
    strict
        What may leave the partnership.
    late, too_late
        Times the agreed cadence without a meeting, for each of the two.
    unasked
        The manager hears of a strong signal that held for three more meetings although nobody asked
        for help; people are told so when they join.
    """

    gentle: Threshold = GENTLE
    strict: Threshold = STRICT
    late: float = 1.5
    too_late: float = 2.5
    unasked: bool = False


# By a word, how sure one has to be: early words are wrong more often.
EARLY = {
    "early": Threshold(limit=0.65, sure=0.60, weight=2.0, prior=1.0),
    "usual": GENTLE,
    "late": Threshold(limit=0.65, sure=0.80, weight=2.0, prior=1.0),
}
SURE = {
    "early": Threshold(limit=0.65, sure=0.80, weight=3.0, prior=2.0),
    "usual": STRICT,
    "late": Threshold(limit=0.65, sure=0.92, weight=3.0, prior=2.0),
}
RHYTHM = {"early": (1.25, 2.0), "usual": (1.5, 2.5), "late": (2.0, 3.5)}
USUAL = Safeguards()


def chosen(
    early: str = "usual", sure: str = "usual", rhythm: str = "usual", *, unasked: bool = False
) -> Safeguards:
    """Safeguards by words; one that is not known counts as 'usual'."""
    late, too_late = RHYTHM.get(rhythm, RHYTHM["usual"])
    return Safeguards(
        gentle=EARLY.get(early, GENTLE),
        strict=SURE.get(sure, STRICT),
        late=late,
        too_late=too_late,
        unasked=unasked,
    )
