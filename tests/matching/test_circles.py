"""Circles: within their sizes, with every must-have, never worth more than the bound."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from peerloom.matching import (
    Policy,
    PolicyError,
    Pool,
    Result,
    encode,
    match,
    pool_from_rows,
    result_from_dict,
    verify,
)
from peerloom.matching.circles import sizes_for, solve_circles
from peerloom.matching.circles.bound import priced, upper_bound
from peerloom.matching.solve_circles import circle_worth
from tests.matching import plainly
from tests.matching.people import KINDS, SKILLS, policies, policy, pools

SIZES = st.sampled_from(((3, 3), (3, 4), (4, 5), (3, 8)))


def with_circles(rules: Policy, size: tuple[int, int]) -> Policy:
    return replace(rules, objective=replace(rules.objective, size=size, minimum=0.0))


def plain_worth(people: Pool, rules: Policy, members: list[int]) -> int:
    """The definition, slowly: mean score of each, and share of wants that the others offer."""
    score = plainly.scores(people, rules)
    total = sum(score[p] for p in combinations(sorted(members), 2))
    of_scores = 2 * total // (len(members) - 1)
    exchanges = [c for c in rules.criteria if c.kind == "exchange"]
    if not exchanges:
        return of_scores
    covered = 0
    for i in members:
        wants = set(filter(None, people.columns["wants"][i].split("; ")))
        others = {o for j in members if j != i for o in people.columns["offers"][j].split("; ")}
        share = Fraction(len(wants & others), len(wants)) if wants else Fraction(0)
        covered += sum(int(share * 1_000_000) for _ in exchanges) // len(exchanges)
    return (of_scores + covered) // 2


@settings(max_examples=150, deadline=None)
@given(
    pools(most=8),
    policies(trios=False).filter(lambda p: all(c.kind != "text" for c in p.criteria)),
    SIZES,
)
def test_circles_keep_sizes_and_must_haves_and_stay_below_the_bound(
    people: Pool, rules: Policy, size: tuple[int, int]
) -> None:
    rules = with_circles(rules, size)
    score = plainly.scores(people, rules)

    result = match(people, rules)

    place = {person: row for row, person in enumerate(people.ids)}
    for p in result.partnerships:
        rows = sorted(place[m] for m in p.members)
        assert size[0] <= len(rows) <= size[1]
        assert all(pair in score for pair in combinations(rows, 2))
        if not any(c.kind == "schedule" and c.must for c in rules.criteria):
            assert p.value == plain_worth(people, rules, rows)
    assert result.certificate.gap2 >= 0
    assert verify(result_from_dict(json.loads(result.to_json()))) == []


@settings(max_examples=60, deadline=None)
@given(pools(least=6, most=6), policies(trios=False), st.sampled_from(((3, 3), (3, 6))))
def test_no_way_to_part_six_people_is_worth_more_than_the_bound(
    people: Pool, rules: Policy, size: tuple[int, int]
) -> None:
    encoded = encode(people, with_circles(rules, size))
    best = 0
    for first in combinations(range(6), 3):
        second = tuple(set(range(6)) - set(first))
        for way in ((first, second), (first,), tuple([tuple(range(6))] if size[1] == 6 else [])):
            values = [circle_worth(encoded, circle) for circle in way]
            if -1 not in values:
                best = max(best, sum(values))

    solved = solve_circles(encoded)

    assert solved.bound >= best
    assert len(solved.circles) in (0, 1, 2)


def test_circles_at_their_limit_are_whole_and_verify() -> None:
    people = pool_from_rows(
        [{"id": f"p{k}", "wants": SKILLS[k % 4], "offers": SKILLS[(k + 1) % 4]} for k in range(60)]
    )

    result = match(people, policy(KINDS["exchange"], size=[3, 4]), seconds=0)

    assert result.quality.placed == 60
    assert result.certificate.gap2 > 0
    assert verify(result) == []


def test_two_triangles_of_friends_are_found() -> None:
    people = pool_from_rows(
        [{"id": f"p{k}", "interests": "sql" if k % 2 else "design"} for k in range(6)]
    )

    result = match(people, policy(KINDS["overlap"], size=[3, 3]))

    assert {p.members for p in result.partnerships} == {("p0", "p2", "p4"), ("p1", "p3", "p5")}
    assert result.certificate.gap2 == 0


def company(asks: str) -> Result:
    people = pool_from_rows(
        [
            {"id": f"p{k}", "unit": "it" if k in (0, 5) else "law", "asks": asks if k == 0 else "no",
             "interests": "sql" if k < 3 else "design"}
            for k in range(6)
        ]
    )  # fmt: skip
    same = {"kind": "same", "field": "unit", "company": "asks", "weight": 0}
    return match(people, policy(KINDS["overlap"], same, size=[3, 3]))


def test_nobody_who_asked_for_company_is_the_only_one() -> None:
    alone, together = company("no"), company("yes")

    assert ("p0", "p1", "p2") in {p.members for p in alone.partnerships}
    with_p0 = next(p.members for p in together.partnerships if "p0" in p.members)
    assert "p5" in with_p0
    assert verify(together) == []


@pytest.mark.parametrize(
    ("people", "least", "most", "sizes"),
    [(10, 3, 5, [5, 5]), (7, 5, 5, [5]), (2, 3, 5, []), (11, 3, 4, [4, 4, 3]), (9, 3, 8, [5, 4])],
)
def test_sizes_place_as_many_as_can_be(
    people: int, least: int, most: int, sizes: list[int]
) -> None:
    assert sizes_for(people, least, most) == sizes


@pytest.mark.parametrize("size", [[2, 4], [4, 3], [3, 9], [1, 1]])
def test_sizes_that_are_no_circles_are_refused(size: list[int]) -> None:
    with pytest.raises(PolicyError, match="3 to 8"):
        policy(KINDS["overlap"], size=size)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda d: d["partnerships"][0].update(value=d["partnerships"][0]["value"] + 1),
        lambda d: d["certificate"].update(bound2=d["certificate"]["bound2"] - 2),
        lambda d: d["certificate"]["y2"].pop(),
        lambda d: d["partnerships"][0]["members"].pop(),
        lambda d: d["certificate"]["y2"].__setitem__(0, -1),
    ],
)
def test_tampered_circles_do_not_hold(tamper: Callable[[dict[str, Any]], None]) -> None:
    data = json.loads(company("yes").to_json())
    tamper(data)

    assert verify(result_from_dict(data)) != []


def linear_program(people: Pool, rules: Policy, size: tuple[int, int]) -> float:
    """The program of `circles.bound`, solved by HiGHS; all its variables, all its rows."""
    least, most = size
    score, n = plainly.scores(people, rules), len(people)
    pairs = [p for p in combinations(range(n), 2) if p in score]
    wants = [(i, w) for i in range(n) for w in people.columns["wants"][i].split("; ") if w]
    sizes = Counter(i for i, _ in wants)
    offers = [set(cell.split("; ")) for cell in people.columns["offers"]]
    e, u = len(pairs), len(wants)
    gain = [-2.0 * score[p] for p in pairs] + [0.0] * e
    gain += [-1_000_000 / sizes[i] for i, _ in wants]
    rows, limits = [], []

    def row(cells: dict[int, float], limit: float) -> None:
        rows.append([cells.get(k, 0.0) for k in range(2 * e + u)])
        limits.append(limit)

    for i in range(n):
        mine = [k for k, p in enumerate(pairs) if i in p]
        row(dict.fromkeys(mine, 1.0), 1.0)
        row({e + k: 1.0 for k in mine}, most - 1.0)
    for k in range(e):
        row({k: -(most - 1.0), e + k: 1.0}, 0.0)
        row({k: least - 1.0, e + k: -1.0}, 0.0)
    for w, (i, item) in enumerate(wants):
        meets = [k for k, p in enumerate(pairs) if i in p and item in offers[sum(p) - i]]
        row({2 * e + w: 1.0} | {e + k: -1.0 for k in meets}, 0.0)
    solved = linprog(gain, np.array(rows), limits, bounds=(0, 1))
    return float(-solved.fun) / 2


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_is_that_of_the_linear_program(seed: int) -> None:
    rng = random.Random(seed)
    rows = [
        {"id": f"p{k}", "wants": "; ".join(rng.sample(SKILLS, rng.randrange(4))),
         "offers": "; ".join(rng.sample(SKILLS, rng.randrange(3))),
         "interests": "; ".join(rng.sample(SKILLS, 2))}
        for k in range(18)
    ]  # fmt: skip
    people = pool_from_rows(rows)
    rules = policy(KINDS["exchange"], KINDS["overlap"], size=[3, 4])
    encoded = encode(people, rules)
    best = linear_program(encoded.pool, rules, (3, 4))

    bound = solve_circles(encoded, steps=50).bound

    assert best - 1 <= bound <= 1.02 * best


def test_any_prices_bound_and_better_ones_bound_better() -> None:
    people = pool_from_rows(
        [{"id": f"p{k}", "wants": SKILLS[k % 4], "offers": SKILLS[(k + 1) % 4]} for k in range(9)]
    )
    encoded = encode(people, policy(KINDS["exchange"], size=[3, 3]))
    solved = solve_circles(encoded, steps=200)
    worths = [circle_worth(encoded, circle) for circle in solved.circles]
    rng = np.random.default_rng(1)
    for _ in range(20):
        prices = rng.integers(0, 900_000, len(solved.prices))
        assert priced(prices, encoded)
        assert upper_bound(encoded, prices, 3, 3) >= solved.bound >= sum(worths)
    assert not priced(solved.prices - 1_000_001, encoded)
    assert not priced(solved.prices[:-1], encoded)
    assert not priced(solved.prices + 1_000_001, encoded)
