"""The quick look itself: what two people could reach at most, a tile at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.criteria import ONE, Shape
from peerloom.matching.sieve.build import TILE, Floats, Sieve
from peerloom.matching.sieve.loops import (
    ALL,
    NONE,
    OUT,
    Flags,
    Single,
    add_equal,
    add_known,
    add_near,
    common,
    copy,
    demand,
    equal,
    fill,
    hopes,
    near,
    poorer,
    put_listed,
    reaches,
    scale,
    shift,
    times,
    weigh,
    weigh_known,
)

_CHOICE, _NUMBER, _SETS, _WEEK = (
    int(s) for s in (Shape.CHOICE, Shape.NUMBER, Shape.SETS, Shape.WEEK)
)


@kernel
def passes_over(v: Sieve, p: int, tile: int) -> Whole:
    """True if a must-have keeps position p apart from everybody in the tile."""
    for s in range(v.span_mine.shape[0]):
        mine = v.span_mine[s, p]
        # A missing answer is not a number, and compares as false.
        if mine + v.span_reach[s] < v.span_low[s, tile]:
            return True
        if mine - v.span_reach[s] > v.span_high[s, tile]:
            return True
    return False


@kernel(inline="always")
def _hours(v: Sieve, k: int, p: int, begin: int, end: int, shared: Floats, to: Floats) -> None:
    """Free hours of the poorest week in common, in parts of what is enough, all at most."""
    fill(ALL, to)
    fill(NONE, shared)
    for plane in range(v.plane_week.shape[1]):
        week = v.plane_week[k, plane]
        if week == -1:
            break
        if v.week[k, plane, p] != 0:
            worth = v.plane_worth[k, plane]
            common(v.week[k, plane, p], v.week[k, plane, begin:end], worth, shared)
        if plane + 1 == v.plane_week.shape[1] or week != v.plane_week[k, plane + 1]:
            poorer(shared, to)


class Desk(NamedTuple):
    """Room for a look at one tile."""

    need: Floats  # score needed of each, in [-1, 2]; to be set before a look
    u_p: Floats
    u_q: Floats
    to_p: Floats
    to_q: Floats
    flags: Flags
    hits: NDArray[np.int64]
    ones: Flags  # a tile of ones, then one of zeros


@kernel
def desk() -> Desk:
    """A desk of `TILE` places."""
    ones = np.zeros(2 * TILE, np.uint8)
    ones[:TILE] = 1
    return Desk(
        np.zeros(TILE, np.float32),
        np.zeros(TILE, np.float32),
        np.zeros(TILE, np.float32),
        np.zeros(TILE, np.float32),
        np.zeros(TILE, np.float32),
        np.zeros(TILE, np.uint8),
        np.zeros(TILE, np.int64),
        ones,
    )


@kernel
def _collect(flags: Flags, size: int, hits: NDArray[np.int64]) -> Whole:
    """Write the places of the flags that are set; return how many."""
    words = flags.view(np.uint64)
    count = np.int64(0)
    for w in range((size + 7) // 8):
        if words[w] != 0:
            for x in range(8 * w, min(size, 8 * w + 8)):
                if flags[x]:
                    hits[count] = x
                    count += 1
    return count


# Whole matrices and places in them: a view of each row would cost more than the row.


@kernel
def _nearness(texts: NDArray[np.int16], p: int, q: int) -> Single:
    """Cosine of two texts; those that point apart have nothing in common, no less."""
    # Unit vectors in thousandths: the sum is exact, and stays far below 2**31.
    total = np.int32(0)
    for d in range(texts.shape[1]):
        total = np.int32(total + np.int32(texts[p, d]) * np.int32(texts[q, d]))
    return min(ALL, max(NONE, np.float32(total) / np.float32(ONE)))


@kernel
def _dear(v: Sieve, p: int, begin: int, count: int, d: Desk) -> Whole:
    """Hold the dear criteria against those in ``d.hits``, one by one; keep who may still do."""
    kind = v.reciprocal[0]
    hits, u_p, u_q, need = d.hits, d.u_p, d.u_q, d.need
    for place in range(v.cheap, v.by_cost.shape[0]):
        c = v.by_cost[place]
        weight, threshold, strict = v.weight[c], v.threshold[c], v.strict[c] != 0
        filled, spare = weight * v.mean[c], v.left_over[c] + v.margin[0]
        takes, gives, asks, demands = v.takes[c], v.gives[c], v.asks[c], v.demands[c] != 0
        texts = v.vectors[v.slot[c]]
        kept: Whole = np.int64(0)
        for h in range(count):
            x = hits[h]
            q = begin + x
            to = _nearness(texts, p, q)
            forth, back = takes[p] & gives[q], takes[q] & gives[p]
            u_p[x] += weight * to if forth else filled
            u_q[x] += weight * to if back else filled
            out = demands and (
                (asks[p] != 0 and (to < threshold if forth else strict))
                or (asks[q] != 0 and (to < threshold if back else strict))
            )
            if not out and reaches(kind, u_p[x] + spare, u_q[x] + spare, need[x]):
                hits[kept] = x
                kept += 1
        count = kept
    return count


@kernel
def potential(v: Sieve, p: int, begin: int, end: int, d: Desk) -> Whole:
    """Find those in [begin, end) who may score ``d.need`` with position p, and meet must-haves.

    Nobody who does is left out; few others are found. Returns how many; their places in the range
    are in ``d.hits``.
    """
    count = hopeful(v, p, begin, end, d)
    if count == 0:
        return count
    return _dear(v, p, begin, _collect(d.flags, end - begin, d.hits), d)


@kernel
def hopeful(v: Sieve, p: int, begin: int, end: int, d: Desk) -> Whole:
    """As `potential`, as if the dear criteria gave all; flags in ``d.flags`` instead of places."""
    size = end - begin
    to_p, to_q, u_p, u_q = d.to_p[:size], d.to_q[:size], d.u_p[:size], d.u_q[:size]
    ones, zeros = d.ones[:size], d.ones[TILE : TILE + size]
    fill(v.start[0], u_p)
    left_over = np.float32(1) - v.start[0]
    # One body for all: handing the sieve to a function of its own costs more than the work.
    # Mutual criteria come first and are added up once: they give both people the same.
    for place in range(v.cheap):
        c = v.by_cost[place]
        k, shape, weight = v.slot[c], v.shape[c], v.weight[c]
        left_over = v.left_over[c]
        filled, strict = weight * v.mean[c], v.demands[c] and v.strict[c]
        least = v.threshold[c] if v.demands[c] else OUT
        unknown = OUT if strict else filled
        if place == v.mutual:
            copy(u_p, u_q)
        if place < v.mutual:
            if not v.gives[c, p]:
                shift(unknown, u_p)
            elif shape == _CHOICE:
                met, unmet = v.tables[k, 0], v.tables[k, 1]
                met = weight * met if met >= least else OUT
                unmet = weight * unmet if unmet >= least else OUT
                add_equal(v.codes[k, p], v.codes[k, begin:end], met, unmet, unknown, u_p)
            elif shape == _NUMBER:
                add_near(v.numbers[k, p], v.numbers[k, begin:end], weight, least, unknown, u_p)
            else:
                _hours(v, k, p, begin, end, to_q, to_p)
                add_known(to_p, weight, least, unknown, v.gives[c, begin:end], u_p)
            continue
        alike = True
        if shape == _CHOICE:
            equal(v.codes[k, p], v.codes[k, begin:end], v.tables[k, 0], v.tables[k, 1], to_p)
        elif shape == _NUMBER:
            near(v.numbers[k, p], v.numbers[k, begin:end], to_p)
        elif shape == _WEEK:
            _hours(v, k, p, begin, end, to_q, to_p)
        elif shape == _SETS:
            alike = False
            fill(NONE, to_p)
            for w in range(v.left.shape[1]):
                if v.left[k, w, p] != 0:
                    common(v.left[k, w, p], v.right[k, w, begin:end], ALL, to_p)
            if v.one_set[k]:
                copy(to_p, to_q)
            else:
                fill(NONE, to_q)
                for w in range(v.left.shape[1]):
                    if v.right[k, w, p] != 0:
                        common(v.right[k, w, p], v.left[k, w, begin:end], ALL, to_q)
            scale(v.inverse[k, p], to_p)
            times(v.inverse[k, begin:end], to_q)
        else:
            alike = False
            fill(NONE, to_p)
            fill(NONE, to_q)
            put_listed(v.list_start[k], v.list_other, v.list_benefit, p, begin, end, to_p)
            put_listed(v.listed_start[k], v.listed_other, v.listed_benefit, p, begin, end, to_q)
        if alike:
            copy(to_p, to_q)
        gives, takes = v.gives[c, begin:end], v.takes[c, begin:end]
        if v.demands[c]:
            failed = OUT if v.strict[c] else NONE
            if v.asks[c, p]:
                known = gives if v.takes[c, p] else zeros
                demand(to_p, v.threshold[c], failed, ones, known, u_p)
            known = takes if v.gives[c, p] else zeros
            demand(to_q, v.threshold[c], failed, v.asks[c, begin:end], known, u_p)
        if v.complete[c]:
            weigh(to_p, weight, u_p)
            weigh(to_q, weight, u_q)
        elif weight != NONE:
            if v.takes[c, p]:
                weigh_known(to_p, weight, filled, gives, u_p)
            else:
                shift(filled, u_p)
            if v.gives[c, p]:
                weigh_known(to_q, weight, filled, takes, u_q)
            else:
                shift(filled, u_q)
    if v.mutual == v.cheap:
        copy(u_p, u_q)
    spare = left_over + v.margin[0]
    return hopes(v.reciprocal[0], spare, u_p, u_q, d.need[:size], d.flags[:size])
