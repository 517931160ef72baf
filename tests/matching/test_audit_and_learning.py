"""Groups, small ones hidden; effects that cover the truth, and silence without evidence."""

from __future__ import annotations

import random
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from peerloom.matching import Result, match, match_rounds, pool_from_rows, verify
from peerloom.matching.audit import audit, what_moves_the_gap
from peerloom.matching.learn import learn, regress
from tests.matching.people import KINDS, SKILLS, policy

RULES = policy(KINDS["exchange"], KINDS["overlap"], KINDS["same"])


@cache
def round_of(n: int, seed: int = 3) -> Result:
    rng = random.Random(seed)
    rows = [
        {
            "id": f"p{k}",
            "site": rng.choice(("paris", "lagos")),
            "interests": "; ".join(rng.sample(SKILLS, 2)),
            "wants": "; ".join(rng.sample(SKILLS, 2)),
            "offers": "; ".join(rng.sample(SKILLS, 2)),
        }
        for k in range(n)
    ]
    return match(pool_from_rows(rows), RULES)


def test_a_group_that_gets_less_is_flagged() -> None:
    people = pool_from_rows(
        [{"id": f"p{k}", "interests": "sql", "unit": "it"} for k in range(10)]
        + [{"id": f"q{k}", "interests": f"x{k}", "unit": "law"} for k in range(10)]
    )
    result = match(people, policy(KINDS["overlap"]))

    found = audit(result, {p: "p" if p.startswith("p") else "q" for p in people.ids})

    first, second = found.groups
    assert (first.name, first.placed, first.impact, first.flagged) == ("p", 1.0, 1.0, False)
    assert second.flagged
    assert first.low is not None
    assert first.low <= first.satisfaction <= first.high  # type: ignore[operator]


def test_small_groups_are_hidden_and_do_not_follow_from_the_rest() -> None:
    result = round_of(40)
    answers = dict.fromkeys(result.pool.ids, "many")
    answers |= dict.fromkeys(result.pool.ids[:8], "some")
    answers |= dict.fromkeys(result.pool.ids[8:11], "few")

    found = audit(result, answers)

    # One hidden group could be had by subtraction, so the next smallest is hidden with it.
    assert [g.name for g in found.groups] == ["many"]
    assert found.hidden == 11


def test_the_criterion_that_makes_the_gap_comes_first() -> None:
    people = pool_from_rows(
        [{"id": f"p{k}", "interests": "sql", "site": "paris"} for k in range(8)]
        + [{"id": f"q{k}", "interests": f"x{k}", "site": "paris"} for k in range(8)]
    )

    movers = what_moves_the_gap(
        people, policy(KINDS["same"], KINDS["overlap"]), {p: p[0] for p in people.ids}
    )

    assert movers[0].criterion == "overlap interests"
    assert movers[0].without < movers[0].gap


def test_intervals_cover_the_truth_and_no_effect_is_found_where_there_is_none() -> None:
    rng = np.random.default_rng(11)
    truth = np.array([0.4, 0.0, -0.2, 0.0])
    covered = found = 0
    runs = 100
    for _ in range(runs):
        x = rng.random((120, 4))
        y = 0.3 + x @ truth + rng.normal(0, 0.15, 120)
        effects = regress(x, y)
        covered += sum(
            low <= t <= high for t, (_, low, high, _) in zip(truth, effects, strict=True)
        )
        found += sum(effects[k][3] for k in (1, 3))
        assert effects[0][3]

    assert 0.92 <= covered / (4 * runs) <= 0.98
    assert found <= 0.05 * 2 * runs


def test_an_effect_is_learned_from_partnerships_and_suggests_one_step() -> None:
    result = round_of(160)
    rng = np.random.default_rng(2)
    quality = {}
    for p in result.partnerships:
        fit = p.fits[0]
        share = 2 / 6
        exchanged = sum(fit.points[0]) / 2e6 / share
        quality[p.members] = 0.2 + 0.6 * exchanged + float(rng.normal(0, 0.05))

    learned = learn([result], quality)

    by_name = {e.criterion: e for e in learned.effects}
    exchange = by_name["exchange of offers and wants"]
    assert exchange.evidence
    assert (exchange.weight, exchange.suggested) == (2.0, 4.0)
    assert exchange.low < 0.6 < exchange.high


@pytest.mark.parametrize("outcomes", [3, 80])
def test_without_evidence_it_says_so(outcomes: int) -> None:
    result = round_of(160)
    members = [p.members for p in result.partnerships][:outcomes]

    learned = learn([result], dict.fromkeys(members, 0.5))

    assert learned.effects == ()
    assert learned.words.startswith("Not enough evidence")


def test_rounds_never_repeat_a_partner_and_none_is_worth_more_than_the_first() -> None:
    rotation = match_rounds(round_of(12).pool, RULES, 4)

    met = [
        pair for r in rotation.rounds for p in r.partnerships for pair in combinations(p.members, 2)
    ]
    assert len(met) == len(set(met)) == 4 * 6
    assert rotation.gap >= 0
    assert all(verify(r) == [] for r in rotation.rounds)
