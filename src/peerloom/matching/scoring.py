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

TILE = 1024
INELIGIBLE = -1
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


@kernel(inline="always")
def _popcount(x: np.uint64) -> np.uint64:
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (x * np.uint64(0x0101010101010101)) >> np.uint64(56)


@kernel
def benefits(
    a: Arrays,
    c: int,
    i: int,
    begin: int,
    end: int,
    to_i: NDArray[np.int64],
    to_j: NDArray[np.int64],
) -> None:
    """Benefit of each j in [begin, end) to i, and of i to j, on criterion c, in millionths."""
    k = a.slot[c]
    shape = a.shape[c]
    if shape == _CHOICE:
        code = a.codes[k, i]
        for j in range(begin, end):
            b = a.tables[k, 0] if a.codes[k, j] == code else a.tables[k, 1]
            to_i[j - begin] = b
            to_j[j - begin] = b
    elif shape == _NUMBER:
        mine = a.numbers[k, i]
        span = 2 * a.tolerance[k]
        for j in range(begin, end):
            distance = abs(a.numbers[k, j] - mine)
            b = np.int64(0)
            if distance == 0:
                b = np.int64(ONE)
            elif distance < span:
                b = ONE * (span - distance) // span
            to_i[j - begin] = b
            to_j[j - begin] = b
    elif shape == _SETS:
        words = a.left.shape[2]
        for j in range(begin, end):
            gets = np.uint64(0)
            serves = np.uint64(0)
            for w in range(words):
                gets += _popcount(a.left[k, i, w] & a.right[k, j, w])
                serves += _popcount(a.left[k, j, w] & a.right[k, i, w])
            to_i[j - begin] = np.int64(gets) * ONE // max(1, a.counts[k, i])
            to_j[j - begin] = np.int64(serves) * ONE // max(1, a.counts[k, j])
    elif shape == _WEEK:
        for j in range(begin, end):
            poorest = a.enough[k]
            for week in range(a.weeks[k]):
                shared = np.uint64(0)
                for w in range(week * WORDS_A_WEEK, (week + 1) * WORDS_A_WEEK):
                    shared += _popcount(a.week[k, i, w] & a.week[k, j, w])
                poorest = min(poorest, np.int64(shared))
            b = poorest * ONE // a.enough[k]
            to_i[j - begin] = b
            to_j[j - begin] = b
    elif shape == _VECTOR:
        size = a.vectors.shape[2]
        for j in range(begin, end):
            dot = np.int64(0)
            for d in range(size):
                dot += np.int64(a.vectors[k, i, d]) * np.int64(a.vectors[k, j, d])
            b = min(np.int64(ONE), max(np.int64(0), dot))
            to_i[j - begin] = b
            to_j[j - begin] = b
    else:
        for j in range(begin, end):
            to_i[j - begin] = _listed(a, k, i, j)
            to_j[j - begin] = _listed(a, k, j, i)


@kernel
def _listed(a: Arrays, k: int, i: int, j: int) -> Whole:
    """Benefit of j on i's own list (sorted by the other's row)."""
    low, high = a.list_start[k, i], a.list_start[k, i + 1]
    while low < high:
        middle = (low + high) // 2
        if a.list_other[middle] < j:
            low = middle + 1
        else:
            high = middle
    if low < a.list_start[k, i + 1] and a.list_other[low] == j:
        return a.list_benefit[low]
    return np.int64(0)


@kernel
def holds(a: Arrays, c: int, i: int, j: int, benefit: int) -> Whole:
    """True if criterion c, where it is a must-have of i, is met by j."""
    if not a.asks[c, i]:
        return True
    if a.takes[c, i] and a.gives[c, j]:
        return benefit >= a.threshold[c]
    return not a.strict[c]


