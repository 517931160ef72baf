"""Why these two, and why not me: points of each criterion, and must-haves that shut a person out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.blossom import maximum_weight_matching
from peerloom.matching.compiled import kernel
from peerloom.matching.criteria import ONE, Shape
from peerloom.matching.encoding import Encoded
from peerloom.matching.pairs import Solution
from peerloom.matching.progress import ranges
from peerloom.matching.result import PairFit, Relaxation, Unplaced
from peerloom.matching.scoring import (
    INELIGIBLE,
    Arrays,
    Row,
    benefits,
    holds,
    score_pairs,
    score_rows,
)
from peerloom.matching.trios import Trio
from peerloom.words import _

NEVER = 1 << 62  # bit of a pair that no relaxation allows
MOST_EXPLAINED = 25  # people for whom the whole round is solved again under each relaxation
MOST_SOLVED = 2000  # people in a pool for which that is done


@kernel
def _points(a: Arrays, left: Row, right: Row) -> NDArray[np.int64]:
    """Each criterion's part in both satisfactions of given pairs: (pairs, criteria, 2)."""
    cs = a.shape.shape[0]
    found = np.zeros((left.shape[0], cs, 2), np.int64)
    total = max(1, a.weight.sum())
    for p in range(left.shape[0]):
        i, j = left[p], right[p]
        for c in range(cs):
            to_i, to_j = benefits(a, c, i, right[p : p + 1])
            forth = to_i[0] if a.takes[c, i] and a.gives[c, j] else a.mean[c]
            back = to_j[0] if a.takes[c, j] and a.gives[c, i] else a.mean[c]
            found[p, c, 0] = a.weight[c] * forth // total
            found[p, c, 1] = a.weight[c] * back // total
    return found


def explain_pairs(encoded: Encoded, pairs: Sequence[tuple[int, int]]) -> list[PairFit]:
    """Score, satisfactions and points of pairs of rows."""
    if not pairs:
        return []
    left, right = (np.array(side, np.int64) for side in zip(*pairs, strict=True))
    scored = score_pairs(encoded.arrays, left, right).tolist()
    points = _points(encoded.arrays, left, right).tolist()
    ids = encoded.pool.ids
    return [
        PairFit((ids[i], ids[j]), score, (u_i, u_j), tuple((f, b) for f, b in by_criterion))
        for (i, j), (score, u_i, u_j), by_criterion in zip(pairs, scored, points, strict=True)
    ]


