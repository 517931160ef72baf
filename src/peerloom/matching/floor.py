"""Raising the floor: the lowest score as high as it goes without placing fewer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.blossom import Matching
from peerloom.matching.scoring import score_pairs
from peerloom.matching.solver import PairSolver, Proven
from peerloom.matching.weights import Weights, weigh

Ints = NDArray[np.int64]


def raised_floor(solver: PairSolver, best: Proven) -> tuple[Proven, tuple[Proven, ...]]:
    """The best pairs with the lowest score as high as can be, without placing fewer.

    Returns
    -------
    The best pairs above that floor, and the proofs of it: the first solve shows how many can be
    placed (and how long they waited), a last one that a floor one higher would place fewer.

    Notes
    -----
    Binary search over the candidates' scores finds a floor; proving that the next one places fewer
    looks at all pairs, and may find pairs that let the floor rise further.
    """
    whom = replace(best.weights, scored=0, bonus=0)
    aim = _worth(solver, whom, best.matching)
    if not aim:
        return best, ()
    floor, shown = _lowest(solver, best.matching), best
    while True:
        floor = _highest_among_candidates(solver, whom, aim, floor)
        shown = solver.solve(replace(whom, minimum=floor + 1))
        if _worth(solver, whom, shown.matching) < aim:
            break
        floor = _lowest(solver, shown.matching)
    return solver.solve(replace(best.weights, minimum=floor)), (best, shown)


def _highest_among_candidates(solver: PairSolver, whom: Weights, aim: int, floor: int) -> int:
    scores = np.unique(solver.candidates.scores)
    scores = scores[scores >= floor]
    low, high = 0, len(scores)
    while high - low > 1:
        middle = (low + high) // 2
        trial = solver.matched(replace(whom, minimum=int(scores[middle])))
        if _worth(solver, whom, trial) == aim:
            low = middle
        else:
            high = middle
    return int(scores[low]) if len(scores) else floor


def _ends(matching: Matching) -> tuple[Ints, Ints]:
    left = np.flatnonzero(matching.mate > np.arange(len(matching.mate)))
    return left, matching.mate[left]


def _worth(solver: PairSolver, weights: Weights, matching: Matching) -> int:
    left, right = _ends(matching)
    return sum(weigh(solver.free, weights, left, right, np.zeros(len(left), np.int64)).tolist())


def _lowest(solver: PairSolver, matching: Matching) -> int:
    left, right = _ends(matching)
    if not len(left):
        return 0
    return int(score_pairs(solver.free.arrays, left, right)[:, 0].min())
