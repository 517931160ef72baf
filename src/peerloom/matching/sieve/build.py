"""From encoded answers to what the quick look reads."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.criteria import ONE, Shape
from peerloom.matching.scoring import WORDS_A_WEEK, Arrays

Floats = NDArray[np.float32]
Bits = NDArray[np.uint64]

TILE = 2048  # people looked at together
_CHOICE, _NUMBER, _WEEK, _VECTOR = (
    int(s) for s in (Shape.CHOICE, Shape.NUMBER, Shape.WEEK, Shape.VECTOR)
)
_SINGLE = np.float32


class Sieve(NamedTuple):
    """A pool under a policy as the quick look reads it: c criteria, m people who can be matched.

    Positions are those of `order`; `slot[c]` is the place of criterion c in the stack of its shape.
    """

    order: NDArray[np.int64]  # (m,) row of each position
    twin: NDArray[np.uint8]  # (m,) 1 where all answers are those of the position before
    by_cost: NDArray[np.int64]  # (c,) criteria, the mutual ones first, the dear ones last
    mutual: int  # how many give both people the same
    cheap: int  # how many are not dear
    exact: bool  # none is dear
    shape: NDArray[np.int64]
    slot: NDArray[np.int64]
    weight: Floats  # (c,) share of the whole
    left_over: Floats  # (c,) weight of criteria after this one in `by_cost`
    mean: Floats
    threshold: Floats  # less the margin
    demands: NDArray[np.uint8]
    strict: NDArray[np.uint8]
    complete: NDArray[np.uint8]  # nobody left it out
    asks: NDArray[np.uint8]  # (c, m)
    gives: NDArray[np.uint8]
    takes: NDArray[np.uint8]
    codes: NDArray[np.int32]  # (stack, m), -1 where there is no answer
    tables: Floats  # (stack, 2)
    numbers: Floats  # (stack, m), in units of the distance at which nothing is left; NaN for none
    one_set: NDArray[np.uint8]  # (stack,) 1 where what each wants is what they offer
    left: Bits  # (stack, words, m)
    right: Bits
    inverse: Floats  # (stack, m) of the number wanted
    week: Bits  # (stack, planes, m), distinct quarter hours alone
    plane_week: NDArray[np.int64]  # (stack, planes) week of each plane, -1 beyond the last
    plane_worth: Floats  # (stack, planes) quarter hours that a bit stands for, in parts of enough
    vectors: NDArray[np.int16]  # (stack, m, d)
    list_start: NDArray[np.int64]  # (stack, m + 1) whom each person listed, by position ...
    list_other: NDArray[np.int64]
    list_benefit: Floats
    listed_start: NDArray[np.int64]  # ... and who listed each
    listed_other: NDArray[np.int64]
    listed_benefit: Floats
    span_low: Floats  # (spans, tiles) least and greatest answer to the must-haves that sort
    span_high: Floats
    span_mine: Floats  # (spans, m) each person's answer; not a number where it does not shut out
    span_reach: Floats  # (spans,) how far apart is too far
    start: Floats  # (1,) satisfaction before any criterion: all, where there are must-haves alone
    margin: Floats  # (1,) by how much the quick look can be off
    reciprocal: NDArray[np.int64]


def sieve_of(a: Arrays) -> Sieve:
    """The quick look's copy of encoded answers; see `Sieve`."""
    c = len(a.gives)
    active = np.flatnonzero(a.active)
    sorting = [k for k in range(c) if a.demands[k] and a.asks[k].all() and _sorts(a, k)]
    keys = [np.where(a.gives[k], _answers(a, k), np.inf)[active] for k in sorting]
    order = active[np.lexsort([active, *keys[::-1]])] if len(active) else active
    total = max(1, int(a.weight.sum()))
    dear = a.shape == _VECTOR
    mutual = np.isin(a.shape, (_CHOICE, _NUMBER, _WEEK)) & (a.gives == a.takes).all(axis=1)
    mutual &= (a.demands == 0) | a.asks.all(axis=1)
    by_cost = np.lexsort([np.arange(c), -a.weight, dear, ~mutual]).astype(np.int64)
    weight = a.weight / total
    left_over = np.zeros(c)
    left_over[by_cost] = weight[by_cost][::-1].cumsum()[::-1] - weight[by_cost]
    numbers, blur = _numbers(a, order)
    margin = np.float32((c + 8) * 2.0**-21 + blur)
    week, plane_week, plane_worth = _weeks(a, order)
    spans = _spans(a, sorting, order)
    lists, listed = _lists(a, order)
    return Sieve(
        order=order,
        twin=_twins(a, order),
        by_cost=by_cost,
        mutual=int(mutual.sum()),
        cheap=int(c - dear.sum()),
        exact=not dear.any(),
        shape=a.shape,
        slot=a.slot,
        weight=weight.astype(_SINGLE),
        left_over=left_over.astype(_SINGLE),
        mean=(a.mean / ONE).astype(_SINGLE),
        threshold=(a.threshold / ONE - margin).astype(_SINGLE),
        demands=a.demands,
        strict=a.strict,
        complete=np.asarray(a.gives.all(axis=1) & a.takes.all(axis=1), np.uint8),
        asks=np.ascontiguousarray(a.asks[:, order]),
        gives=np.ascontiguousarray(a.gives[:, order]),
        takes=np.ascontiguousarray(a.takes[:, order]),
        codes=_codes(a, order),
        tables=(a.tables / ONE).astype(_SINGLE),
        numbers=numbers,
        one_set=np.asarray((a.left == a.right).all(axis=(1, 2)), np.uint8),
        left=np.ascontiguousarray(a.left[:, order].transpose(0, 2, 1)),
        right=np.ascontiguousarray(a.right[:, order].transpose(0, 2, 1)),
        inverse=(1 / np.maximum(1, a.counts[:, order])).astype(_SINGLE),
        week=week,
        plane_week=plane_week,
        plane_worth=plane_worth,
        vectors=np.ascontiguousarray(a.vectors[:, order]),
        list_start=lists[0],
        list_other=lists[1],
        list_benefit=lists[2],
        listed_start=listed[0],
        listed_other=listed[1],
        listed_benefit=listed[2],
        span_low=spans[0],
        span_high=spans[1],
        span_mine=spans[2],
        span_reach=spans[3],
        start=np.array([0 if a.weight.any() else 1], _SINGLE),
        margin=np.array([margin], _SINGLE),
        reciprocal=a.reciprocal,
    )


