"""Several rounds at once: rotation, or several partners for each person. Nobody meets twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from peerloom.matching.policy import Policy
from peerloom.matching.pool import Pool
from peerloom.matching.progress import Progress
from peerloom.matching.result import Result
from peerloom.matching.solve import match


@dataclass(frozen=True)
class Rotation:
    """Rounds in which no two people meet twice, and what they are worth together.

    Attributes
    ----------
    rounds
        Each is the best there is after those before it, and verifies on its own.
    total, bound
        Scores of the proven pairs of all rounds, in millionths, and what no rounds that place as
        many people as the first can exceed: the first is the best there is, so none is worth more.
    """

    rounds: tuple[Result, ...]
    total: int
    bound: int

    @property
    def gap(self) -> int:
        """What other rounds could gain in all, at most."""
        return self.bound - self.total


def match_rounds(
    pool: Pool,
    policy: Policy,
    count: int,
    *,
    never: Iterable[tuple[str, str]] = (),
    progress: Progress | None = None,
) -> Rotation:
    """`count` rounds, the best first.

    Used one after another they are a rotation; used together they give each person up to `count`
    partners at the same time.

    Raises
    ------
    ValueError
        Fewer than one round.
    """
    if count < 1:
        raise ValueError("at least one round")
    apart = set(never)
    rounds: list[Result] = []
    for _ in range(count):
        result = match(pool, policy, never=sorted(apart), progress=progress)
        rounds.append(result)
        apart |= {pair for p in result.partnerships for pair in combinations(p.members, 2)}
    totals = [_of_pairs(r) for r in rounds]
    most = rounds[0].certificate.bound2 // 2 if policy.objective.circles else totals[0]
    return Rotation(tuple(rounds), sum(totals), count * most)


def _of_pairs(result: Result) -> int:
    """Scores of a round's pairs, without who joined them; worth of its circles."""
    if result.policy.objective.circles:
        return result.quality.total
    return sum(f.score for p in result.partnerships for f in p.fits if p.joined not in f.members)
