"""Prices that bound circles well: the dual of `bound`, brought down by smoothed gradient steps.

Each pair's part ``max(0, t)`` is smoothed to ``T log(1 + exp(t / T))`` (Nesterov 2005) and the
temperature T falls; steps are scaled for each price by what its gradient was (Adam, Kingma and Ba
2015). Whatever comes out is a bound, so no precision is asked of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.circles.bound import Wants, met, wants_of
from peerloom.matching.circles.table import Table
from peerloom.matching.compiled import kernel
from peerloom.matching.scoring import Row

NEAR = 60  # partners of each person that are looked at all the time, by two measures
STEPS = 700
FIRST_STEP, LAST_STEP = 12_000.0, 120.0  # millionths
HOT, COLD = 20_000.0, 400.0

Floats = NDArray[np.float64]


class Pairs(NamedTuple):
    """Pairs looked at: places, doubled score, and the wants each meets."""

    one: Row
    other: Row
    score2: Floats
    start: Row  # (pairs + 1,) of `want`
    want: Row


def good_prices(t: Table, least: int, most: int) -> Row:
    """Prices for `bound.upper_bound`, of the people of a table: y, v, then m of each want."""
    w = wants_of(t.wants, t.offers)
    m = len(t.score)
    if m < 2:
        return np.zeros(2 * m + len(w.worth), np.int64)
    prices = _begin(t, w, least, most)
    pairs = _pairs(w, t.score, _near(t, w, least))
    for steps in (STEPS, STEPS // 3):
        prices = _descend(pairs, w.worth.astype(np.float64), prices, m, least, most, steps)
        missing = _missing(t, w, prices, least, most)
        known = pairs.one * m + pairs.other
        keys = np.union1d(known, missing)
        if len(keys) == len(known):
            break
        pairs = _pairs(w, t.score, keys)
    whole = np.maximum(0, np.rint(prices).astype(np.int64))
    whole[2 * m :] = np.minimum(whole[2 * m :], w.worth)
    return whole


def _begin(t: Table, w: Wants, least: int, most: int) -> Floats:
    """Prices to begin from: each person's own good partner, half of each want."""
    m = len(t.score)
    few = min(m - 1, most)
    best = np.sort(np.partition(t.score, m - few, axis=1)[:, m - few :], axis=1)
    y = np.maximum(0, best[:, 0]).astype(np.float64)
    return np.concatenate([y, np.zeros(m), w.worth / 2])


@kernel
def _potential(w: Wants, score: Row, x: int, share: int, found: Row, room: Row) -> None:
    """What each pair of x may add at most: its score and all wants it meets."""
    for y in range(score.shape[0]):
        found[y] = -1
        if score[y] >= 0 and y != x:
            found[y] = 2 * score[y] // share
            for k in range(met(w, x, y, room)):
                found[y] += w.worth[room[k]]
            for k in range(met(w, y, x, room)):
                found[y] += w.worth[room[k]]


def _near(t: Table, w: Wants, least: int) -> Row:
    """Keys of pairs that are best for one of the two, by score or by score and wants."""
    m = len(t.score)
    k = min(NEAR, m - 1)
    found, room = (
        np.empty(m, np.int64),
        np.empty(64 * w.wants.shape[0] * w.wants.shape[2] + 1, np.int64),
    )
    keys = []
    for x in range(m):
        mine = t.score[x].astype(np.int64)
        _potential(w, mine, x, least - 1, found, room)
        for by in (found, np.where(found >= 0, mine, -1)):
            best = np.argpartition(-by, k - 1)[:k]
            best = best[by[best] >= 0]
            keys.append(np.minimum(best, x) * m + np.maximum(best, x))
    return np.unique(np.concatenate(keys)) if keys else np.zeros(0, np.int64)


def _pairs(w: Wants, score: NDArray[np.int32], keys: Row) -> Pairs:
    one, other = keys // len(score), keys % len(score)
    start, want = _wants_met(w, one, other)
    return Pairs(one, other, 2.0 * score[one, other].astype(np.float64), start, want)