def _twins(a: Arrays, order: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Who answered as the one before; nobody who is on a list, has one, or is kept apart."""
    twin = np.zeros(len(order), np.uint8)
    if len(order) < 2:
        return twin
    alike = np.ones(len(order) - 1, bool)
    for rows in (a.gives, a.takes, a.asks, a.codes, a.numbers, a.left, a.right, a.week, a.vectors):
        for answers in rows:
            alike &= (answers[order[1:]] == answers[order[:-1]]).reshape(len(alike), -1).all(axis=1)
    alone = np.diff(a.never_start) > 0
    for start in a.list_start:
        alone |= np.diff(start) > 0
        alone[a.list_other[start[0] : start[-1]]] = True
    twin[1:] = alike & ~alone[order[1:]] & ~alone[order[:-1]]
    return twin


def _sorts(a: Arrays, k: int) -> bool:
    """True if a must-have shuts out by distance between answers: equal choices, near numbers."""
    if a.shape[k] == _CHOICE:
        met, unmet = a.tables[a.slot[k]].tolist()
        return bool(unmet < a.threshold[k] <= met)
    return bool(a.shape[k] == _NUMBER)


def _answers(a: Arrays, k: int) -> NDArray[np.float64]:
    stack = a.codes if a.shape[k] == _CHOICE else a.numbers
    return np.asarray(stack[a.slot[k]], np.float64)


def _spans(
    a: Arrays, sorting: list[int], order: NDArray[np.int64]
) -> tuple[Floats, Floats, Floats, Floats]:
    """What each tile spans of the must-haves that sort."""
    m = len(order)
    starts = np.arange(0, max(1, m), TILE)
    low = np.full((max(1, len(sorting)), len(starts)), -np.inf)
    high = np.full(low.shape, np.inf)
    mine = np.full((max(1, len(sorting)), m), np.nan)
    reach = np.zeros(len(low))
    slack = np.zeros((len(low), 1))
    for s, k in enumerate(sorting):
        answers = _answers(a, k)[order]
        known = (a.gives[k, order] & a.takes[k, order]).astype(bool)
        if a.shape[k] == _NUMBER:
            tolerance = int(a.tolerance[a.slot[k]])
            # Benefit b is left at a distance of 2 tolerance (1 - b).
            reach[s] = 2 * tolerance * (1 - a.threshold[k] / ONE) + 1
            # Single precision rounds by less than one in 2**23.
            slack[s] = 1 + (reach[s] + np.abs(answers).max(initial=0)) * 2.0**-21
        mine[s, known] = answers[known]
        for tile, begin in enumerate(starts):
            there = answers[begin : begin + TILE][known[begin : begin + TILE]]
            if known[begin : begin + TILE].all() or a.strict[k]:
                low[s, tile] = there.min(initial=np.inf)
                high[s, tile] = there.max(initial=-np.inf)
    return (
        (low - slack).astype(_SINGLE),
        (high + slack).astype(_SINGLE),
        mine.astype(_SINGLE),
        reach.astype(_SINGLE),
    )


def _codes(a: Arrays, order: NDArray[np.int64]) -> NDArray[np.int32]:
    """Codes of choices, -1 where somebody gave none."""
    stack = np.ascontiguousarray(a.codes[:, order])
    for c in np.flatnonzero(a.shape == _CHOICE).tolist():
        stack[a.slot[c], a.gives[c, order] == 0] = -1
    return stack


def _numbers(a: Arrays, order: NDArray[np.int64]) -> tuple[Floats, float]:
    """Numbers from their middle, in spans, and by how much single precision blurs a benefit."""
    stack = np.zeros((len(a.numbers), len(order)))
    for k, tolerance in enumerate(a.tolerance.tolist()):
        mine = a.numbers[k, order].astype(np.float64)
        if len(mine):
            stack[k] = (mine - np.median(mine)) / max(1, 2 * tolerance)
    blur = float(np.abs(stack).max(initial=0)) * 2.0**-22
    for c in np.flatnonzero(a.shape == _NUMBER).tolist():
        stack[a.slot[c], a.gives[c, order] == 0] = np.nan
    return stack.astype(_SINGLE), blur


def _weeks(a: Arrays, order: NDArray[np.int64]) -> tuple[Bits, NDArray[np.int64], Floats]:
    """Free quarter hours without those that are alike for everybody, such as the rest of an hour."""
    stacks = []
    for k in range(len(a.week)):
        planes: list[tuple[int, int, Bits]] = []
        for week in range(int(a.weeks[k])):
            words = a.week[k][order, week * WORDS_A_WEEK : (week + 1) * WORDS_A_WEEK]
            bits = np.unpackbits(words.view(np.uint8), axis=1, bitorder="little")
            distinct, times = np.unique(np.packbits(bits, axis=0), axis=1, return_counts=True)
            distinct = np.unpackbits(distinct, axis=0, count=len(order))
            # Hours that nobody has stay as one column, so that each week has a plane.
            for worth in np.unique(times).tolist():
                columns = distinct[:, times == worth]
                for begin in range(0, columns.shape[1], 64):
                    planes.append((week, worth, _packed(columns[:, begin : begin + 64])))
        stacks.append(planes)
    most = max(1, *(len(planes) for planes in stacks)) if stacks else 1
    planes_of = np.zeros((len(stacks), most, len(order)), np.uint64)
    plane_week = np.full((len(stacks), most), -1, np.int64)
    worth = np.zeros((len(stacks), most), _SINGLE)
    for k, planes in enumerate(stacks):
        for p, (number, times_worth, packed) in enumerate(planes):
            planes_of[k, p], plane_week[k, p] = packed, number
            worth[k, p] = times_worth / a.enough[k]
    return planes_of, plane_week, worth


def _packed(columns: NDArray[np.uint8]) -> Bits:
    wide = np.zeros((len(columns), 64), np.uint8)
    wide[:, : columns.shape[1]] = columns
    packed: Bits = np.packbits(wide, axis=1, bitorder="little").view(np.uint64)[:, 0]
    return packed


def _lists(
    a: Arrays, order: NDArray[np.int64]
) -> list[tuple[NDArray[np.int64], NDArray[np.int64], Floats]]:
    """Whom each position listed, and who listed it: starts (stack, m + 1), positions, benefits."""
    place = np.full(a.active.shape[0], -1, np.int64)
    place[order] = np.arange(len(order))
    stacks = len(a.list_start)
    found = []
    for turned in (False, True):
        start = np.zeros((stacks, len(order) + 1), np.int64)
        others, benefits = [np.zeros(0, np.int64)], [np.zeros(0, _SINGLE)]
        for k in range(stacks):
            begin, end = a.list_start[k, 0], a.list_start[k, -1]
            mine = place[np.repeat(np.arange(len(place)), np.diff(a.list_start[k]))]
            theirs = place[a.list_other[begin:end]]
            here = (mine >= 0) & (theirs >= 0)
            mine, theirs = mine[here], theirs[here]
            if turned:
                mine, theirs = theirs, mine
            by = np.lexsort([theirs, mine])
            offset = sum(len(o) for o in others)
            start[k, 1:] = np.cumsum(np.bincount(mine, minlength=len(order)))
            start[k] += offset
            others.append(theirs[by])
            benefits.append((a.list_benefit[begin:end][here][by] / ONE).astype(_SINGLE))
        found.append((start, np.concatenate(others), np.concatenate(benefits)))
    return found