@kernel
def broken(a: Arrays, i: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Must-haves that i and each other person break together.

    Returns
    -------
    int64 array, shape (n,)
        Bit c is set when criterion c fails, bit 62 when the pair may not be at all.
    int64 array, shape (criteria, n)
        Lesser of the two benefits, in millionths.
    """
    n = a.active.shape[0]
    mask = np.zeros(n, np.int64)
    lesser = np.zeros((a.shape.shape[0], n), np.int64)
    everybody = np.arange(n)
    for c in range(a.shape.shape[0]):
        if not a.demands[c]:
            continue
        to_i, to_j = benefits(a, c, i, everybody)
        for j in range(n):
            lesser[c, j] = min(to_i[j], to_j[j])
            if not holds(a, c, i, j, to_i[j]) or not holds(a, c, j, i, to_j[j]):
                mask[j] |= np.int64(1) << c
    for j in range(n):
        if j == i or not a.active[j]:
            mask[j] |= np.int64(NEVER)
    for k in range(a.never_start[i], a.never_start[i + 1]):
        mask[a.never_other[k]] |= np.int64(NEVER)
    return mask, lesser


def explain_unplaced(
    encoded: Encoded, solution: Solution, trios: Sequence[Trio], alone: Sequence[int]
) -> list[Unplaced]:
    """The reason, and the smallest relaxation, for each row in `alone`.

    For up to `MOST_EXPLAINED` people in pools of up to `MOST_SOLVED` the relaxation is the
    smallest that places the person without unplacing another (shown by solving again); beyond
    that it is the smallest that opens a partner, and says so.
    """
    thorough = len(alone) <= MOST_EXPLAINED and len(encoded) <= MOST_SOLVED
    helps = _Placement(encoded, solution, trios, alone) if thorough else None
    return [_explain(encoded, solution, row, helps) for row in alone]


def _explain(encoded: Encoded, solution: Solution, row: int, helps: _Placement | None) -> Unplaced:
    a = encoded.arrays
    mask, lesser = broken(a, row)
    minimum = solution.minimum
    scores = score_rows(a, row, row + 1)[0]
    eligible = int((scores != INELIGIBLE).sum())
    others = mask[np.arange(len(encoded)) != row]
    excludes = tuple(
        (c, count) for c in range(len(a.shape)) if (count := int(((others >> c) & 1).sum()))
    )
    reason = "all_taken"
    if len(encoded) == 1:
        reason = "alone"
    elif eligible == 0:
        reason = "ask" if _was_not_asked(encoded, row) else "nobody_fits"
    elif minimum and not (scores >= minimum).any():
        reason = "below_minimum"
    relaxation = None
    for relaxed in _relaxations(mask):
        opened = np.flatnonzero((mask & ~relaxed) == 0)
        places = helps is not None and helps(row, opened)
        if places or helps is None:
            which = tuple(c for c in range(len(a.shape)) if relaxed >> c & 1)
            nearest = tuple(_nearest(a, c, row, opened, lesser) for c in which)
            fresh = int((mask[opened] != 0).sum())
            relaxation = Relaxation(which, fresh, nearest, places)
            break
    return Unplaced(encoded.pool.ids[row], reason, eligible, excludes, relaxation)


def _nearest(
    a: Arrays, c: int, row: int, opened: NDArray[np.int64], lesser: NDArray[np.int64]
) -> int:
    """How near the nearest of those opened comes: a distance in thousandths, or a benefit."""
    if a.shape[c] == Shape.NUMBER:
        numbers = a.numbers[a.slot[c]]
        answered = opened[a.gives[c, opened] == 1]
        if len(answered) and a.takes[c, row]:
            return int(np.abs(numbers[answered] - numbers[row]).min())
    return int(lesser[c, opened].max())


def _was_not_asked(encoded: Encoded, row: int) -> bool:
    """True if the person left out an answer that a must-have with missing = "ask" needs."""
    a = encoded.arrays
    return any(
        c.missing == "ask" and a.asks[k, row] and not (a.takes[k, row] and a.gives[k, row])
        for k, c in enumerate(encoded.policy.criteria)
    )


def _relaxations(mask: NDArray[np.int64]) -> Iterator[int]:
    """Sets of must-haves that open somebody, smallest first, then those that open more."""
    possible = mask[(mask & NEVER) == 0]
    sets, counts = np.unique(possible[possible != 0], return_counts=True)
    ranked = zip(sets.tolist(), counts.tolist(), strict=True)
    for relaxed, _count in sorted(ranked, key=lambda s: (s[0].bit_count(), -s[1], s[0])):
        yield relaxed


class _Placement:
    """Would opening some partners place a person, without unplacing another?"""

    def __init__(
        self, encoded: Encoded, solution: Solution, trios: Sequence[Trio], alone: Sequence[int]
    ) -> None:
        self.encoded = encoded
        self.minimum = solution.minimum
        self.alone = set(alone)
        taken = {row for trio in trios for row in trio.pair}
        joinable = encoded.policy.objective.trios
        self.pairs = [p for p in solution.pairs if joinable and not taken & set(p)]
        self.solution = solution
        self._edges: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None
        self._most = -1

    def __call__(self, row: int, opened: NDArray[np.int64]) -> bool:
        partners = set(opened.tolist()) - {row}
        if partners & self.alone:
            return True
        if any(a in partners and b in partners for a, b in self.pairs):
            return True
        if self.encoded.policy.objective.place == "best":
            return bool(partners)
        return self._matched(row, partners) > self._matched(row, set())

    def _matched(self, row: int, partners: set[int]) -> int:
        """Most people in pairs when `row` may also be with `partners`."""
        if not partners and self._most >= 0:
            return self._most
        left, right = self._all_edges()
        known = set(zip(left.tolist(), right.tolist(), strict=True))
        extra = [(min(row, p), max(row, p)) for p in sorted(partners)]
        extra = [pair for pair in extra if pair not in known]
        ends = np.array(extra or np.zeros((0, 2)), np.int32).reshape(-1, 2)
        left, right = np.append(left, ends[:, 0]), np.append(right, ends[:, 1])
        matching = maximum_weight_matching(
            len(self.encoded), left, right, np.ones(len(left), np.int64)
        )
        most = int((matching.mate >= 0).sum())
        if not partners:
            self._most = most
        return most

    def _all_edges(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        if self._edges is None:
            locked = {row for pair in self.encoded.locks for row in pair}
            lefts, rights = [], []
            for begin, end in ranges(len(self.encoded), 1000):
                scores = score_rows(self.encoded.arrays, begin, end)
                i, j = np.nonzero(scores >= max(0, self.minimum))
                keep = i + begin < j
                lefts.append(i[keep] + begin)
                rights.append(j[keep])
            left, right = np.concatenate(lefts), np.concatenate(rights)
            free = ~np.isin(left, list(locked)) & ~np.isin(right, list(locked))
            self._edges = left[free].astype(np.int32), right[free].astype(np.int32)
        return self._edges


Words = Callable[[Unplaced], tuple[str, str]]


def unplaced_in_words(encoded_policy_names: Sequence[str]) -> Words:
    """English sentences for the reason and the relaxation of an unplaced person."""
    names = encoded_policy_names

    def words(u: Unplaced) -> tuple[str, str]:
        reason = _REASONS[u.reason]
        if u.reason == "nobody_fits" and u.excludes:
            top = sorted(u.excludes, key=lambda e: -e[1])[:3]
            parts = [f"'{names[c]}' shuts out {count}" for c, count in top]
            reason += ": " + ", ".join(parts)
        if u.relaxation is None:
            return reason, ""
        which = " and ".join(f"'{names[c]}'" for c in u.relaxation.criteria)
        sure = "would place them" if u.relaxation.places else "would open partners"
        return reason, f"without {which} ({u.relaxation.opens} people), which {sure}"

    return words


_REASONS = {
    "alone": "nobody else is in the pool",
    "ask": "an answer that a must-have needs is missing; ask for it",
    "nobody_fits": "nobody meets every must-have",
    "below_minimum": "nobody reaches the minimum score",
    "left_over": "no circle of the sizes asked for had room that its must-haves allow",
    "all_taken": "everybody who fits has a partner whose leaving would place fewer or suit less",
}


def nearest_miss(criterion_kind: str, settings: dict[str, object], nearest: int) -> str:
    """How near the nearest miss came, in words: ``7 apart instead of 5``; empty where they add
    nothing. `nearest` is that of `Relaxation`."""
    if criterion_kind == "close":
        tolerance = float(str(settings["tolerance"]))
        return _("{nearest:g} apart instead of {tolerance:g}").format(
            nearest=nearest / 1000, tolerance=tolerance
        )
    if criterion_kind == "schedule":
        enough = float(str(settings["minutes"]))
        return _("{shared:g} shared minutes instead of {enough:g}").format(
            shared=enough * nearest / ONE, enough=enough
        )
    return ""
