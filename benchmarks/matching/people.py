"""Pools of any size for the benchmarks: survey people resampled, and a policy of 12 criteria.

Whole rows of `so2019` are drawn with a fixed seed, numbers moved slightly, and now and then an item
of a set left out. What the survey did not ask (hours, zones, hopes, style) is made up from the same
seed. So the figures speak of resampled people; they say so wherever they are shown.
"""

from __future__ import annotations

import csv
import random
from importlib import resources

from peerloom.matching import Policy, Pool, policy_from_dict

HOPES = (
    "lead my first team", "speak in front of a room", "give honest feedback", "hear honest feedback",
    "grow into architecture", "move from doing to delegating", "find my way in a large company",
    "learn how others plan", "get better at saying no", "stay sane in a hard year",
    "change my field without starting over", "negotiate with other departments",
)  # fmt: skip
ZONES = ("Europe/Paris", "Europe/Berlin", "Europe/London", "America/New_York",
         "America/Los_Angeles", "Asia/Kolkata", "Australia/Sydney")  # fmt: skip
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
KEPT = ("roles", "offers", "wants", "challenges", "job_factors", "years_professional", "age",
        "sociability", "organisation_size", "employment", "works_from")  # fmt: skip

POLICY = {
    "criterion": [
        {"kind": "close", "field": "years_professional", "tolerance": 5, "must": True, "weight": 1},
        {"kind": "apart", "field": "employer", "must": True},
        {"kind": "exchange", "wants": "wants", "offers": "offers", "weight": "matters a lot"},
        {"kind": "overlap", "field": "challenges", "weight": "matters"},
        {"kind": "overlap", "field": "job_factors", "weight": "a little"},
        {"kind": "schedule", "field": "hours", "zone": "zone", "minutes": 60, "weight": "matters"},
        {"kind": "text", "field": "hopes", "weight": "matters"},
        {"kind": "different", "field": "employment", "weight": "a little"},
        {"kind": "same", "field": "sociability", "weight": "a little"},
        {"kind": "same", "field": "works_from", "weight": "a little"},
        {"kind": "close", "field": "age", "tolerance": 10, "weight": "a little"},
        {"kind": "observed", "field": "seen", "suits": {"talks": ["listens"], "listens": ["talks"]},
         "weight": "a little"},
    ]
}  # fmt: skip


def survey() -> list[dict[str, str]]:
    """The 607 answers that the project ships."""
    text = (resources.files("peerloom.demo") / "so2019" / "people.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def resampled(n: int, seed: int = 1) -> Pool:
    """A pool of n resampled people, the same for the same n and seed."""
    rng = random.Random(f"{seed}/{n}")
    rows = survey()
    columns: dict[str, list[str]] = {
        name: [] for name in (*KEPT, "employer", "hours", "zone", "hopes", "seen")
    }
    for _ in range(n):
        row = rng.choice(rows)
        for name in KEPT:
            columns[name].append(_moved(row[name], name, rng))
        columns["employer"].append(f"team {rng.randrange(max(2, n // 12))}")
        days = rng.sample(DAYS, 2)
        hours = [f"{day} {h:02}:00-{h + 3:02}:00" for day in days for h in [rng.randrange(8, 17)]]
        columns["hours"].append("; ".join(hours))
        columns["zone"].append(rng.choice(ZONES))
        columns["hopes"].append(" and ".join(rng.sample(HOPES, 2)) if rng.random() < 0.8 else "")
        columns["seen"].append(rng.choice(("talks", "listens", "", "")))
    ids = tuple(f"p{k}" for k in range(n))
    return Pool(ids, {name: tuple(cells) for name, cells in columns.items()})


def _moved(cell: str, name: str, rng: random.Random) -> str:
    if not cell:
        return cell
    if name in ("years_professional", "age"):
        return f"{max(0, float(cell) + rng.choice((-1, -0.5, 0, 0, 0.5, 1))):g}"
    items = cell.split("; ")
    if len(items) > 2 and rng.random() < 0.5:
        items.remove(rng.choice(items))
    return "; ".join(items)


def policy(**objective: object) -> Policy:
    """The 12 criteria."""
    return policy_from_dict(POLICY | {"objective": objective})
