"""Figures and intervals against their definitions, other libraries and known truths."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from peerloom.evidence import (
    attainment,
    attainment_scale,
    change,
    difference,
    difference_of_means,
    mean,
    share,
    ties,
)

answers = st.lists(st.integers(1, 5), min_size=1, max_size=60)


@given(answers)
def test_a_mean_lies_in_its_interval_and_on_its_scale(said: list[int]) -> None:
    found = mean(said, (1, 5))

    assert found.value == pytest.approx(sum(said) / len(said))
    assert 1 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 5
    assert found.n == len(said)


@given(answers, st.randoms(use_true_random=False))
def test_who_stands_where_changes_nothing(said: list[int], dice: random.Random) -> None:
    mixed = dice.sample(said, len(said))

    assert mean(mixed, (1, 5)) == mean(said, (1, 5))


def test_people_who_all_say_the_same_could_still_differ() -> None:
    few, many = mean([4] * 5, (1, 5)), mean([4] * 200, (1, 5))

    assert few.low < many.low < 4 < many.high < few.high


@pytest.mark.parametrize("people", [8, 15, 40, 200])
def test_an_interval_of_a_mean_covers_the_truth_about_as_often_as_it_says(people: int) -> None:
    rng = np.random.default_rng(people)
    odds = np.array([0.05, 0.1, 0.2, 0.4, 0.25])
    truth = float((odds * np.arange(1, 6)).sum())
    covered = 0
    for _ in range(400):
        found = mean(rng.choice(np.arange(1, 6), people, p=odds), (1, 5))
        covered += found.low <= truth <= found.high
    # 400 trials at 95 %: four standard errors wide.
    assert 0.91 <= covered / 400 <= 0.99


@given(st.integers(0, 40), st.integers(1, 40))
def test_wilsons_interval_is_the_one_of_scipy(yes: int, n: int) -> None:
    yes = min(yes, n)
    theirs = stats.binomtest(yes, n).proportion_ci(0.95, method="wilson")

    found = share(yes, n)

    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_newcombes_difference_of_two_shares_is_the_one_in_his_paper() -> None:
    # Newcombe (1998), table II, example (a): 56/70 and 48/80, method 10.
    found = difference(share(56, 70), share(48, 80))

    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=30), st.lists(st.floats(-5, 5), min_size=3))
def test_welchs_interval_is_the_one_of_scipy(ours: list[float], theirs: list[float]) -> None:
    if np.std(ours) < 1e-3 or np.std(theirs) < 1e-3:
        return
    interval = stats.ttest_ind(ours, theirs, equal_var=False).confidence_interval(0.95)

    found = difference_of_means(ours, theirs)

    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-6)


def test_a_change_is_that_of_the_same_people() -> None:
    found = change([1, 2, 3, 4, 2], [2, 3, 3, 5, 3], (1, 5))

    assert found.change.value == pytest.approx(0.8)
    assert (found.before, found.after) == pytest.approx((2.4, 3.2))
    # 0.8 over a standard deviation of 1.140, times 1 - 3 / (4 * 4 - 1).
    assert found.size == pytest.approx(0.8 / math.sqrt(1.3) * 0.8)
    with pytest.raises(ValueError, match="same people"):
        change([1, 2], [1], (1, 5))


@given(st.lists(st.integers(-2, 2), min_size=1, max_size=6))
def test_goal_attainment_is_kiresuk_and_shermans_score(levels: list[int]) -> None:
    n = len(levels)
    plain = 50 + 10 * sum(levels) / math.sqrt(n - 0.3 * n + 0.3 * n * n)
    low, high = attainment_scale(n)

    assert attainment(levels) == pytest.approx(plain)
    assert attainment(levels, [7.0] * n) == pytest.approx(plain)
    assert low - 1e-9 <= attainment(levels) <= high + 1e-9
    assert attainment([0] * n) == 50


@pytest.mark.parametrize(
    ("levels", "weights"), [([], None), ([3], None), ([1], [0]), ([1], [1, 1])]
)
def test_goals_off_their_scale_are_refused(levels: list[int], weights: list[float] | None) -> None:
    with pytest.raises(ValueError, match=r"levels|weight"):
        attainment(levels, weights)


def test_ties_across_units_are_told_from_what_chance_would_give() -> None:
    units = ["A"] * 40 + ["B"] * 40
    crossing = [("A", "B")] * 40
    dice = random.Random(3)
    dice.shuffle(units)
    drawn = list(zip(units[::2], units[1::2], strict=True))

    all_across, by_chance = ties(crossing), ties(drawn)

    # Exactly: 40 of the 79 others are of the other unit.
    assert all_across.chance == pytest.approx(40 / 79)
    assert all_across.across == 1 > all_across.high
    assert by_chance.low <= by_chance.across <= by_chance.high
    assert ties([("A", "A", "B")]).ties == 3
    with pytest.raises(ValueError, match="two or more"):
        ties([])
