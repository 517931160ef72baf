"""Nobody's answer is found by adding and subtracting what is shown, by a solver of its own."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from peerloom.evidence import SMALLEST, Cell, hidden, may_follow, shown

ALL = ("", "")


def table(units: list[str], sites: list[str]) -> list[Cell]:
    """Everybody, by unit and by site."""
    people = [str(k) for k in range(len(units))]
    cells = [Cell(ALL, frozenset(people))]
    for by, groups in (("unit", units), ("site", sites)):
        for name in sorted(set(groups)):
            inside = {p for p, g in zip(people, groups, strict=True) if g == name}
            cells.append(Cell((by, name), frozenset(inside)))
    return cells


def found_out(sets: list[frozenset[str]]) -> list[tuple[str, ...]]:
    """One or two answers whose sum follows from the sums shown: is their row a combination?"""
    people = sorted(set().union(*sets)) if sets else []
    rows = np.array([[p in s for p in people] for s in sets], float)
    found = []
    for few in (*combinations(people, 1), *combinations(people, 2)):
        aim = np.array([p in few for p in people], float)
        factors, *_ = np.linalg.lstsq(rows.T, aim, rcond=None)
        if np.abs(rows.T @ factors - aim).max() < 1e-7:
            found.append(few)
    return found


groups = st.integers(5, 24).flatmap(
    lambda n: st.tuples(
        st.lists(st.sampled_from("ABC"), min_size=n, max_size=n),
        st.lists(st.sampled_from("XYZ"), min_size=n, max_size=n),
    )
)


@settings(max_examples=150, deadline=None)
@given(groups)
def test_no_pair_of_filters_and_no_sum_of_them_tells_of_one_or_two(drawn: Any) -> None:
    cells = table(*drawn)
    names = shown(cells)
    sets = [c.answers for c in cells if c.name in names]

    assert ALL in names
    assert all(len(s) >= SMALLEST for s in sets)
    for one, other in combinations(sets, 2):
        assert not 0 < len(one ^ other) < SMALLEST
    assert found_out(sets) == []


@settings(max_examples=60, deadline=None)
@given(groups, st.data())
def test_no_two_dates_tell_of_those_who_answered_between(drawn: Any, data: st.DataObject) -> None:
    units, sites = drawn
    released: list[frozenset[str]] = []
    answered = data.draw(st.permutations([str(k) for k in range(len(units))]))
    version = dict.fromkeys(answered, 0)
    for _ in range(4):
        # Some more have answered, and one may have thought again.
        there = answered[: data.draw(st.integers(0, len(answered)))]
        if there and data.draw(st.booleans()):
            version[there[0]] += 1
        cells = [
            Cell(c.name, frozenset(f"{p}v{version[p]}" for p in c.answers if p in there))
            for c in table(units, sites)
        ]
        names = shown(cells, released)
        released += [c.answers for c in cells if c.name in names]

    for one, other in combinations(released, 2):
        assert not 0 < len(one ^ other) < SMALLEST
    assert found_out(released) == []


def test_a_small_group_hides_with_the_smallest_other() -> None:
    cells = table(["A"] * 12 + ["B"] * 8 + ["C"] * 3, ["X"] * 23)

    # A alone leaves B and C together, eleven people; B besides would leave three.
    assert shown(cells) == {ALL, ("unit", "A"), ("site", "X")}


def test_two_breakdowns_that_differ_by_one_person_are_not_both_shown() -> None:
    cells = table(["A"] * 10 + ["B"] * 10, ["X"] * 9 + ["Y"] * 11)

    names = shown(cells)

    assert ("unit", "A") in names
    assert ("site", "X") not in names


def test_a_circle_of_differences_is_found_as_well_as_a_pair() -> None:
    # No two differ by fewer than five, but A and C less B less D are one person.
    a, b = {f"a{k}" for k in range(6)}, {f"b{k}" for k in range(6)}
    sets = [frozenset(a), frozenset(a | b), frozenset(b | {"one"} | {f"c{k}" for k in range(6)})]
    last = frozenset(f"c{k}" for k in range(6))

    assert all(may_follow(s, sets[:k]) for k, s in enumerate(sets))
    assert not may_follow(last, sets)


def test_answers_wait_for_others_before_they_are_counted() -> None:
    first = frozenset(str(k) for k in range(10))

    assert shown([Cell(ALL, first)]) == {ALL}
    assert shown([Cell(ALL, first | {"10", "11"})], [first]) == set()
    assert shown([Cell(ALL, first | {str(k) for k in range(10, 15)})], [first]) == {ALL}
    assert shown([Cell(ALL, first)], [first]) == {ALL}


def test_nobody_and_few_are_never_shown() -> None:
    assert shown([Cell(ALL, frozenset())]) == set()
    assert shown([Cell(ALL, frozenset("abcd"))]) == set()


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8))
def test_hidden_counts_cannot_be_found_from_their_sum(counts: list[int]) -> None:
    away = hidden(counts)
    shown_ones = [k for k in range(len(counts)) if k not in away]

    assert all(counts[k] == 0 or counts[k] >= SMALLEST for k in shown_ones)
    if not away or sum(c > 0 for c in counts) < 2 or sum(counts) < SMALLEST:
        # One group alone is its sum, and a sum that small is not shown either.
        return
    # What the others leave can be shared out among the hidden in more than one way.
    rest = sum(counts[k] for k in away)
    one = [
        linprog([sign, *[0] * (len(away) - 1)], A_eq=[[1] * len(away)], b_eq=[rest]).fun
        for sign in (1, -1)
    ]
    assert rest >= SMALLEST
    assert len(away) > 1
    assert one[0] != -one[1]
