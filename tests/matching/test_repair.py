"""Re-pairing: as few others touched as can be, and each step of trading exact."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.matching import (
    Policy,
    Pool,
    PoolError,
    encode,
    frontier,
    match,
    repair,
    result_from_dict,
    standing_of,
    verify,
)
from peerloom.matching.repair import Standing
from peerloom.matching.scoring import score_rows
from tests.matching import plainly
from tests.matching.people import KINDS, policies, policy, pools


def ways(standing: Standing) -> list[tuple[int, int, int]]:
    """Of every way to pair the people: how many placed, standing pairs kept, total."""
    encoded = encode(standing.pool, standing.policy, never=standing.never, standing=standing.pairs)
    table = score_rows(encoded.arrays, 0, len(encoded)).tolist()
    n = len(encoded)
    allowed = {(i, j) for i in range(n) for j in range(i + 1, n) if table[i][j] >= 0}
    stands = set(encoded.standing)
    return [
        (2 * len(way), len(stands & set(way)), sum(table[i][j] for i, j in way))
        for way in plainly.matchings(list(range(n)), allowed)
    ]


def after_some_left(people: Pool, rules: Policy, data: st.DataObject) -> Standing | None:
    first = match(people, rules)
    ids = sorted(m for p in first.partnerships for m in p.members)
    if not ids:
        return None
    gone = data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=2))
    parted = data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=2))
    standing = standing_of(first, gone=gone, parted=parted)
    return standing if len(standing.pool) else None


@settings(max_examples=120, deadline=None)
@given(pools(least=4, most=8), policies(), st.data())
def test_most_are_placed_then_fewest_touched_then_the_best_total(
    people: Pool, rules: Policy, data: st.DataObject
) -> None:
    standing = after_some_left(people, rules, data)
    if standing is None:
        return

    result = repair(standing)

    kept = len(result.standing) - result.touched
    assert (result.quality.placed, kept, result.quality.total) == max(ways(standing))
    assert verify(result_from_dict(json.loads(result.to_json()))) == []
    assert not {p.members for p in result.partnerships} & set(standing.never)


@settings(max_examples=80, deadline=None)
@given(pools(least=6, most=8), policies(trios=False), st.data())
def test_each_step_of_the_frontier_is_the_best_for_what_it_touches(
    people: Pool, rules: Policy, data: st.DataObject
) -> None:
    standing = after_some_left(people, rules, data)
    if standing is None:
        return
    all_ways = ways(standing)
    most = max(placed for placed, _, _ in all_ways)

    steps = frontier(standing)

    for step in steps:
        kept = len(step.result.standing) - step.touched
        totals = [t for placed, k, t in all_ways if (placed, k) == (most, kept)]
        assert step.placed == most
        assert step.total == max(totals)
    assert steps[-1].total == max(t for placed, _, t in all_ways if placed == most)
    assert [s.touched for s in steps] == sorted({s.touched for s in steps})


def six() -> Pool:
    return Pool(tuple("abcdef"), {"site": ("paris",) * 6, "unit": ("x", "y") * 3})


def test_a_repair_that_is_tampered_with_does_not_hold() -> None:
    first = match(six(), policy(KINDS["different"], KINDS["same"]))
    data = json.loads(repair(standing_of(first, gone=first.partnerships[0].members[:1])).to_json())
    assert verify(result_from_dict(data)) == []
    data["certificate"]["bonus"] += 1

    assert verify(result_from_dict(data)) != []


def test_a_repair_that_cannot_be_says_why() -> None:
    first = match(six(), policy(KINDS["same"]))
    circles = match(six(), policy(KINDS["same"], size=[3, 3]))

    with pytest.raises(PoolError, match="nobody has the id 'aa'"):
        standing_of(first, gone=["aa"])
    with pytest.raises(PoolError, match="circles are not repaired"):
        standing_of(circles)


def test_those_who_parted_do_not_meet_again_and_a_trio_stands() -> None:
    people = Pool(tuple("abcdefg"), {"site": ("paris",) * 7})
    first = match(people, policy(KINDS["same"]))
    trio = next(p.members for p in first.partnerships if len(p.members) == 3)
    pair = next(p.members for p in first.partnerships if len(p.members) == 2)

    standing = standing_of(first, parted=pair[:1])

    assert not set(trio) & set(standing.pool.ids)
    assert pair in standing.never
    assert replace(standing, never=()).pairs == standing.pairs
