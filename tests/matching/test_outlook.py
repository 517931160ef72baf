"""What a policy leaves possible: counted over all pairs, or over those of some people."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.matching import Policy, Pool, encode, outlook
from tests.matching import plainly
from tests.matching.people import KINDS, policies, policy, pool, pools

RULES = policies().filter(lambda p: all(c.kind != "text" for c in p.criteria))


@settings(max_examples=200, deadline=None)
@given(pools(least=2), RULES)
def test_it_is_what_the_definition_says(people: Pool, rules: Policy) -> None:
    scores = plainly.scores(people, rules)
    n = len(people.ids)
    encoded = encode(people, rules)
    places = [people.ids.index(i) for i in encoded.pool.ids]
    mine = [[s for pair, s in scores.items() if i in pair] for i in places]

    seen = outlook(encoded)

    assert (seen.people, seen.looked_at, seen.eligible_pairs) == (n, n, len(scores))
    assert seen.options == tuple(len(s) for s in mine)
    assert seen.best == tuple(max(s, default=-1) for s in mine)
    assert seen.few == sum(len(s) < 3 for s in mine)


@settings(max_examples=200, deadline=None)
@given(pools(least=3), RULES, st.data())
def test_those_who_are_drawn_are_looked_at_with_everybody(
    people: Pool, rules: Policy, data: st.DataObject
) -> None:
    n = len(people.ids)
    most = data.draw(st.integers(1, n - 1))
    encoded = encode(people, rules)
    whole = list(zip(outlook(encoded).options, outlook(encoded).best, strict=True))

    seen = outlook(encoded, most)

    assert (seen.people, seen.looked_at) == (n, most)
    drawn = list(zip(seen.options, seen.best, strict=True))
    assert any(drawn == list(some) for some in combinations(whole, most))
    assert seen.eligible_pairs == sum(seen.options) * n // (2 * most)
    assert outlook(encoded, most) == seen


def test_some_people_stand_for_all() -> None:
    # Three in ten are of small sites, where few fit.
    sites = [f"small{k}" if k % 10 < 3 else "large" for k in range(2000)]
    people = pool(*({"id": f"p{k}", "site": site} for k, site in enumerate(sites)))
    encoded = encode(people, policy({**KINDS["same"], "must": True}))

    whole, some = outlook(encoded), outlook(encoded, 500)

    assert whole.few == 600
    assert abs(some.few / 500 - 0.3) < 2 * (0.3 * 0.7 / 500) ** 0.5
    assert abs(some.eligible_pairs / whole.eligible_pairs - 1) < 0.1
