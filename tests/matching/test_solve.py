"""Whole rounds: against brute force, under changes that must not matter, and on real people."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import peerloom
from peerloom.matching import (
    Cancelled,
    Policy,
    Pool,
    PoolError,
    Result,
    encode,
    match,
    pool_from_rows,
    read_policy,
    read_pool,
    result_from_dict,
    verify,
)
from peerloom.matching.scoring import score_rows
from tests.matching import plainly
from tests.matching.people import KINDS, policies, policy, pool, pools

SURVEY = Path(peerloom.__file__).parent / "demo" / "so2019"
NO_TEXT = st.deferred(
    lambda: policies(trios=False).filter(lambda p: all(c.kind != "text" for c in p.criteria))
)


def pairs_of(result: Result) -> set[tuple[str, ...]]:
    return {p.members for p in result.partnerships}


def waiting(rules: Policy) -> Policy:
    return replace(rules, waited="waited")


@settings(max_examples=300, deadline=None)
@given(pools(most=7), NO_TEXT, st.booleans())
def test_everyone_places_most_then_the_longest_waiting_then_the_best_total(
    people: Pool, rules: Policy, count_waiting: bool
) -> None:
    rules = waiting(rules) if count_waiting else rules
    score = plainly.scores(people, rules)
    waited = [int(w or 0) if count_waiting else 0 for w in people.columns["waited"]]

    def aim(pairs: list[tuple[int, int]]) -> tuple[int, int, int]:
        return (
            len(pairs),
            sum(waited[a] + waited[b] for a, b in pairs),
            sum(score[p] for p in pairs),
        )

    best = max(aim(m) for m in plainly.matchings(list(range(len(people))), set(score)))
    result = match(people, rules)

    place = {person: row for row, person in enumerate(people.ids)}
    mine = [tuple(sorted(place[m] for m in p.members)) for p in result.partnerships]
    assert aim(mine) == best  # type: ignore[arg-type]
    assert verify(result) == []
    assert result.certificate.gap2 == 0


@settings(max_examples=200, deadline=None)
@given(pools(most=7), NO_TEXT, st.sampled_from((0.0, 0.3, 0.6)))
def test_best_takes_the_highest_total_above_the_minimum(
    people: Pool, rules: Policy, minimum: float
) -> None:
    rules = replace(rules, objective=replace(rules.objective, place="best", minimum=minimum))
    least = max(1, round(minimum * 1e6))
    score = {p: s for p, s in plainly.scores(people, rules).items() if s >= least}
    ways = plainly.matchings(list(range(len(people))), set(score))
    best = max(sum(score[p] for p in m) for m in ways)

    result = match(people, rules)

    assert result.quality.total == best
    assert verify(result) == []


@settings(max_examples=200, deadline=None)
@given(pools(most=7), NO_TEXT, st.booleans())
def test_the_floor_is_as_high_as_it_can_be_without_placing_fewer(
    people: Pool, rules: Policy, count_waiting: bool
) -> None:
    rules = waiting(rules) if count_waiting else rules
    rules = replace(rules, objective=replace(rules.objective, raise_floor=True))
    score = plainly.scores(people, rules)
    waited = [int(w or 0) if count_waiting else 0 for w in people.columns["waited"]]

    def aim(pairs: list[tuple[int, int]]) -> tuple[int, int, int, int]:
        return (
            len(pairs),
            sum(waited[a] + waited[b] for a, b in pairs),
            min((score[p] for p in pairs), default=0),
            sum(score[p] for p in pairs),
        )

    best = max(aim(m) for m in plainly.matchings(list(range(len(people))), set(score)))
    result = match(people, rules)

    place = {person: row for row, person in enumerate(people.ids)}
    mine = [tuple(sorted(place[m] for m in p.members)) for p in result.partnerships]
    assert aim(mine) == best  # type: ignore[arg-type]
    assert verify(result) == []
    assert verify(result_from_dict(json.loads(result.to_json()))) == []


@settings(max_examples=200, deadline=None)
@given(pools(least=4, most=7), NO_TEXT, st.data())
def test_locks_stay_and_bans_hold(people: Pool, rules: Policy, data: st.DataObject) -> None:
    score = plainly.scores(people, rules)
    ids = people.ids
    if not score:
        return
    locked = data.draw(st.sampled_from(sorted(score)))
    others = [p for p in score if p != locked]
    banned = data.draw(st.lists(st.sampled_from(others), unique=True, max_size=3)) if others else []
    allowed = {p for p in score if p not in banned and not set(p) & set(locked)}
    rest = [row for row in range(len(people)) if row not in locked]
    # Bans change who can be matched at all, and so the means: fix them by answers without gaps.
    encoded = encode(people, rules, never=[(ids[a], ids[b]) for a, b in banned])
    table = score_rows(encoded.arrays, 0, len(ids)).tolist()
    row = {person: k for k, person in enumerate(encoded.pool.ids)}
    now = {p: table[row[ids[p[0]]]][row[ids[p[1]]]] for p in allowed}
    best = max((len(m), sum(now[p] for p in m)) for m in plainly.matchings(rest, allowed))

    result = match(
        people,
        rules,
        locks=[(ids[locked[0]], ids[locked[1]])],
        never=[(ids[a], ids[b]) for a, b in banned],
    )

    free = [p for p in result.partnerships if not p.locked]
    assert [p.members for p in result.partnerships if p.locked] == [
        tuple(sorted((ids[locked[0]], ids[locked[1]])))
    ]
    assert (len(free), sum(p.value for p in free)) == best
    assert verify(result) == []


@settings(max_examples=150, deadline=None)
@given(pools(least=3, most=7), policies(trios=True))
def test_nobody_is_left_over_who_could_join_a_pair(people: Pool, rules: Policy) -> None:
    result = match(people, rules)

    fits = {frozenset(f.members) for p in result.partnerships for f in p.fits}
    encoded = encode(people, rules)
    ids = encoded.pool.ids
    row = {person: k for k, person in enumerate(ids)}
    table = score_rows(encoded.arrays, 0, len(ids)).tolist()
    assert all(table[row[a]][row[b]] >= 0 for a, b in (tuple(f) for f in fits))
    for left_over in result.unplaced:
        for p in result.partnerships:
            if len(p.members) == 2:
                assert any(table[row[left_over.person]][row[m]] < 0 for m in p.members)
    assert verify(result) == []


def test_the_odd_one_joins_where_it_costs_least() -> None:
    people = pool(
        {"id": "a", "interests": "sql; hiring"},
        {"id": "b", "interests": "sql; hiring"},
        {"id": "c", "interests": "design"},
        {"id": "d", "interests": "design"},
        {"id": "e", "interests": "design; python"},
    )

    result = match(people, policy(KINDS["overlap"]))

    assert pairs_of(result) == {("a", "b"), ("c", "d", "e")}


@settings(max_examples=60, deadline=None)
@given(pools(least=2), policies(), st.randoms())
def test_the_order_of_rows_and_the_names_change_nothing(
    people: Pool, rules: Policy, chance: random.Random
) -> None:
    order = list(range(len(people)))
    chance.shuffle(order)

    assert match(people.subset(order), rules).to_json() == match(people, rules).to_json()


@settings(max_examples=60, deadline=None)
@given(pools(least=2), policies().filter(lambda p: all(c.kind != "rank" for c in p.criteria)))
def test_new_names_change_nothing_but_names(people: Pool, rules: Policy) -> None:
    renamed = Pool(tuple(f"q{k:03}" for k in range(len(people))), people.columns)

    before, after = match(people, rules), match(renamed, rules)

    assert before.quality == after.quality
    assert before.certificate == after.certificate


@settings(max_examples=60, deadline=None)
@given(pools(least=2), policies())
def test_ten_times_the_weights_is_the_same_policy(people: Pool, rules: Policy) -> None:
    criteria = tuple(replace(c, weight=c.weight * 10) for c in rules.criteria)

    scaled = match(people, replace(rules, criteria=criteria))

    assert scaled.quality == match(people, rules).quality


@settings(max_examples=60, deadline=None)
@given(pools(least=2), policies())
def test_someone_who_fits_nobody_changes_nothing(people: Pool, rules: Policy) -> None:
    apart = policy(
        *[dict(t) for t in rules.as_dict()["criterion"]],
        {"kind": "same", "field": "planet", "must": True, "missing": "exclude"},
        trios=rules.objective.trios,
    )
    here = Pool(people.ids, {**people.columns, "planet": ("earth",) * len(people)})
    more = pool_from_rows(
        [{"id": p, **{n: here.columns[n][k] for n in here.columns}} for k, p in enumerate(here.ids)]
        + [{n: cells[0] for n, cells in here.columns.items()} | {"id": "zz", "planet": "mars"}]
    )

    with_them = match(more, apart)

    assert with_them.partnerships == match(here, apart).partnerships
    assert "zz" in {u.person for u in with_them.unplaced}


def test_real_people_are_all_placed_and_the_round_is_proven() -> None:
    rules = read_policy(SURVEY / "policy.toml")
    people = read_pool(SURVEY / "people.csv")

    result = match(people, rules)

    assert result.quality.placed == 607
    assert result.certificate.gap2 == 0
    assert verify(result) == []
    assert match(people, rules).to_json() == result.to_json()


@pytest.mark.parametrize("seed", range(6))
def test_real_people_total_what_networkx_finds(seed: int) -> None:
    rules = read_policy(SURVEY / "policy.toml")
    whole = read_pool(SURVEY / "people.csv")
    chance = random.Random(seed)
    people = whole.subset(chance.sample(range(len(whole)), chance.randint(20, 200)))
    encoded = encode(people, rules)
    table = score_rows(encoded.arrays, 0, len(people))
    graph = nx.Graph()
    for i in range(len(people)):
        for j in range(i + 1, len(people)):
            if table[i, j] >= 0:
                graph.add_edge(i, j, weight=int(table[i, j]))

    result = match(people, rules)

    best = nx.max_weight_matching(graph, maxcardinality=True)
    pairs = [f for p in result.partnerships for f in p.fits if p.joined not in f.members]
    assert len(pairs) == len(best)
    assert sum(f.score for f in pairs) == sum(graph[a][b]["weight"] for a, b in best)


def test_an_unplaced_person_learns_what_would_place_them() -> None:
    people = pool(
        {"id": "a", "years": "1", "site": "paris"},
        {"id": "b", "years": "2", "site": "paris"},
        {"id": "c", "years": "9", "site": "paris"},
        {"id": "d", "years": "30", "site": "paris"},
    )
    rules = policy(KINDS["close"] | {"must": True}, KINDS["same"] | {"must": True}, trios=False)

    result = match(people, rules)

    assert [u.person for u in result.unplaced] == ["c", "d"]
    for unplaced in result.unplaced:
        assert unplaced.reason == "nobody_fits"
        assert unplaced.excludes == ((0, 3),)
        assert unplaced.relaxation is not None
        assert unplaced.relaxation.criteria == (0,)
        assert unplaced.relaxation.places


def test_must_haves_that_nobody_meets_leave_everybody_with_a_reason() -> None:
    people = pool(*({"id": f"p{k}", "unit": "it"} for k in range(6)))

    result = match(people, policy(KINDS["different"] | {"must": True}))

    assert result.partnerships == ()
    assert {u.reason for u in result.unplaced} == {"nobody_fits"}
    assert verify(result) == []


def test_a_missing_answer_that_must_be_asked_for_is_the_reason() -> None:
    people = pool({"id": "a", "unit": "it"}, {"id": "b", "unit": ""}, {"id": "c", "unit": "law"})
    rules = policy(KINDS["different"] | {"must": True, "missing": "ask"})

    result = match(people, rules)

    assert [(u.person, u.reason) for u in result.unplaced] == [("b", "ask")]


def test_one_person_is_told_that_they_are_alone() -> None:
    result = match(pool({"id": "a", "unit": "it"}), policy(KINDS["different"]))

    assert [u.reason for u in result.unplaced] == ["alone"]
    assert verify(result) == []


def test_nobody_is_an_error_in_words() -> None:
    with pytest.raises(PoolError, match="the pool is empty"):
        match(pool_from_rows([]), policy(KINDS["different"]))


def test_a_lock_that_breaks_a_must_have_is_refused() -> None:
    people = pool({"id": "a", "unit": "it"}, {"id": "b", "unit": "it"})

    with pytest.raises(PoolError, match="'a' and 'b' break a must-have"):
        match(people, policy(KINDS["different"] | {"must": True}), locks=[("a", "b")])


def test_a_solve_can_be_cancelled() -> None:
    people = pool({"id": "a", "unit": "it"}, {"id": "b", "unit": "law"})

    with pytest.raises(Cancelled):
        match(people, policy(KINDS["different"]), progress=lambda stage, done, total: True)


@settings(max_examples=150, deadline=None)
@given(pools(least=5, most=8), NO_TEXT)
def test_the_odd_ones_join_at_the_least_cost_there_is(people: Pool, rules: Policy) -> None:
    rules = replace(rules, objective=replace(rules.objective, trios=True))
    score = plainly.scores(people, rules)
    result = match(people, rules)
    place = {person: row for row, person in enumerate(people.ids)}

    def value(*rows: int) -> int | None:
        pairs = [tuple(sorted((a, b))) for a in rows for b in rows if a < b]
        found = [score.get(p) for p in pairs]  # type: ignore[call-overload]
        if None in found:
            return None
        return sum(found) // 2 if len(rows) == 3 else found[0]  # type: ignore[arg-type,no-any-return]

    pairs = [tuple(place[m] for m in p.members if m != p.joined) for p in result.partnerships]
    alone = [row for row in range(len(people)) if not any(row in pair for pair in pairs)]
    best = max(
        _ways_to_join(alone, pairs, value),
        key=lambda way: (way[0], way[1]),
    )

    placed = sum(bool(p.joined) for p in result.partnerships)
    assert (placed, result.quality.total) == best


def _ways_to_join(
    alone: list[int], pairs: list[tuple[int, ...]], value: Callable[..., int | None]
) -> list[tuple[int, int]]:
    """(how many joined, total) of every way to let people join pairs, one to a pair."""
    if not alone:
        return [(0, sum(value(*p) or 0 for p in pairs))]
    found = _ways_to_join(alone[1:], pairs, value)
    for k, pair in enumerate(pairs):
        worth = value(*pair, alone[0])
        if worth is not None:
            rest = pairs[:k] + pairs[k + 1 :]
            found += [(n + 1, t + worth) for n, t in _ways_to_join(alone[1:], rest, value)]
    return found
