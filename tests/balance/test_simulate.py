"""Pairs that are simulated at once are judged as one is; thresholds order what they should."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from peerloom.balance import SIGNALS, USUAL, WORLDS, Facts, Met, Said, Step, World, chosen, outcome
from peerloom.balance.simulate import UNSAID, Told, levels, tell

A, B = 1, 2
DAY = date(2026, 1, 5)


def one(told: Told, row: int, until: int) -> Facts:
    """A simulated pair as facts, so far."""
    met = []
    for t in range(until):
        said = {
            who: Said(
                hats=_said(told.hats[row, t, k]),
                chance=_said(told.chance[row, t, k]),
                welcome=_said(told.welcome[row, t, k]),
            )
            for k, who in enumerate((A, B))
        }
        brought = {}
        if not np.isnan(told.brought[row, t]):
            part = round(told.brought[row, t] * 60)
            brought = {A: (part, 0), B: (60 - part, 0)}
        met.append(Met(DAY + timedelta(days=14 * t), said, brought))
    return Facts((A, B), DAY, DAY, 14, met=tuple(met), agreed_on=DAY)


def _said(value: int) -> int | None:
    return None if value == UNSAID else int(value)


@pytest.mark.parametrize("world", WORLDS, ids=lambda w: w.name)
@pytest.mark.parametrize("safeguards", [USUAL, chosen("early", "late")], ids=["usual", "other"])
def test_many_at_once_are_judged_as_one_is(world: World, safeguards: object) -> None:
    told = tell(world, 40, 8, np.random.default_rng(3))

    found = levels(told, safeguards)  # type: ignore[arg-type]

    for row in range(40):
        for t in range(8):
            signal = SIGNALS["leaning"](one(told, row, t + 1), safeguards)  # type: ignore[call-arg]
            assert found[row, t] == signal.level, (row, t)


def test_the_shipped_thresholds_meet_what_they_are_for() -> None:
    balanced, leaning = (outcome(w, USUAL, n=3000) for w in WORLDS[:2])

    assert balanced.by(Step.OFFER_HELP, 12) <= 0.05
    assert leaning.by(Step.EACH_ALONE, 4) >= 0.65
    # Ninety of a hundred in twenty thousand (benchmarks/balance); of three thousand, one less.
    assert leaning.by(Step.EACH_ALONE, 8) >= 0.89


@pytest.mark.parametrize(("soon", "later"), [("early", "usual"), ("usual", "late")])
def test_an_earlier_word_reaches_more_of_all(soon: str, later: str) -> None:
    for world in WORLDS[:2]:
        first, second = (outcome(world, chosen(c, c), n=600) for c in (soon, later))
        assert (first.reached >= second.reached).all()


def test_who_agreed_to_lean_is_left_in_peace_and_a_step_is_never_skipped() -> None:
    agreed, leaning = (outcome(w, USUAL, n=1000) for w in (WORLDS[3], WORLDS[1]))

    assert agreed.by(Step.OFFER_HELP, 12) < leaning.by(Step.OFFER_HELP, 12) / 3
    assert (np.diff(leaning.reached, axis=0) <= 0).all()
    assert leaning.by(Step.MANAGER, 12) == 0
    assert outcome(WORLDS[1], chosen(unasked=True), n=300).by(Step.MANAGER, 12) > 0
