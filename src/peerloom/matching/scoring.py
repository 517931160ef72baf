"""From a pool and a policy to integer scores of pairs, and whether a pair may be at all.

Everything is an integer, in millionths, so that every machine agrees to the last digit:
satisfaction ``u = sum(w b) // sum(w)``, pair score a reciprocal mean of the two satisfactions
(harmonic by default: Pizzato et al. 2010, RECON). A pair that breaks a must-have scores -1.

No array of all pairs is ever made: rows are scored against tiles of columns.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.criteria import ONE, Shape

Row = NDArray[np.int64]
Words = NDArray[np.uint64]

TILE = 1024
INELIGIBLE = -1
ALL_CRITERIA = 1 << 30
WORDS_A_WEEK = 11

_CHOICE, _NUMBER, _SETS, _WEEK, _VECTOR = (
    int(s) for s in (Shape.CHOICE, Shape.NUMBER, Shape.SETS, Shape.WEEK, Shape.VECTOR)
)


class Arrays(NamedTuple):
    """A pool under a policy, as the compiled loops read it: c criteria, n people.

    `slot[c]` is the place of criterion c in the stack of its shape.
    """

    shape: NDArray[np.int64]
    slot: NDArray[np.int64]
    gives: NDArray[np.uint8]  # (c, n)
    takes: NDArray[np.uint8]  # (c, n)
    asks: NDArray[np.uint8]  # (c, n) whose must-have it is
    demands: NDArray[np.uint8]  # (c,)
    threshold: NDArray[np.int64]
    strict: NDArray[np.uint8]  # a missing answer breaks the must-have
    weight: NDArray[np.int64]  # thousandths
    mean: NDArray[np.int64]
    codes: NDArray[np.int32]  # (stack, n)
    tables: NDArray[np.int64]  # (stack, 2): benefit when equal, when not
    numbers: NDArray[np.int64]
    tolerance: NDArray[np.int64]
    left: NDArray[np.uint64]  # (stack, n, words)
    right: NDArray[np.uint64]
    counts: NDArray[np.int64]
    week: NDArray[np.uint64]
    weeks: NDArray[np.int64]
    enough: NDArray[np.int64]
    vectors: NDArray[np.int16]  # (stack, n, d)
    list_start: NDArray[np.int64]  # (stack, n + 1)
    list_other: NDArray[np.int64]
    list_benefit: NDArray[np.int64]
    never_start: NDArray[np.int64]  # (n + 1,) pairs that may not be, by row
    never_other: NDArray[np.int64]
    active: NDArray[np.uint8]  # (n,) in the pool of this solve
    reciprocal: NDArray[np.int64]  # (1,)


class Desk(NamedTuple):
    """What scoring writes to."""

    u_i: Row  # satisfaction of i
    u_j: Row  # and of the other
    score: Row
    to_i: Row  # benefits of the last criterion
    to_j: Row


@kernel
def desk(size: int) -> Desk:
    """A desk for `size` people."""
    return Desk(
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
    )


@kernel(inline="always")
def popcount(x: np.uint64) -> np.uint64:
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (x * np.uint64(0x0101010101010101)) >> np.uint64(56)


@kernel
def _listed(start: Row, other: Row, benefit: Row, i: int, j: int) -> Whole:
    """Benefit of j on i's own list (sorted by the other's row)."""
    low, high = start[i], start[i + 1]
    while low < high:
        middle = (low + high) // 2
        if other[middle] < j:
            low = middle + 1
        else:
            high = middle
    if low < start[i + 1] and other[low] == j:
        return benefit[low]
    return np.int64(0)


@kernel
def _shared(mine: Words, theirs: Words) -> Whole:
    """Bits that both have."""
    count = np.uint64(0)
    for w in range(mine.shape[0]):
        count += popcount(mine[w] & theirs[w])
    return np.int64(count)


@kernel
def _dot(mine: NDArray[np.int16], theirs: NDArray[np.int16]) -> Whole:
    total = np.int64(0)
    for d in range(mine.shape[0]):
        total += np.int64(mine[d]) * np.int64(theirs[d])
    return total


@kernel
def holds(a: Arrays, c: int, i: int, j: int, benefit: int) -> Whole:
    """True if criterion c, where it is a must-have of i, is met by j."""
    if not a.asks[c, i]:
        return True
    if a.takes[c, i] and a.gives[c, j]:
        return benefit >= a.threshold[c]
    return not a.strict[c]


@kernel
def score_some(a: Arrays, i: int, others: Row, first: int, last: int, d: Desk) -> None:
    """Satisfactions and scores of i with some others; -1 where a must-have fails.

    Parameters
    ----------
    others : int64 array, shape (k,)
        Rows to score with i; k is at most the desk's size.
    first, last
        Criteria that count; afterwards ``d.to_i`` and ``d.to_j`` have the benefits of the last one,
        as if nobody had left it out. `ALL_CRITERIA` for the whole policy.
    d
        Where the answers are written: ``d.u_i``, ``d.u_j``, ``d.score``.
    """
    size = others.shape[0]
    u_i, u_j, score = d.u_i[:size], d.u_j[:size], d.score[:size]
    to_i, to_j = d.to_i[:size], d.to_j[:size]
    u_i[:] = 0
    u_j[:] = 0
    for x in range(size):
        j = others[x]
        score[x] = 0 if a.active[j] and a.active[i] and j != i else INELIGIBLE
    total = np.int64(0)
    # One body for all: handing the arrays to a function of its own costs more than the work.
    for c in range(first, min(last, a.shape.shape[0])):
        k, shape, weight = a.slot[c], a.shape[c], a.weight[c]
        total += weight
        if shape == _CHOICE:
            for x in range(size):
                b = a.tables[k, 0] if a.codes[k, others[x]] == a.codes[k, i] else a.tables[k, 1]
                to_i[x], to_j[x] = b, b
        elif shape == _NUMBER:
            span = 2 * a.tolerance[k]
            for x in range(size):
                distance = abs(a.numbers[k, others[x]] - a.numbers[k, i])
                b = np.int64(0)
                if distance == 0:
                    b = np.int64(ONE)
                elif distance < span:
                    b = ONE * (span - distance) // span
                to_i[x], to_j[x] = b, b
        elif shape == _SETS:
            for x in range(size):
                j = others[x]
                to_i[x] = _shared(a.left[k, i], a.right[k, j]) * ONE // max(1, a.counts[k, i])
                to_j[x] = _shared(a.left[k, j], a.right[k, i]) * ONE // max(1, a.counts[k, j])
        elif shape == _WEEK:
            for x in range(size):
                poorest = a.enough[k]
                for week in range(a.weeks[k]):
                    begin = week * WORDS_A_WEEK
                    mine = a.week[k, i, begin : begin + WORDS_A_WEEK]
                    theirs = a.week[k, others[x], begin : begin + WORDS_A_WEEK]
                    poorest = min(poorest, _shared(mine, theirs))
                b = poorest * ONE // a.enough[k]
                to_i[x], to_j[x] = b, b
        elif shape == _VECTOR:
            for x in range(size):
                dot = _dot(a.vectors[k, i], a.vectors[k, others[x]])
                b = min(np.int64(ONE), max(np.int64(0), dot))
                to_i[x], to_j[x] = b, b
        else:
            for x in range(size):
                j = others[x]
                to_i[x] = _listed(a.list_start[k], a.list_other, a.list_benefit, i, j)
                to_j[x] = _listed(a.list_start[k], a.list_other, a.list_benefit, j, i)
        i_takes, i_gives = a.takes[c, i], a.gives[c, i]
        if a.demands[c]:
            threshold, strict = a.threshold[c], a.strict[c]
            for x in range(size):
                j = others[x]
                if a.asks[c, i] and (to_i[x] < threshold if i_takes and a.gives[c, j] else strict):
                    score[x] = INELIGIBLE
                if a.asks[c, j] and (to_j[x] < threshold if i_gives and a.takes[c, j] else strict):
                    score[x] = INELIGIBLE
        mean = a.mean[c]
        for x in range(size):
            u_i[x] += weight * (to_i[x] if i_takes and a.gives[c, others[x]] else mean)
            u_j[x] += weight * (to_j[x] if i_gives and a.takes[c, others[x]] else mean)
    for x in range(size):
        # Must-haves alone: whoever meets them all suits.
        u_i[x] = u_i[x] // total if total > 0 else ONE
        u_j[x] = u_j[x] // total if total > 0 else ONE
        if score[x] != INELIGIBLE:
            score[x] = _mean(a.reciprocal[0], u_i[x], u_j[x])
    for n in range(a.never_start[i], a.never_start[i + 1]):
        for x in range(size):
            if others[x] == a.never_other[n]:
                score[x] = INELIGIBLE


@kernel(inline="always")
def _mean(kind: int, x: int, y: int) -> Whole:
    if kind == 1:
        return min(x, y)
    if kind == 2:
        return (x + y) // 2
    return 2 * x * y // (x + y) if x + y > 0 else np.int64(0)


@kernel
def score_pairs(a: Arrays, left: Row, right: Row) -> Row:
    """Score and both satisfactions of given pairs: int64, shape (pairs, 3)."""
    found = np.empty((left.shape[0], 3), np.int64)
    d = desk(1)
    for p in range(left.shape[0]):
        score_some(a, left[p], right[p : p + 1], 0, ALL_CRITERIA, d)
        found[p, 0], found[p, 1], found[p, 2] = d.score[0], d.u_i[0], d.u_j[0]
    return found


@kernel
def score_rows(a: Arrays, begin: int, end: int) -> NDArray[np.int32]:
    """Scores of people [begin, end) with everybody: int32, shape (end - begin, n)."""
    n = a.active.shape[0]
    found = np.empty((end - begin, n), np.int32)
    d = desk(n)
    everybody = np.arange(n)
    for i in range(begin, end):
        score_some(a, i, everybody, 0, ALL_CRITERIA, d)
        for j in range(n):
            found[i - begin, j] = d.score[j]
    return found


def must_haves(a: Arrays) -> Arrays:
    """The same people under the must-haves alone: a pair scores `ONE` or -1."""
    c = np.flatnonzero(a.demands)
    return a._replace(
        shape=a.shape[c],
        slot=a.slot[c],
        gives=a.gives[c],
        takes=a.takes[c],
        asks=a.asks[c],
        demands=a.demands[c],
        threshold=a.threshold[c],
        strict=a.strict[c],
        weight=np.zeros(len(c), np.int64),
        mean=a.mean[c],
    )


@kernel
def benefits(a: Arrays, c: int, i: int, others: Row) -> tuple[Row, Row]:
    """Benefit of each other to i, and of i to each, on criterion c: millionths.

    As if nobody had left it out.
    """
    d = desk(others.shape[0])
    score_some(a, i, others, c, c + 1, d)
    return d.to_i, d.to_j


@kernel
def sociable(a: Arrays) -> NDArray[np.bool_]:
    """Who has at least one eligible partner; stops at the first."""
    n = a.active.shape[0]
    found = np.zeros(n, np.bool_)
    d = desk(TILE)
    everybody = np.arange(n)
    for i in range(n):
        j, width = 0, 16
        while j < n and not found[i]:
            others = everybody[j : j + width]
            j, width = j + width, min(TILE, 4 * width)
            score_some(a, i, others, 0, ALL_CRITERIA, d)
            for x in range(others.shape[0]):
                if d.score[x] != INELIGIBLE:
                    found[i] = True
                    found[others[x]] = True
                    break
    return found


@kernel
def mean_benefit(a: Arrays, c: int, people: Row) -> Whole:
    """Mean benefit of a criterion over the ordered pairs of these people that answered it."""
    total = np.int64(0)
    pairs = np.int64(0)
    d = desk(people.shape[0])
    for p in range(people.shape[0]):
        i = people[p]
        others = people[p + 1 :]
        score_some(a, i, others, c, c + 1, d)
        for x in range(others.shape[0]):
            if a.takes[c, i] and a.gives[c, others[x]]:
                total += d.to_i[x]
                pairs += 1
            if a.takes[c, others[x]] and a.gives[c, i]:
                total += d.to_j[x]
                pairs += 1
    return total // pairs if pairs > 0 else np.int64(ONE // 2)
