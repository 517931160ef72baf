"""Building circles and making them better: greedy growth, then annealed swaps and moves.

Finding the best circles is NP-hard (already three to a circle without wishes is). Proposals are
drawn from each person's best partners, so few are wasted; the number of steps is fixed by the
number of people, and the random numbers by a seed, so the same people give the same circles.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.circles.table import Table
from peerloom.matching.circles.worth import MAY_NOT, Places, worth, worth_of
from peerloom.matching.compiled import Whole, kernel

HOT, COLD = 90_000.0, 2_500.0  # millionths that a step may cost, at the start and the end


@kernel
def grow(
    t: Table, order: Places, near: Places, least: int, most: int, targets: Places
) -> tuple[Places, Places]:
    """First circles: each grows from the next person not placed by whoever adds most.

    Parameters
    ----------
    order
        Who begins or is left over last: places, the most urgent first.
    near : int64 array, shape (m, k)
        Best partners of each, -1 filled.
    targets
        Sizes to aim at.

    Returns
    -------
    int64 array, shape (circles, most)
        Members, -1 filled.
    int64 array, shape (circles,)
        Sizes; 0 for circles that could not be filled.
    """
    m = t.score.shape[0]
    circles = targets.shape[0]
    members = np.full((circles, most), -1, np.int64)
    sizes = np.zeros(circles, np.int64)
    placed = np.zeros(m, np.bool_)
    at = 0
    for g in range(circles):
        while at < m and placed[order[at]]:
            at += 1
        if at == m:
            break
        first = at
        # The next one begins; where no circle can be made of them, the one after.
        while first < m:
            if not placed[order[first]]:
                members[g, 0] = order[first]
                size = _fill(t, members[g], 1, targets[g], placed, near)
                if size >= least:
                    sizes[g] = size
                    for x in range(size):
                        placed[members[g, x]] = True
                    break
                members[g, :] = -1
            first += 1
        if sizes[g] == 0:
            break
    return members, sizes


@kernel
def _fill(
    t: Table, circle: Places, size: int, target: int, placed: NDArray[np.bool_], near: Places
) -> Whole:
    """Add whoever adds most until the circle has its size, or nobody fits."""
    m, k = near.shape
    while size < target:
        best, who = np.int64(MAY_NOT), np.int64(-1)
        for wide in range(2):
            # Among partners of those in it first; among all where none of them is free.
            for x in range(size if wide == 0 else 1):
                for y in range(k if wide == 0 else m):
                    j = near[circle[x], y] if wide == 0 else np.int64(y)
                    if j < 0 or placed[j] or _within(circle, size, j):
                        continue
                    circle[size] = j
                    # Company may come with the next; only a full circle must have it.
                    value = (
                        worth(t, circle, size + 1)
                        if size + 1 == target
                        else _pairs(t, circle, size, j)
                    )
                    if value > best:
                        best, who = value, j
            if who >= 0:
                break
        if who < 0:
            circle[size] = -1
            break
        circle[size] = who
        size += 1
    return size if size > 1 and worth(t, circle, size) != MAY_NOT else np.int64(0)


@kernel
def _pairs(t: Table, circle: Places, size: int, j: int) -> Whole:
    """Scores of j with all in the circle, added up; `MAY_NOT` where one may not be."""
    total = np.int64(0)
    for x in range(size):
        s = t.score[circle[x], j]
        if s < 0:
            return np.int64(MAY_NOT)
        total += s
    return total


@kernel
def _within(circle: Places, size: int, j: int) -> Whole:
    return (circle[:size] == j).any()


@kernel(inline="always")
def _random(state: Any) -> Whole:
    """Next number of an xorshift generator (Marsaglia 2003), 0 or more."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return np.int64(x >> np.uint64(1))


