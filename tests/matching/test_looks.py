"""Looks through pairs against the exact scores: nothing is left out, whatever the quick look says."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.matching import Policy, PolicyError, Pool, encode, match, pool_from_rows, verify
from peerloom.matching.candidates import Effort
from peerloom.matching.eligible import eligible_pairs
from peerloom.matching.encoding import Encoded
from peerloom.matching.limits import Limits
from peerloom.matching.looks import closest, nearest
from peerloom.matching.pairs import solve_pairs
from peerloom.matching.prices import prices_of
from peerloom.matching.rivals import rivals
from peerloom.matching.scoring import INELIGIBLE, score_pairs, score_rows
from peerloom.matching.sieve import TILE, sieve_of
from peerloom.matching.weights import weigh
from tests.matching.people import KINDS, SKILLS, policies, policy, pools

LITTLE = Effort(nearest=1, all_pairs=2, few=4, strides=(2, 2), kept=1, near=1000)
MANY = TILE + 300


@cache
def crowd() -> Encoded:
    """More people than a tile holds, under criteria of every shape."""
    rng = random.Random(5)
    rows = [
        {
            "id": f"p{k}",
            "years": str(rng.randrange(40)) if rng.random() < 0.8 else "",
            "site": rng.choice(("paris", "lagos", "")),
            "wants": "; ".join(rng.sample(SKILLS, 2)),
            "offers": "; ".join(rng.sample(SKILLS, 2)),
            "hours": f"Mon {rng.randrange(8, 12):02}:00-{rng.randrange(12, 18):02}:00",
            "zone": "Europe/Paris",
            "hopes": rng.choice(("lead a team well", "learning to lead", "cook soup", "")),
            "wished": f"p{rng.randrange(MANY)}",
            "refused": "",
        }
        for k in range(MANY)
    ]
    kinds = [KINDS[k] for k in ("same", "exchange", "schedule", "text", "rank")]
    return encode(pool_from_rows(rows), policy(KINDS["close"] | {"must": True}, *kinds))


def table_of(encoded: Encoded) -> Any:
    table = score_rows(encoded.arrays, 0, len(encoded)).astype(np.int64)
    return table


def check_looks(encoded: Encoded, positions: range, minimum: int) -> None:
    a, table = encoded.arrays, table_of(encoded)
    sieve = sieve_of(a)
    y2 = np.maximum(table.max(axis=1), 0)
    prices = prices_of(y2, ())
    for p in positions:
        i = int(sieve.order[p])
        scores = sorted((s for s in table[i].tolist() if s >= max(0, minimum)), reverse=True)
        best = nearest(a, sieve, p, p + 1, 3, minimum, 1)[0]
        assert [s for _, s in best.tolist() if s >= 0] == scores[:3]
        assert all(table[i, j] == s for j, s in best.tolist() if s >= 0)
        for onward in (False, True):
            later = sieve.order[p + 1 :] if onward else sieve.order
            fits = [j for j in later.tolist() if table[i, j] >= max(0, minimum)]
            slacks = sorted(int(y2[i] + y2[j] - 2 * table[i, j]) for j in fits)
            near = [s for s in slacks if s < 50_000]
            found, level = closest(
                a, sieve, prices, np.array([p]), onward, minimum, 1, 3, 50_000, 1
            )
            assert found[:, 3].tolist() == near[:3]
            assert level[0] == (near[2] if len(near) >= 3 else 50_000)


@settings(max_examples=150, deadline=None)
@given(pools(least=2), policies(), st.sampled_from((0, 1, 400_000)))
def test_a_look_finds_the_best_and_the_nearest_to_breaking(
    people: Pool, rules: Policy, minimum: int
) -> None:
    encoded = encode(people, rules)

    check_looks(encoded, range(len(people)), minimum)


@pytest.mark.parametrize("minimum", [0, 500_000])
def test_a_look_across_tiles_finds_the_same(minimum: int) -> None:
    check_looks(crowd(), range(0, MANY, 97), minimum)


def test_people_who_are_all_alike_are_matched_and_proven() -> None:
    rows = [{"id": f"p{k}", "wants": "sql", "offers": "sql", "hours": "Mon 09:00-11:00",
             "zone": "UTC", "hopes": "to lead well"} for k in range(TILE + 301)]  # fmt: skip
    kinds = [KINDS[k] for k in ("exchange", "schedule", "text")]

    result = match(pool_from_rows(rows), policy(*kinds))

    assert result.quality.placed == len(rows)
    assert result.certificate.gap2 == 0
    assert verify(result) == []


@settings(max_examples=150, deadline=None)
@given(pools(least=2), policies())
def test_twins_score_as_each_of_them_would(people: Pool, rules: Policy) -> None:
    doubled = {n: tuple(c for c in cells for _ in range(2)) for n, cells in people.columns.items()}
    ids = tuple(f"{person}{k}" for person in people.ids for k in range(2))
    ranked = {
        c.settings[s] for c in rules.criteria if c.kind == "rank" for s in ("field", "refused")
    }
    columns = {n: ("",) * len(ids) if n in ranked else cells for n, cells in doubled.items()}

    check_looks(encode(Pool(ids, columns), rules), range(len(ids)), 0)


@settings(max_examples=150, deadline=None)
@given(pools(least=2), policies())
def test_eligible_pairs_and_rivals_are_counted_exactly(people: Pool, rules: Policy) -> None:
    encoded = encode(people, rules)

    assert_counts(encoded)


def test_eligible_pairs_and_rivals_are_counted_across_tiles() -> None:
    assert_counts(crowd())


def assert_counts(encoded: Encoded) -> None:
    n, table = len(encoded), table_of(encoded)
    first, second = np.triu_indices(n, 1)
    fits = table[first, second] != INELIGIBLE
    first, second = first[fits], second[fits]
    scored = score_pairs(encoded.arrays, first, second)
    now = table.max(axis=1) // 2
    better = np.zeros(n, np.int64)
    np.add.at(better, first, scored[:, 0] > now[first])
    np.add.at(better, second, scored[:, 0] > now[second])
    blocking = int(((scored[:, 1] > now[first]) & (scored[:, 2] > now[second])).sum())

    mine, rather = rivals(encoded.arrays, sieve_of(encoded.arrays), now, now, 10)

    assert mine.tolist() == np.minimum(10, better).tolist()
    assert rather == blocking
    assert eligible_pairs(encoded.arrays) == len(first)


@settings(max_examples=200, deadline=None)
@given(pools(least=2, most=9), policies())
def test_a_solve_that_looks_at_little_ends_at_the_same_total(people: Pool, rules: Policy) -> None:
    encoded = encode(people, rules)

    little, much = solve_pairs(encoded, effort=LITTLE), solve_pairs(encoded)

    assert little.best.matching.bound2() == much.best.matching.bound2()


def test_a_crowd_is_proven_from_few_pairs_by_whoever_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoded = crowd()
    rounds = []
    for threads in ("1", "3"):
        monkeypatch.setenv("PEERLOOM_THREADS", threads)
        rounds.append(match(encoded.pool, encoded.policy).to_json())
    little = solve_pairs(encoded, effort=LITTLE)

    assert rounds[0] == rounds[1]
    result = match(encoded.pool, encoded.policy)
    assert result.certificate.bound2 == little.best.matching.bound2()
    assert verify(result) == []


@settings(max_examples=150, deadline=None)
@given(pools(least=2, most=9), policies(trios=False), st.floats(0, 0.002))
def test_out_of_time_the_bound_still_holds(people: Pool, rules: Policy, seconds: float) -> None:
    encoded = encode(people, rules)
    best = solve_pairs(encoded).best.matching.bound2()

    solved = solve_pairs(encoded, effort=LITTLE, limits=Limits(seconds))

    found = solved.best.matching
    left = np.flatnonzero(found.mate > np.arange(len(encoded)))
    scores = score_pairs(encoded.arrays, left, found.mate[left])[:, 0]
    weight2 = 2 * int(weigh(encoded, solved.weights, left, found.mate[left], scores).sum())
    assert weight2 <= best <= found.bound2()


def test_a_floor_and_a_limit_are_refused_together() -> None:
    rules = policy(KINDS["exchange"], raise_floor=True)

    with pytest.raises(PolicyError, match="leave out raise_floor, or limits"):
        match(crowd().pool, rules, seconds=1)


@pytest.mark.parametrize("limit", [{"seconds": 0}, {"megabytes": 1}])
def test_a_crowd_at_its_limit_is_written_with_its_gap_and_verifies(
    limit: dict[str, float],
) -> None:
    people, rules = crowd().pool, crowd().policy
    result = match(people, rules, **limit)

    assert result.certificate.gap2 > 0
    assert result.quality.placed >= 0.9 * len(people)
    assert verify(result) == []
