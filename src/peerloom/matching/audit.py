"""Is a round fair to everybody? Share placed and satisfaction by group, small groups hidden."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from peerloom.matching.policy import Policy
from peerloom.matching.pool import Pool
from peerloom.matching.progress import Progress, tell
from peerloom.matching.result import Result
from peerloom.matching.solve import match

SMALLEST = 5  # people; no smaller group is shown
FAIR = 0.8  # impact ratio below which a group is flagged (the four-fifths rule, 29 CFR 1607.4 D)


@dataclass(frozen=True)
class Group:
    """One group of people in a round.

    Attributes
    ----------
    name, people
        What they said, and how many they are.
    placed
        Share placed, in [0, 1].
    satisfaction, low, high
        Mean satisfaction of those placed with its 95 % interval, in [0, 1]; None where nobody is.
    impact
        Share placed against the group placed most, times mean satisfaction against the most
        satisfied; below `FAIR` is flagged.
    """

    name: str
    people: int
    placed: float
    satisfaction: float | None
    low: float | None
    high: float | None
    impact: float

    @property
    def placed_percent(self) -> int:
        """Share placed, in percent."""
        return round(100 * self.placed)

    @property
    def flagged(self) -> bool:
        """True where the group did worse than four fifths of the best."""
        return self.impact < FAIR


@dataclass(frozen=True)
class Audit:
    """Groups that can be shown, and how many people are in none of them."""

    groups: tuple[Group, ...]
    hidden: int


def audit(result: Result, answers: Mapping[str, str]) -> Audit:
    """Figures by group.

    Parameters
    ----------
    answers
        For each person (id) what they said of themselves, with their consent; who said nothing is
        left out. Groups under five are hidden, and with a single hidden one the next smallest, so
        that none follows from the total.
    """
    return fairness(result.pool.ids, satisfaction_of(result), answers)


def fairness(
    ids: Sequence[str], satisfied: Mapping[str, float], answers: Mapping[str, str]
) -> Audit:
    """Figures by group, of one round or of several together.

    Parameters
    ----------
    ids
        Everybody who was in it.
    satisfied
        Satisfaction of those who were placed, in [0, 1].
    answers
        As for `audit`.
    """
    everybody = set(ids)
    names = sorted({a for p, a in answers.items() if a and p in everybody})
    people = {name: [p for p in ids if answers.get(p) == name] for name in names}
    shown = [name for name in names if len(people[name]) >= SMALLEST]
    small = len(names) - len(shown)
    if small == 1 and shown:
        shown.remove(min(shown, key=lambda name: (len(people[name]), name)))
    figures = [_figures(name, people[name], satisfied) for name in shown]
    most_placed = max((g.placed for g in figures), default=0.0)
    best = max((g.satisfaction or 0.0 for g in figures), default=0.0)
    groups = tuple(
        replace(g, impact=_ratio(g.placed, most_placed) * _ratio(g.satisfaction or 0.0, best))
        for g in figures
    )
    return Audit(groups, sum(len(people[n]) for n in names if n not in shown))


def satisfaction_of(result: Result) -> dict[str, float]:
    """Mean satisfaction of each placed person with their partners, in [0, 1]."""
    found: dict[str, list[int]] = {}
    for partnership in result.partnerships:
        for fit in partnership.fits:
            for person, u in zip(fit.members, fit.satisfaction, strict=True):
                found.setdefault(person, []).append(u)
    return {person: sum(us) / len(us) / 1e6 for person, us in found.items()}


def _figures(name: str, people: Sequence[str], satisfied: Mapping[str, float]) -> Group:
    us = [satisfied[p] for p in people if p in satisfied]
    if not us:
        return Group(name, len(people), 0.0, None, None, None, 0.0)
    mean = sum(us) / len(us)
    # Normal interval of a mean; with one person there is none to speak of.
    spread = math.sqrt(sum((u - mean) ** 2 for u in us) / max(1, len(us) - 1) / len(us))
    low, high = max(0.0, mean - 1.96 * spread), min(1.0, mean + 1.96 * spread)
    return Group(name, len(people), len(us) / len(people), mean, low, high, 1.0)


def _ratio(value: float, best: float) -> float:
    return value / best if best else 1.0


@dataclass(frozen=True)
class Mover:
    """What the gap between groups would be without one criterion."""

    criterion: str
    gap: float
    without: float


def what_moves_the_gap(
    pool: Pool,
    policy: Policy,
    answers: Mapping[str, str],
    *,
    never: Sequence[tuple[str, str]] = (),
    progress: Progress | None = None,
) -> list[Mover]:
    """For each criterion the gap in satisfaction between groups, solved again without it.

    The gap is the difference between the most and the least satisfied group that can be shown.
    Those whose leaving out closes it most come first.
    """

    def gap(rules: Policy) -> float:
        groups = audit(match(pool, rules, never=never), answers).groups
        means = [g.satisfaction for g in groups if g.satisfaction is not None]
        return max(means) - min(means) if means else 0.0

    now, movers = gap(policy), []
    for k, criterion in enumerate(policy.criteria):
        tell(progress, "leaving out one criterion", k, len(policy.criteria))
        rest = policy.criteria[:k] + policy.criteria[k + 1 :]
        if rest:
            movers.append(Mover(criterion.name, now, gap(replace(policy, criteria=rest))))
    return sorted(movers, key=lambda m: (m.without - m.gap, m.criterion))