@kernel
def anneal(
    t: Table,
    members: Places,
    sizes: Places,
    near: Places,
    least: int,
    most: int,
    begin: int,
    end: int,
    steps: int,
    state: NDArray[np.uint64],
) -> Whole:
    """Make circles better by steps [begin, end) of `steps`; return their total worth.

    A step swaps a person with one of the circle of a good partner, moves them there, or places
    somebody left over; worse is taken with the chance that its cost and the temperature give
    (Kirkpatrick, Gelatt, Vecchi 1983).
    """
    m, k = near.shape
    circles = sizes.shape[0]
    where, seat = np.full(m, -1, np.int64), np.full(m, -1, np.int64)
    now, total = np.zeros(circles, np.int64), np.zeros(circles, np.int64)
    # What each person's scores in their circle add up to: a step then reads only the new ones.
    own = np.zeros(m, np.int64)
    for g in range(circles):
        for x in range(sizes[g]):
            i = members[g, x]
            where[i], seat[i] = g, x
            own[i] = _scores(t, members[g], sizes[g], i, x)
            total[g] += own[i]
        total[g] //= 2
        if sizes[g] > 1:
            now[g] = worth(t, members[g], sizes[g])
    one, two = np.empty(most, np.int64), np.empty(most, np.int64)
    for step in range(begin, end):
        heat = HOT * (COLD / HOT) ** (step / steps)
        i = _random(state) % m
        g = where[i]
        j = near[i, _random(state) % k] if _random(state) % 8 else _random(state) % m
        h = where[j] if j >= 0 else np.int64(-1)
        if h < 0 or h == g:
            continue
        size_h = sizes[h]
        two[:size_h] = members[h, :size_h]
        if g < 0:
            # Left over: joins, or takes a place that another then looks for.
            if size_h == most:
                continue
            joined = _scores(t, two, size_h, i, -1)
            if joined < 0:
                continue
            two[size_h] = i
            after = worth_of(t, two, size_h + 1, total[h] + joined)
            if after != MAY_NOT:
                members[h, size_h], where[i], seat[i] = i, h, size_h
                sizes[h] += 1
                now[h] = after
                total[h] = _count_again(t, members[h], sizes[h], own)
            continue
        size_g, x = sizes[g], seat[i]
        one[:size_g] = members[g, :size_g]
        if size_g > least and size_h < most and _random(state) % 4 == 0:
            joined = _scores(t, two, size_h, i, -1)
            if joined < 0:
                continue
            one[x] = one[size_g - 1]
            two[size_h] = i
            left = worth_of(t, one, size_g - 1, total[g] - own[i])
            if left == MAY_NOT:
                continue
            right = worth_of(t, two, size_h + 1, total[h] + joined)
            if right == MAY_NOT:
                continue
            if not _taken(left + right - now[g] - now[h], heat, state):
                continue
            last = members[g, size_g - 1]
            members[g, x], seat[last] = last, x
            members[g, size_g - 1] = -1
            members[h, size_h], where[i], seat[i] = i, h, size_h
            sizes[g] -= 1
            sizes[h] += 1
            now[g], now[h] = left, right
            total[g] = _count_again(t, members[g], sizes[g], own)
            total[h] = _count_again(t, members[h], sizes[h], own)
            continue
        y = _random(state) % size_h
        if members[h, y] == j and size_h > 1:
            # The good partner stays, to be met.
            y = (y + 1) % size_h
        other = members[h, y]
        comes = _scores(t, two, size_h, i, y)
        if comes < 0:
            continue
        goes = _scores(t, one, size_g, other, x)
        if goes < 0:
            continue
        one[x], two[y] = other, i
        left = worth_of(t, one, size_g, total[g] - own[i] + goes)
        if left == MAY_NOT:
            continue
        right = worth_of(t, two, size_h, total[h] - own[other] + comes)
        if right == MAY_NOT:
            continue
        if _taken(left + right - now[g] - now[h], heat, state):
            members[g, x], members[h, y] = other, i
            where[i], seat[i], where[other], seat[other] = h, y, g, x
            now[g], now[h] = left, right
            total[g] = _count_again(t, members[g], size_g, own)
            total[h] = _count_again(t, members[h], size_h, own)
    return now.sum()


@kernel
def _scores(t: Table, circle: Places, size: int, i: int, but: int) -> Whole:
    """Scores of i with all in the circle but one seat, added up; `MAY_NOT` where one may not be."""
    total = np.int64(0)
    for x in range(size):
        if x == but:
            continue
        s = t.score[i, circle[x]]
        if s < 0:
            return np.int64(MAY_NOT)
        total += s
    return total


@kernel
def _count_again(t: Table, circle: Places, size: int, own: Places) -> Whole:
    """Each member's scores in the circle, into `own`; returns what all pairs add up to."""
    total = np.int64(0)
    for x in range(size):
        own[circle[x]] = _scores(t, circle, size, circle[x], x)
        total += own[circle[x]]
    return total // 2


@kernel(inline="always")
def _taken(gain: int, heat: float, state: Any) -> Whole:
    if gain >= 0:
        return True
    return np.exp(gain / heat) * 1e9 > _random(state) % 1_000_000_000
