"""Re-pairing: new partners for those who need one, with the least disturbance to everybody else.

The same exact solve as a round's, with a bonus on every standing pair. By default the bonus comes
before all scores: a standing pair is touched only where nobody more could be placed otherwise. A
manager may trade: with a price, a standing pair is touched where that gains more than the price.
Those who parted never meet again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations

from peerloom.matching.criteria import ONE
from peerloom.matching.criteria.shapes import split
from peerloom.matching.errors import PoolError, Problem, nearest
from peerloom.matching.policy import Policy
from peerloom.matching.pool import Pool
from peerloom.matching.progress import Progress
from peerloom.matching.result import Result
from peerloom.matching.solve import match

Pair = tuple[str, str]


@dataclass(frozen=True)
class Standing:
    """What is left of a round when some people leave or look for a new peer.

    Attributes
    ----------
    pool, policy
        Those to match or to leave as they are, and by what. Trios that stand are set aside.
    pairs
        Pairs that stand.
    never
        Pairs that may not be: earlier bans, and those who parted now.
    """

    pool: Pool
    policy: Policy
    pairs: tuple[Pair, ...]
    never: tuple[Pair, ...]


@dataclass(frozen=True)
class Step:
    """One step of the frontier: how many standing pairs are touched, and what that brings."""

    touched: int
    placed: int
    total: int
    result: Result


def standing_of(
    result: Result, *, gone: Iterable[str] = (), parted: Iterable[str] = ()
) -> Standing:
    """What is left of a round.

    Parameters
    ----------
    gone
        People who left; their partners look for a new peer.
    parted
        People who look for a new peer, and so do their partners.

    Raises
    ------
    PoolError
        Ids that nobody in the round has, all at once; or a round of circles.
    """
    if result.policy.objective.circles:
        raise PoolError("circles are not repaired; match their people again, or start a new round")
    gone, parted = set(gone), set(parted)
    ids = set(result.pool.ids)
    problems = [
        Problem("people to repair for", f"nobody has the id '{p}'.{nearest(p, ids)}")
        for p in sorted((gone | parted) - ids)
    ]
    if problems:
        raise PoolError(problems)
    pairs, never, aside = [], set(result.never), set(gone)
    for p in result.partnerships:
        broken = gone | parted
        left = [m for m in p.members if m not in broken]
        if len(left) == len(p.members) == 3:
            aside.update(left)
        elif len(left) == 2:
            pairs.append((left[0], left[1]))
        never |= {
            (min(pair), max(pair)) for pair in combinations(p.members, 2) if broken & set(pair)
        }
    rows = [row for row, person in enumerate(result.pool.ids) if person not in aside]
    kept = {result.pool.ids[row] for row in rows}
    return Standing(
        pool=_without_names(result.pool.subset(rows), result.policy),
        policy=replace(result.policy, objective=replace(result.policy.objective, trios=False)),
        pairs=tuple(sorted(pairs)),
        never=tuple(sorted(pair for pair in never if set(pair) <= kept)),
    )


def _without_names(pool: Pool, policy: Policy) -> Pool:
    """Lists of wished and refused people without those who are no longer there."""
    here, columns = set(pool.ids), dict(pool.columns)
    for c in policy.criteria:
        for setting in ("field", "refused") if c.kind == "rank" else ():
            name = c.settings.get(setting)
            if name:
                mark = policy.lists
                columns[name] = tuple(
                    mark.join(p for p in split(cell, mark) if p in here) for cell in columns[name]
                )
    return replace(pool, columns=columns)


def repair(
    standing: Standing, *, price: float | None = None, progress: Progress | None = None
) -> Result:
    """New partners, most people placed first.

    Parameters
    ----------
    price
        What touching a standing pair must gain at least, in scores (1.0 is a perfect fit); None
        where no gain is worth it and standing pairs are touched only to place somebody more.

    Returns
    -------
    Result
        Proven best under that price; ``result.touched`` counts standing pairs that ended.
    """
    bonus = None if price is None else max(0, round(price * ONE))
    return match(
        standing.pool,
        standing.policy,
        never=standing.never,
        standing=standing.pairs,
        bonus=bonus,
        progress=progress,
    )


def frontier(standing: Standing, *, most: int = 8, progress: Progress | None = None) -> list[Step]:
    """From the least disturbance to the best total: what each step of touching more pairs gains.

    The steps are those that are best for some price (the upper hull of total against pairs
    touched), found by solving at the price between two known steps until no new one turns up.

    Parameters
    ----------
    most
        Steps at most.
    """
    steps: dict[int, Step] = {}

    def solve(price: float | None) -> Step:
        result = repair(standing, price=price, progress=progress)
        step = Step(result.touched, result.quality.placed, result.quality.total, result)
        steps.setdefault(step.touched, step)
        return steps[step.touched]

    def between(few: Step, many: Step) -> None:
        if len(steps) >= most or many.touched - few.touched < 2:
            return
        price = (many.total - few.total) / (many.touched - few.touched) / ONE
        middle = solve(price)
        if few.touched < middle.touched < many.touched:
            between(few, middle)
            between(middle, many)

    first, last = solve(None), solve(0.0)
    if last.touched > first.touched:
        between(first, last)
    found = sorted(steps.values(), key=lambda s: s.touched)
    # Touching more for nothing is no step.
    return [s for k, s in enumerate(found) if all(s.total > t.total for t in found[:k])]