@kernel
def _wants_met(w: Wants, one: Row, other: Row) -> tuple[Row, Row]:
    room = np.empty(64 * w.wants.shape[0] * w.wants.shape[2] + 1, np.int64)
    start = np.zeros(one.shape[0] + 1, np.int64)
    for p in range(one.shape[0]):
        count = met(w, one[p], other[p], room) + met(w, other[p], one[p], room)
        start[p + 1] = start[p] + count
    want = np.empty(start[-1], np.int64)
    for p in range(one.shape[0]):
        at = start[p]
        for k in range(met(w, one[p], other[p], room)):
            want[at] = room[k]
            at += 1
        for k in range(met(w, other[p], one[p], room)):
            want[at] = room[k]
            at += 1
    return start, want


@kernel
def _gradient(
    p: Pairs, prices: Floats, m: int, least: int, most: int, heat: float, slope: Floats
) -> float:
    """The bound over these pairs, and the slope of the smoothed one."""
    slope[:m] = 1.0
    slope[m : 2 * m] = most - 1.0
    slope[2 * m :] = -1.0
    over = 0.0
    for e in range(p.one.shape[0]):
        i, j = p.one[e], p.other[e]
        a = p.score2[e] - prices[i] - prices[j]
        share = 1.0 / (least - 1) if a > 0 else 1.0 / (most - 1)
        total = a * share - prices[m + i] - prices[m + j]
        for k in range(p.start[e], p.start[e + 1]):
            total += prices[2 * m + p.want[k]]
        over += max(0.0, total)
        if total < -20 * heat:
            continue
        pull = 1.0 / (1.0 + np.exp(-total / heat))
        slope[i] -= pull * share
        slope[j] -= pull * share
        slope[m + i] -= pull
        slope[m + j] -= pull
        for k in range(p.start[e], p.start[e + 1]):
            slope[2 * m + p.want[k]] += pull
    return over


@kernel
def _descend(
    p: Pairs, worth: Floats, begin: Floats, m: int, least: int, most: int, steps: int
) -> Floats:
    prices, best = begin.copy(), begin.copy()
    slope = np.empty_like(prices)
    mean, spread = np.zeros_like(prices), np.zeros_like(prices)
    lowest = np.inf
    for step in range(steps):
        part = step / steps
        heat = HOT * (COLD / HOT) ** part
        over = _gradient(p, prices, m, least, most, heat, slope)
        value = prices[:m].sum() + (most - 1) * prices[m : 2 * m].sum() + over
        value += worth.sum() - prices[2 * m :].sum()
        if value < lowest:
            lowest = value
            best[:] = prices
        size = FIRST_STEP * (LAST_STEP / FIRST_STEP) ** part
        for k in range(prices.shape[0]):
            mean[k] = 0.9 * mean[k] + 0.1 * slope[k]
            spread[k] = 0.99 * spread[k] + 0.01 * slope[k] * slope[k]
            first = mean[k] / (1 - 0.9 ** (step + 1))
            second = spread[k] / (1 - 0.99 ** (step + 1))
            moved = prices[k] - size * first / (np.sqrt(second) + 1e-3)
            prices[k] = max(0.0, moved)
            if k >= 2 * m:
                prices[k] = min(worth[k - 2 * m], prices[k])
    return best


@kernel
def _missing(t: Table, w: Wants, prices: Floats, least: int, most: int) -> Row:
    """Keys of all pairs that add to the bound at these prices."""
    m = t.score.shape[0]
    room = np.empty(64 * w.wants.shape[0] * w.wants.shape[2] + 1, np.int64)
    found = [np.int64(0)]
    found.clear()
    for i in range(m):
        for j in range(i + 1, m):
            if t.score[i, j] < 0:
                continue
            a = 2.0 * t.score[i, j] - prices[i] - prices[j]
            share = 1.0 / (least - 1) if a > 0 else 1.0 / (most - 1)
            total = a * share - prices[m + i] - prices[m + j]
            for k in range(met(w, i, j, room)):
                total += prices[2 * m + room[k]]
            for k in range(met(w, j, i, room)):
                total += prices[2 * m + room[k]]
            if total > 0:
                found.append(np.int64(i * m + j))
    keys = np.empty(len(found), np.int64)
    for k in range(len(found)):
        keys[k] = found[k]
    return keys
