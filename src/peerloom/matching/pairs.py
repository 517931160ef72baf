"""The best pairs of a pool under its policy's objective."""

from __future__ import annotations

from dataclasses import dataclass

from peerloom.matching.candidates import Effort
from peerloom.matching.encoding import Encoded
from peerloom.matching.floor import raised_floor
from peerloom.matching.limits import Limits
from peerloom.matching.progress import Progress
from peerloom.matching.solver import PairSolver, Proven
from peerloom.matching.weights import Weights, weights_of


@dataclass(frozen=True)
class Solution:
    """Pairs of rows, and the proof that no others are better.

    Attributes
    ----------
    floor
        Where the floor was raised: that no more can be placed, and that fewer would be with the
        floor any higher.
    """

    pairs: tuple[tuple[int, int], ...]
    best: Proven
    floor: tuple[Proven, ...] = ()

    @property
    def weights(self) -> Weights:
        """Weights of the proven pairs."""
        return self.best.weights

    @property
    def minimum(self) -> int:
        """Least score that the policy asks for; a floor raised for these people is none."""
        return 0 if self.floor else self.best.weights.minimum


def solve_pairs(
    encoded: Encoded,
    progress: Progress | None = None,
    effort: Effort | None = None,
    bonus: int | None = None,
    limits: Limits | None = None,
) -> Solution:
    """The best pairs among people who are not locked, proven over all eligible pairs.

    Locked pairs are added to the answer. For the bonus see `weights_of`, for progress and cancelling see `PairSolver`.
    """
    solver = PairSolver(encoded, progress, effort, limits)
    best = solver.solve(weights_of(encoded, bonus))
    floor: tuple[Proven, ...] = ()
    if encoded.policy.objective.raise_floor:
        solver.limits = Limits()
        best, floor = raised_floor(solver, best)
    mates = best.matching.mate.tolist()
    pairs = [(row, mate) for row, mate in enumerate(mates) if row < mate]
    return Solution(tuple(sorted([*pairs, *encoded.locks])), best, floor)
