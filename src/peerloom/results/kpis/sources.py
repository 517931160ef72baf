"""How a figure's source is made from answers to pulses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from django.utils.translation import gettext as _

from peerloom.core.words import later, spoken
from peerloom.evidence import SMALLEST, Estimate, difference_of_means
from peerloom.programs.models import Pulse
from peerloom.pulses.queries import Answers
from peerloom.results.figures import (
    Beside,
    Lot,
    Measured,
    Missing,
    Point,
    Source,
    interval,
    number,
)
from peerloom.results.reading import Reading, Said

Score = Callable[[Answers], float | None]


def both(reading: Reading, scored: Score) -> dict[int, tuple[float, float]]:
    first, last = scores_of(reading.first, scored), scores_of(reading.last, scored)
    return {p: (first[p], last[p]) for p in last if p in first}


def scores_of(said: Said, scored: Score) -> dict[int, float]:
    found = ((p, scored(answers)) for p, (_, answers) in said.items())
    return {p: s for p, s in found if s is not None}


def of_pulses(
    key: str,
    unit: str,
    digits: int,
    pairs: Mapping[int, object],
    measure: Callable[[Sequence[int]], Measured],
    reading: Reading,
    scale: str,
    outcome: Mapping[int, float],
) -> Source | Missing:
    """A figure of those who had a peer and answered the first and the last pulse.

    Parameters
    ----------
    outcome
        What those drawn and those not drawn are compared by.
    """
    if not pairs:
        return Missing(key, nobody(later("has answered both the first and the last pulse yet")))
    mine = tuple(p for p in sorted(pairs) if p in reading.took_part or p not in reading.lots)
    keys = {
        p: {
            f"{scale}@first": f"{p}.{reading.first[p][0]}",
            f"{scale}@last": f"{p}.{reading.last[p][0]}",
        }
        for p in pairs
    }
    asked = reading.asked(Pulse.When.END, among=reading.took_part)
    of = max(asked, len(mine))
    lot = lot_of(reading, outcome)
    return Source(key, unit, digits, mine, keys, measure, reading.groups, of, lot=lot)


def lot_of(reading: Reading, outcome: Mapping[int, float]) -> Lot | None:
    """Those drawn and those not drawn, of whom there is an outcome."""
    drawn = tuple(p for p in sorted(outcome) if reading.lots.get(p) is True)
    others = tuple(p for p in sorted(outcome) if reading.lots.get(p) is False)
    if not drawn or not others:
        return None

    def measure(ours: Sequence[int], theirs: Sequence[int]) -> tuple[Beside, Beside]:
        a, b = [outcome[p] for p in ours], [outcome[p] for p in theirs]
        gap = difference_of_means(a, b)
        return (
            Beside(later("not drawn"), fmean(b), n=len(b), words=later("Applied, and the lot left them waiting.")),
            Beside(later("difference by lot"), gap.value, gap.low, gap.high, gap.n,
                   later("Everybody counts where the lot put them. Welch (1947).")),
        )  # fmt: skip

    return Lot(drawn, others, measure)


def of_one(
    key: str,
    unit: str,
    scores: Mapping[int, float],
    said: Said,
    measure: Callable[[Sequence[int]], Measured],
    reading: Reading,
    question: str,
    asked: int,
) -> Source | Missing:
    """A figure of those who answered one pulse."""
    if not scores:
        return Missing(key, nobody(later("has answered this yet")))
    keys = {p: {question: f"{p}.{said[p][0]}"} for p in scores}
    digits = 0 if unit == "%" else 1
    of = max(asked, len(scores))
    return Source(key, unit, digits, tuple(sorted(scores)), keys, measure, reading.groups, of)


def two(reading: Reading, before: float, after: float) -> tuple[Point, ...]:
    """From before the program to its end, of the same people."""
    starts, ends = reading.program.starts_on, reading.program.ends_on
    if not starts or not ends:
        return ()
    return (Point(starts.isoformat(), before), Point(ends.isoformat(), after))


def moved(e: Estimate) -> str:
    up = _("{value} points higher ({interval})")
    down = _("{value} points lower ({interval})")
    return (up if e.value >= 0 else down).format(
        value=number(abs(e.value), 1), interval=interval(e, 1)
    )


def nobody(words: str) -> str:
    return spoken(
        lambda: _("Not enough evidence: nobody {words}; it takes {smallest} people.").format(
            words=words, smallest=SMALLEST
        )
    )
