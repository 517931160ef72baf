"""The published definition of scores and of the best matching, written slowly and plainly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from peerloom.calendars.weekly import parse_hours, shared_minutes
from peerloom.matching import Criterion, Policy, Pool

ONE = 1_000_000


def benefit(pool: Pool, c: Criterion, i: int, j: int) -> Fraction | None:
    """Benefit of j to i; None where an answer is missing. Not for texts, which need vectors."""
    s = c.settings

    def cell(row: int, setting: str) -> str:
        return pool.columns[s[setting]][row].casefold()

    def items(row: int, setting: str) -> set[str]:
        return {x.strip() for x in cell(row, setting).split(";") if x.strip()}

    if c.kind == "exchange":
        wants, offers = items(i, "wants"), items(j, "offers")
        return Fraction(len(wants & offers), len(wants)) if wants and offers else None
    if c.kind == "rank":
        wished = [x.strip() for x in pool.columns[s["field"]][i].split(";") if x.strip()]
        wished = [w for w in dict.fromkeys(wished) if w != pool.ids[i]]
        if not wished:
            return None
        if pool.ids[j] not in wished:
            return Fraction(0)
        step = ONE // 2 // max(1, len(wished) - 1)
        return Fraction(ONE - step * wished.index(pool.ids[j]), ONE)
    if c.kind == "schedule":
        mine, theirs = cell(i, "field"), cell(j, "field")
        zones = [pool.columns[s["zone"]][row] for row in (i, j)]
        if not (mine and theirs and all(zones)):
            return None
        minutes = shared_minutes(
            parse_hours(mine), zones[0], parse_hours(theirs), zones[1], [date(2026, 6, 1)]
        )
        return min(Fraction(1), Fraction(minutes, s["minutes"]))
    mine, theirs = cell(i, "field"), cell(j, "field")
    if not (mine and theirs):
        return None
    if c.kind == "same":
        return Fraction(mine == theirs)
    if c.kind in ("different", "apart"):
        return Fraction(mine != theirs)
    if c.kind == "close":
        distance = abs(Fraction(mine) - Fraction(theirs))
        return max(Fraction(0), 1 - distance / (2 * s["tolerance"]))
    if c.kind == "overlap":
        return Fraction(len(items(i, "field") & items(j, "field")), len(items(i, "field")))
    assert c.kind == "observed"
    suits = s["suits"]
    wanted, seen = items(i, "field"), items(j, "field")
    return Fraction(sum(bool(set(suits.get(w, [w])) & seen) for w in wanted), len(wanted))


def forbidden(pool: Pool, policy: Policy, i: int, j: int) -> bool:
    """True if i refuses j, or names j's employer as a competitor."""
    for c in policy.criteria:
        if c.kind == "rank" and pool.ids[j] in pool.columns[c.settings["refused"]][i].split("; "):
            return True
        if c.kind == "apart":
            rival = pool.columns[c.settings["competitors"]][i]
            if rival and rival == pool.columns[c.settings["field"]][j]:
                return True
    return False


def eligible(pool: Pool, policy: Policy, i: int, j: int) -> bool:
    """True if no must-have of either, and no refusal, stands between the two."""
    if forbidden(pool, policy, i, j) or forbidden(pool, policy, j, i):
        return False
    for c in policy.criteria:
        for a, b in ((i, j), (j, i)):
            asks = c.must or (c.personal and pool.columns[c.personal][a] == "yes")
            if not asks:
                continue
            got = benefit(pool, c, a, b)
            if got is None and c.missing != "allow":
                return False
            if got is not None and int(got * ONE) < round(c.threshold * ONE):
                return False
    return True


def scores(pool: Pool, policy: Policy) -> dict[tuple[int, int], int]:
    """Score of each eligible pair (i < j), in millionths."""
    n = len(pool)
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n) if eligible(pool, policy, i, j)]
    sociable = sorted({row for pair in pairs for row in pair})
    means = []
    for c in policy.criteria:
        known = [benefit(pool, c, i, j) for i in sociable for j in sociable if i != j]
        given = [int(b * ONE) for b in known if b is not None]
        means.append(sum(given) // len(given) if given else ONE // 2)

    def satisfaction(i: int, j: int) -> int:
        total = weights = 0
        for c, mean in zip(policy.criteria, means, strict=True):
            got = benefit(pool, c, i, j)
            weight = round(c.weight * 1000)
            total += weight * (mean if got is None else int(got * ONE))
            weights += weight
        return total // weights if weights else ONE

    def together(u: int, v: int) -> int:
        kind = policy.objective.reciprocal
        if kind == "min":
            return min(u, v)
        if kind == "arithmetic":
            return (u + v) // 2
        return 2 * u * v // (u + v) if u + v else 0

    return {(i, j): together(satisfaction(i, j), satisfaction(j, i)) for i, j in pairs}


def matchings(people: list[int], allowed: set[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Every set of disjoint allowed pairs."""
    if not people:
        yield []
        return
    first, rest = people[0], people[1:]
    yield from matchings(rest, allowed)
    for other in rest:
        if (first, other) in allowed:
            left = [p for p in rest if p != other]
            for found in matchings(left, allowed):
                yield [(first, other), *found]
