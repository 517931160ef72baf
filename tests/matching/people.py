"""Small pools and policies, by hand and by chance."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from peerloom.matching import Policy, Pool, policy_from_dict, pool_from_rows

SKILLS = ("sql", "python", "hiring", "negotiation", "design")
KINDS: dict[str, dict[str, Any]] = {
    "same": {"kind": "same", "field": "site"},
    "different": {"kind": "different", "field": "unit"},
    "close": {"kind": "close", "field": "years", "tolerance": 3},
    "overlap": {"kind": "overlap", "field": "interests"},
    "exchange": {"kind": "exchange", "wants": "wants", "offers": "offers"},
    "schedule": {"kind": "schedule", "field": "hours", "zone": "zone", "minutes": 120},
    "text": {"kind": "text", "field": "hopes"},
    "observed": {"kind": "observed", "field": "seen", "suits": {"talks": ["listens"]}},
    "apart": {"kind": "apart", "field": "employer", "competitors": "rivals"},
    "rank": {"kind": "rank", "field": "wished", "refused": "refused"},
}


def policy(*criteria: dict[str, Any], **objective: Any) -> Policy:
    """A policy of these criteria; those without a demand or weight matter."""
    tables = [
        c if c.keys() & {"must", "weight", "personal"} else c | {"weight": 2} for c in criteria
    ]
    return policy_from_dict({"criterion": tables, "objective": objective})


def pool(*rows: dict[str, str]) -> Pool:
    return pool_from_rows(rows)


def _sets(items: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(items), unique=True, max_size=4).map("; ".join)


def _choice(*items: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *items))


@st.composite
def pools(draw: st.DrawFn, least: int = 1, most: int = 8) -> Pool:
    """Random people with gaps."""
    n = draw(st.integers(least, most))
    ids = [f"p{k}" for k in range(n)]
    others = _sets(tuple(ids))
    rows = [
        {
            "id": person,
            "site": draw(_choice("paris", "lagos")),
            "unit": draw(_choice("sales", "legal", "it")),
            "years": draw(_choice("0", "1", "2.5", "4", "9")),
            "interests": draw(_sets(SKILLS)),
            "wants": draw(_sets(SKILLS)),
            "offers": draw(_sets(SKILLS)),
            "hours": draw(
                _choice("Mon 09:00-11:00", "Mon 10:00-12:00; Wed 14:00-15:00", "Sun 23:00-24:00")
            ),
            "zone": draw(_choice("Europe/Paris", "Africa/Lagos", "Pacific/Auckland")),
            "hopes": draw(_choice("lead a team well", "learning to lead", "cook soup")),
            "seen": draw(_choice("talks", "listens", "talks; asks")),
            "employer": draw(_choice("acme", "globex")),
            "rivals": draw(_choice("globex")),
            "wished": draw(others),
            "refused": draw(st.sampled_from(("", "", "", ids[0]))),
            "asks": draw(_choice("yes", "no")),
            "waited": draw(_choice("1", "3")),
        }
        for person in ids
    ]
    return pool_from_rows(rows)


@st.composite
def policies(draw: st.DrawFn, **objective: Any) -> Policy:
    """Random policies over the columns of `pools`."""
    tables = []
    for kind in draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=5)):
        table = dict(KINDS[kind])
        how = draw(st.sampled_from(("wish", "wish", "must", "personal")))
        if how == "wish":
            table["weight"] = draw(st.sampled_from((0.5, 1, 2, 4, 1000)))
        else:
            table |= {"must": True} if how == "must" else {"personal": "asks"}
            table["missing"] = draw(st.sampled_from(("allow", "exclude", "ask")))
            if draw(st.booleans()):
                table["weight"] = "matters"
            if draw(st.booleans()):
                table["threshold"] = draw(st.sampled_from((0, 0.3, 0.5, 1)))
        tables.append(table)
    aim = {"reciprocal": draw(st.sampled_from(("harmonic", "min", "arithmetic")))} | objective
    return policy_from_dict({"criterion": tables, "objective": aim})