@kernel
def score_tile(
    a: Arrays,
    i: int,
    begin: int,
    end: int,
    u_i: NDArray[np.int64],
    u_j: NDArray[np.int64],
    score: NDArray[np.int64],
    to_i: NDArray[np.int64],
    to_j: NDArray[np.int64],
) -> None:
    """Satisfactions and scores of i with each j in [begin, end); -1 where a must-have fails.

    All arrays have room for ``end - begin``; `to_i` and `to_j` are scratch.
    """
    size = end - begin
    for x in range(size):
        u_i[x] = 0
        u_j[x] = 0
        score[x] = 0 if a.active[begin + x] else INELIGIBLE
    if not a.active[i]:
        score[:size] = INELIGIBLE
        return
    if begin <= i < end:
        score[i - begin] = INELIGIBLE
    total = np.int64(0)
    for c in range(a.shape.shape[0]):
        weight = a.weight[c]
        total += weight
        benefits(a, c, i, begin, end, to_i, to_j)
        for x in range(size):
            j = begin + x
            if a.demands[c] and (not holds(a, c, i, j, to_i[x]) or not holds(a, c, j, i, to_j[x])):
                score[x] = INELIGIBLE
            known = a.takes[c, i] and a.gives[c, j]
            u_i[x] += weight * (to_i[x] if known else a.mean[c])
            known = a.takes[c, j] and a.gives[c, i]
            u_j[x] += weight * (to_j[x] if known else a.mean[c])
    for x in range(size):
        if total > 0:
            u_i[x] //= total
            u_j[x] //= total
        else:
            # Must-haves alone: whoever meets them all suits.
            u_i[x] = ONE
            u_j[x] = ONE
        if score[x] != INELIGIBLE:
            score[x] = _mean(a.reciprocal[0], u_i[x], u_j[x])
    for k in range(a.never_start[i], a.never_start[i + 1]):
        j = a.never_other[k]
        if begin <= j < end:
            score[j - begin] = INELIGIBLE


@kernel
def room(size: int) -> tuple[Row, Row, Row, Row, Row]:
    """Arrays that `score_tile` writes to: satisfactions of i and j, score, and two of scratch."""
    return (
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
    )


@kernel(inline="always")
def _mean(kind: int, x: int, y: int) -> Whole:
    if kind == 1:
        return min(x, y)
    if kind == 2:
        return (x + y) // 2
    return 2 * x * y // (x + y) if x + y > 0 else np.int64(0)


@kernel
def score_pairs(a: Arrays, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Score and both satisfactions of given pairs: int64, shape (pairs, 3)."""
    found = np.empty((left.shape[0], 3), np.int64)
    u_i, u_j, score, s1, s2 = room(1)
    for p in range(left.shape[0]):
        j = right[p]
        score_tile(a, left[p], j, j + 1, u_i, u_j, score, s1, s2)
        found[p, 0] = score[0]
        found[p, 1] = u_i[0]
        found[p, 2] = u_j[0]
    return found


@kernel
def score_rows(a: Arrays, begin: int, end: int) -> NDArray[np.int32]:
    """Scores of people [begin, end) with everybody: int32, shape (end - begin, n)."""
    n = a.active.shape[0]
    found = np.empty((end - begin, n), np.int32)
    u_i, u_j, score, s1, s2 = room(TILE)
    for i in range(begin, end):
        for j in range(0, n, TILE):
            stop = min(n, j + TILE)
            score_tile(a, i, j, stop, u_i, u_j, score, s1, s2)
            for x in range(stop - j):
                found[i - begin, j + x] = score[x]
    return found


@kernel
def sociable(a: Arrays) -> NDArray[np.bool_]:
    """Who has at least one eligible partner; stops at the first."""
    n = a.active.shape[0]
    found = np.zeros(n, np.bool_)
    u_i, u_j, score, s1, s2 = room(TILE)
    for i in range(n):
        for j in range(0, n, TILE):
            if found[i]:
                break
            stop = min(n, j + TILE)
            score_tile(a, i, j, stop, u_i, u_j, score, s1, s2)
            for x in range(stop - j):
                if score[x] != INELIGIBLE:
                    found[i] = True
                    found[j + x] = True
                    break
    return found


@kernel
def mean_benefit(a: Arrays, c: int, people: NDArray[np.int64]) -> Whole:
    """Mean benefit of a criterion over the ordered pairs of these people that answered it."""
    total = np.int64(0)
    pairs = np.int64(0)
    to_i, to_j = np.empty(1, np.int64), np.empty(1, np.int64)
    for p in range(people.shape[0]):
        i = people[p]
        for q in range(p + 1, people.shape[0]):
            j = people[q]
            forth = a.takes[c, i] and a.gives[c, j]
            back = a.takes[c, j] and a.gives[c, i]
            if not (forth or back):
                continue
            benefits(a, c, i, j, j + 1, to_i, to_j)
            if forth:
                total += to_i[0]
                pairs += 1
            if back:
                total += to_j[0]
                pairs += 1
    return total // pairs if pairs > 0 else np.int64(ONE // 2)
