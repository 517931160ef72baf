"""The front door: people and a policy in, partnerships with their proof out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import combinations, islice

import numpy as np

from peerloom.matching.encoding import Encoded, encode
from peerloom.matching.errors import PolicyError, PoolError
from peerloom.matching.explain import explain_pairs, explain_unplaced
from peerloom.matching.limits import Limits
from peerloom.matching.pairs import Solution, solve_pairs
from peerloom.matching.policy import Policy
from peerloom.matching.pool import Pool
from peerloom.matching.progress import Progress
from peerloom.matching.quality import quality_of
from peerloom.matching.result import Bound, Certificate, Partnership, Result
from peerloom.matching.scoring import score_pairs
from peerloom.matching.solve_circles import match_circles
from peerloom.matching.trios import Trio, best_trios, trio_value
from peerloom.matching.weights import weigh


def match(
    pool: Pool,
    policy: Policy,
    *,
    locks: Iterable[tuple[str, str]] = (),
    never: Iterable[tuple[str, str]] = (),
    standing: Iterable[tuple[str, str]] = (),
    bonus: int | None = None,
    seconds: float | None = None,
    megabytes: float | None = None,
    progress: Progress | None = None,
) -> Result:
    """Match people as well as they can be matched.

    Parameters
    ----------
    pool
        People and their answers.
    policy
        Must-haves, wishes and objective.
    locks
        Pairs of ids that stay together; not with circles.
    never
        Pairs of ids that may not be matched (bans and past partners).
    standing
        Pairs of ids that stand already (`repair`).
    bonus
        Worth of keeping a standing pair, in millionths; None to keep them before all scores.
    seconds, megabytes
        After so long, or once the process holds so much memory, pairs are the best found so far,
        and the certificate says how far from the best they can be; without, the proof is carried to
        its end. Not with `raise_floor`.
    progress
        Called with (stage, done, total); a true answer cancels.

    Returns
    -------
    Result
        The same for the same people, policy, locks and bans, whatever their order.

    Raises
    ------
    PoolError, PolicyError
        With everything that is wrong.
    Cancelled
        When `progress` asked to stop.

    Examples
    --------
    >>> from peerloom.matching import match, pool_from_rows, policy_from_dict
    >>> people = pool_from_rows([
    ...     {"id": "ana", "wants": "negotiation", "offers": "SQL"},
    ...     {"id": "ben", "wants": "SQL", "offers": "negotiation"},
    ...     {"id": "eva", "wants": "SQL", "offers": "drawing"},
    ...     {"id": "jon", "wants": "drawing", "offers": "SQL"}])
    >>> policy = policy_from_dict({"criterion": [
    ...     {"kind": "exchange", "wants": "wants", "offers": "offers", "weight": "matters"}]})
    >>> [p.members for p in match(people, policy).partnerships]
    [('ana', 'ben'), ('eva', 'jon')]
    """
    started = time.perf_counter()
    if not len(pool):
        raise PoolError("there is nobody to match: the pool is empty")
    limits = Limits(seconds, megabytes)
    if limits.any and policy.objective.raise_floor:
        raise PolicyError(
            "a floor is raised with its whole proof: leave out raise_floor, or limits"
        )
    locks, never = tuple(locks), tuple(never)
    encoded = encode(pool, policy, locks=locks, never=never, standing=standing)
    if policy.objective.circles:
        return match_circles(encoded, never, progress, limits)
    read = time.perf_counter()
    solution = solve_pairs(encoded, progress, bonus=bonus, limits=limits)
    solved = time.perf_counter()
    placed = {row for pair in solution.pairs for row in pair}
    alone = [row for row in range(len(encoded)) if row not in placed]
    trios: list[Trio] = []
    if policy.objective.trios:
        free = sorted(set(solution.pairs) - set(encoded.locks))
        trios = best_trios(encoded, free, alone, minimum=solution.minimum)
    joined = {trio.joins for trio in trios}
    alone = [row for row in alone if row not in joined]
    partnerships = _partnerships(encoded, solution, trios)
    quality = quality_of(encoded, partnerships, progress)
    unplaced = explain_unplaced(encoded, solution, trios, alone)
    done = time.perf_counter()
    return Result(
        pool=encoded.pool,
        policy=policy,
        locks=_ids(encoded, encoded.locks),
        standing=_ids(encoded, encoded.standing),
        never=tuple(sorted({(min(p), max(p)) for p in never})),
        partnerships=partnerships,
        unplaced=tuple(sorted(unplaced, key=lambda u: u.person)),
        quality=quality,
        certificate=_certificate(encoded, solution),
        timings={"read": read - started, "solve": solved - read, "explain": done - solved},
    )


def _ids(encoded: Encoded, pairs: Sequence[tuple[int, int]]) -> tuple[tuple[str, str], ...]:
    ids = encoded.pool.ids
    return tuple(sorted((min(ids[a], ids[b]), max(ids[a], ids[b])) for a, b in pairs))


def _partnerships(
    encoded: Encoded, solution: Solution, trios: Sequence[Trio]
) -> tuple[Partnership, ...]:
    ids = encoded.pool.ids
    joins = {trio.pair: trio.joins for trio in trios}
    locked = set(encoded.locks)
    groups = [
        sorted([*pair, *([joins[pair]] if pair in joins else [])], key=lambda r: ids[r])
        for pair in solution.pairs
    ]
    explained = iter(
        explain_pairs(encoded, [pair for rows in groups for pair in combinations(rows, 2)])
    )
    found = []
    for pair, rows in zip(solution.pairs, groups, strict=True):
        fits = tuple(islice(explained, len(rows) * (len(rows) - 1) // 2))
        scores = [fit.score for fit in fits]
        found.append(
            Partnership(
                members=tuple(ids[row] for row in rows),
                value=trio_value(*scores) if len(rows) == 3 else scores[0],
                fits=fits,
                locked=pair in locked,
                joined=ids[joins[pair]] if pair in joins else "",
            )
        )
    return tuple(sorted(found, key=lambda p: p.members))


def _certificate(encoded: Encoded, solution: Solution) -> Certificate:
    matching, weights = solution.best.matching, solution.weights
    free = sorted(set(solution.pairs) - set(encoded.locks))
    total = 0
    if free:
        left, right = (np.array(side, np.int64) for side in zip(*free, strict=True))
        score = score_pairs(encoded.arrays, left, right)[:, 0]
        total = sum(weigh(encoded, weights, left, right, score).tolist())
        total += weights.bonus * len(set(free) & set(encoded.standing))
    return Certificate(
        base=weights.base,
        step=weights.step,
        minimum=weights.minimum,
        bonus=weights.bonus,
        y2=tuple(matching.y2.tolist()),
        sets=matching.blossoms,
        bound2=matching.bound2(),
        total2=2 * total,
        floor=tuple(
            Bound(
                minimum=proven.weights.minimum,
                scored=proven.weights.scored,
                y2=tuple(proven.matching.y2.tolist()),
                sets=proven.matching.blossoms,
                bound2=proven.matching.bound2(),
            )
            for proven in solution.floor
        ),
    )
