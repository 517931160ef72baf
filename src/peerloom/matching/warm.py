"""Compiling all loops before anybody waits for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from peerloom.matching.compiled import cache_folder
from peerloom.matching.encoding import encode
from peerloom.matching.outlook import outlook
from peerloom.matching.policy_reading import policy_from_dict
from peerloom.matching.pool import pool_from_rows
from peerloom.matching.repair import repair, standing_of
from peerloom.matching.solve import match
from peerloom.matching.verify import verify

PEOPLE = 260

# Criteria of every shape, and one that nobody of one kind meets.
_POLICY = {
    "criterion": [
        {"kind": "same", "field": "site", "must": True},
        {"kind": "close", "field": "years", "weight": 1},
        {"kind": "exchange", "wants": "wants", "offers": "offers", "weight": 1},
        {"kind": "schedule", "field": "hours", "weight": 1},
        {"kind": "text", "field": "hopes", "weight": 1},
        {"kind": "rank", "field": "wished", "weight": 1},
    ]
}


def warm_up(before: Callable[[], None] | None = None) -> bool:
    """Compile every loop, unless this version has been on this machine; True where it did.

    `before` is called when there is something to compile, which takes about a minute.
    """
    done = Path(cache_folder()) / "warm"
    if done.exists():
        return False
    if before:
        before()
    # More people than are solved over all pairs at once, and varied, so that solves repeat.
    rows = [
        {
            "id": f"p{k}",
            "site": "b" if k == 0 else "a",
            "years": str(k * 7 % 41),
            "wants": f"x{k % 5}; x{k % 7}",
            "offers": f"x{k % 3}; x{k % 11}",
            "hours": f"Mon {8 + k % 6:02}:00-{14 + k % 4:02}:00",
            "hopes": ("lead", "learn", "lead well")[k % 3],
            "wished": "",
        }
        for k in range(PEOPLE)
    ]
    people, policy = pool_from_rows(rows), policy_from_dict(_POLICY)
    result = match(people, policy)
    verify(result)
    repair(standing_of(result, gone=[result.partnerships[0].members[0]]))
    outlook(encode(people, policy))
    demanding = replace(policy.criteria[2], must=True)
    match(people, replace(policy, criteria=(demanding, *policy.criteria[3:])))
    for aim in ({"raise_floor": True}, {"size": (3, 4)}):
        changed = match(people, replace(policy, objective=replace(policy.objective, **aim)))
        verify(changed)
    done.touch()
    return True
