"""Curves of who stayed, beside lifelines on the same people."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.evidence import comparable, kaplan_meier, share, stayed_longer, years_there

with warnings.catch_warnings():
    # Their own imports warn of what changes in pandas.
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter

people = st.lists(
    st.tuples(st.integers(0, 400), st.booleans()), min_size=2, max_size=80
)  # days, left


@settings(max_examples=60, deadline=None)
@given(people)
def test_a_curve_is_the_one_of_lifelines(looked_at: list[tuple[int, bool]]) -> None:
    days, left = zip(*looked_at, strict=True)
    theirs = KaplanMeierFitter().fit(days, left)

    ours = kaplan_meier(days, left)

    for day, stayed, low, high in zip(ours.days, ours.stayed, ours.low, ours.high, strict=True):
        assert stayed == pytest.approx(theirs.predict(day), abs=1e-9)
        bounds = theirs.confidence_interval_.loc[day]
        if 0 < stayed < 1:
            assert (low, high) == pytest.approx(tuple(bounds), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(people, st.integers(2, 4))
def test_weights_that_are_numbers_of_people_give_the_curve_of_those_people(
    looked_at: list[tuple[int, bool]], times: int
) -> None:
    days, left = (np.array(x) for x in zip(*looked_at, strict=True))

    weighted = kaplan_meier(days, left, np.full(len(days), float(times)))
    once = kaplan_meier(days, left)

    # All weighted alike, they are the same people and no more evidence.
    assert weighted.stayed == pytest.approx(once.stayed)
    assert weighted.low == pytest.approx(once.low)
    assert weighted.counts == pytest.approx(len(days))


def test_where_everybody_was_looked_at_to_the_end_it_is_the_plain_share() -> None:
    days, left = [30] * 3 + [365] * 17, [True] * 3 + [False] * 17

    at = kaplan_meier(days, left).at(365)

    assert at.value == pytest.approx(share(17, 20).value)
    assert at.low < 0.85 < at.high


def test_where_nobody_left_it_says_how_little_few_people_show() -> None:
    few, many = (kaplan_meier([400] * n, [False] * n).at(365) for n in (6, 300))

    assert few.value == many.value == 1
    assert few.low < 0.7
    assert many.low > 0.98


def test_nothing_is_said_of_days_that_nobody_was_looked_at() -> None:
    curve = kaplan_meier([100, 120], [True, False])

    with pytest.raises(ValueError, match="365"):
        curve.at(365)


def test_two_curves_differ_by_what_their_shares_do() -> None:
    ours = kaplan_meier([100] * 5 + [400] * 45, [True] * 5 + [False] * 45)
    theirs = kaplan_meier([100] * 15 + [400] * 35, [True] * 15 + [False] * 35)

    gap = stayed_longer(ours, theirs, 365)

    assert gap.value == pytest.approx(0.2)
    assert 0 < gap.low < 0.1 < 0.3 < gap.high < 0.4
    assert gap.clear


def test_others_are_weighted_to_be_like_the_people_compared() -> None:
    ours = ["A"] * 6 + ["B"] * 3 + ["C"]
    others = ["A"] * 10 + ["B"] * 20 + ["D"] * 5

    found = comparable(ours, others)

    assert (found.compared, found.others) == (9, 30)
    assert found.weights.sum() == pytest.approx(30)
    # Two in three of those compared are of A, and so is the weight of the others.
    assert found.weights[:10].sum() == pytest.approx(20)
    assert found.weights[-5:].sum() == 0


def test_nobody_comparable_is_nobody_compared() -> None:
    found = comparable(["A"], ["B", "B"])

    assert (found.compared, found.others) == (0, 0)


def test_years_there_are_steps() -> None:
    assert [years_there(d) for d in (0, 200, 400, 800, 2000, 5000)] == [0, 1, 2, 3, 4, 5]
