"""The compiled scores against the published definition, kind by kind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from peerloom.matching import Policy, Pool, PoolError, encode
from peerloom.matching.scoring import score_rows
from tests.matching import plainly
from tests.matching.people import KINDS, policies, policy, pool, pools


def scored(people: Pool, rules: Policy) -> dict[tuple[str, str], int]:
    encoded = encode(people, rules)
    ids = encoded.pool.ids
    table = score_rows(encoded.arrays, 0, len(ids)).tolist()
    return {
        (min(ids[i], ids[j]), max(ids[i], ids[j])): table[i][j]
        for i in range(len(ids))
        for j in range(len(ids))
        if table[i][j] >= 0
    }


@settings(max_examples=400, deadline=None)
@given(pools(least=2), policies().filter(lambda p: all(c.kind != "text" for c in p.criteria)))
def test_scores_are_those_of_the_definition(people: Pool, rules: Policy) -> None:
    plain = plainly.scores(people, rules)

    assert scored(people, rules) == {
        (people.ids[i], people.ids[j]): score for (i, j), score in plain.items()
    }


def test_exchange_counts_what_each_gets() -> None:
    people = pool(
        {"id": "ana", "wants": "sql; hiring", "offers": "design"},
        {"id": "ben", "wants": "design", "offers": "sql; python"},
    )

    # Ana gets half of what she wants, Ben all: the harmonic mean of 0.5 and 1.
    assert scored(people, policy(KINDS["exchange"])) == {("ana", "ben"): 666_666}


def test_a_missing_answer_takes_the_mean_of_those_who_answered() -> None:
    people = pool(
        {"id": "a", "site": "paris"},
        {"id": "b", "site": "paris"},
        {"id": "c", "site": "lagos"},
        {"id": "d", "site": ""},
    )

    found = scored(people, policy(KINDS["same"]))

    # One of the three pairs that answered is the same.
    assert {found["a", "d"], found["b", "d"], found["c", "d"]} == {333_333}


def test_texts_that_mean_alike_come_first() -> None:
    people = pool(
        {"id": "a", "hopes": "leading a new team"},
        {"id": "b", "hopes": "to lead teams with confidence"},
        {"id": "c", "hopes": "cooking vegetable soup"},
    )

    found = scored(people, policy(KINDS["text"]))

    assert found["a", "b"] > found["a", "c"]


def test_wordllama_knows_meaning_without_shared_words() -> None:
    pytest.importorskip("wordllama")
    people = pool(
        {"id": "a", "hopes": "public speaking practice"},
        {"id": "b", "hopes": "feeling confident when presenting"},
        {"id": "c", "hopes": "kubernetes operators"},
    )

    found = scored(people, policy(KINDS["text"] | {"model": "wordllama"}))

    assert found["a", "b"] > found["a", "c"]


def test_a_clock_change_counts_the_poorest_week_of_the_season() -> None:
    people = pool(
        {"id": "a", "hours": "Mon 14:00-15:00", "zone": "Europe/Paris"},
        {"id": "b", "hours": "Mon 09:00-10:00", "zone": "America/New_York"},
    )
    settled = {"kind": "schedule", "field": "hours", "zone": "zone", "minutes": 60}

    # Paris is six hours ahead but for the weeks in March when only New York has changed.
    in_winter = settled | {"season": ["2026-01-05", "2026-02-27"]}
    over_march = settled | {"season": ["2026-01-05", "2026-04-30"]}

    assert scored(people, policy(in_winter)) == {("a", "b"): 0}
    assert scored(people, policy(settled | {"season": ["2026-03-09", "2026-03-20"]})) == {
        ("a", "b"): 1_000_000
    }
    assert scored(people, policy(over_march)) == {("a", "b"): 0}


def test_a_personal_must_have_holds_both_ways_and_for_nobody_else() -> None:
    rows = [
        {"id": "ana", "site": "paris", "asks": "yes"},
        {"id": "ben", "site": "paris", "asks": ""},
        {"id": "eva", "site": "lagos", "asks": "no"},
    ]

    found = scored(pool(*rows), policy(KINDS["same"] | {"personal": "asks", "weight": 1}))

    assert set(found) == {("ana", "ben"), ("ben", "eva")}


def test_all_unreadable_cells_are_named_at_once() -> None:
    people = pool(
        {"id": "a", "years": "three", "hours": "Mon 9-10", "zone": "Mars/Olympus"},
        {"id": "b", "years": "4", "hours": "", "zone": ""},
    )

    with pytest.raises(PoolError) as error:
        encode(people, policy(KINDS["close"], KINDS["schedule"]))

    assert [p.where for p in error.value.problems] == [
        "person 'a', column 'years'",
        "person 'a', column 'hours'",
        "person 'a', column 'zone'",
    ]


def test_a_wished_person_nobody_knows_is_named_with_the_nearest() -> None:
    people = pool(
        {"id": "ana", "wished": "bne", "refused": ""}, {"id": "ben", "wished": "", "refused": ""}
    )

    with pytest.raises(PoolError, match="Did you mean 'ben'"):
        encode(people, policy(KINDS["rank"]))
