"""The quick look itself: what two people could reach at most, a tile at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.criteria import Shape
from peerloom.matching.scoring import popcount
from peerloom.matching.sieve.build import TILE, Bits, Floats, Sieve

Flags = NDArray[np.uint8]
Single = Any

CHUNK = 64  # people for whom a dear criterion is left out together

_CHOICE, _NUMBER, _SETS, _WEEK, _VECTOR = (
    int(s) for s in (Shape.CHOICE, Shape.NUMBER, Shape.SETS, Shape.WEEK, Shape.VECTOR)
)
_NONE = np.float32(0)
_ALL = np.float32(1)
# Far below every score, even after all that follows is added.
_OUT = np.float32(-1e9)


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


# Each loop below is a function of its own over plain arrays: so the compiler sees that nothing
# overlaps, and takes many people at a time.


@kernel
def _equal(mine: int, codes: NDArray[np.int32], met: Single, unmet: Single, to: Floats) -> None:
    for x in range(codes.shape[0]):
        to[x] = met if codes[x] == mine else unmet


@kernel
def _near(mine: Single, numbers: Floats, to: Floats) -> None:
    for x in range(numbers.shape[0]):
        to[x] = max(_NONE, _ALL - abs(numbers[x] - mine))


@kernel
def _common(mine: Whole, theirs: Bits, worth: Single, to: Floats) -> None:
    for x in range(theirs.shape[0]):
        to[x] += worth * np.float32(np.int32(popcount(mine & theirs[x])))


@kernel
def _times(factors: Floats, to: Floats) -> None:
    for x in range(factors.shape[0]):
        to[x] *= factors[x]


@kernel
def _along(mine: Single, theirs: Floats, to: Floats) -> None:
    for x in range(theirs.shape[0]):
        to[x] += mine * theirs[x]


@kernel
def _least(others: Floats, to: Floats) -> None:
    for x in range(others.shape[0]):
        to[x] = min(to[x], others[x])


@kernel
def _fill(value: Single, to: Floats) -> None:
    for x in range(to.shape[0]):
        to[x] = value


@kernel
def _copy(source: Floats, to: Floats) -> None:
    for x in range(source.shape[0]):
        to[x] = source[x]


@kernel
def _place(
    start: NDArray[np.int64],
    other: NDArray[np.int64],
    benefit: Floats,
    p: int,
    begin: int,
    end: int,
    to: Floats,
) -> None:
    """Write the benefits of those on p's list that stand in [begin, end)."""
    low, high = start[p], start[p + 1]
    while low < high:
        middle = (low + high) // 2
        if other[middle] < begin:
            low = middle + 1
        else:
            high = middle
    while low < start[p + 1] and other[low] < end:
        to[other[low] - begin] = benefit[low]
        low += 1


@kernel
def _demand(
    to: Floats,
    threshold: Single,
    unknown: Single,
    asked: Flags,
    known: Flags,
    u: Floats,
) -> None:
    """Put out whoever asks and falls short; `unknown` is added where the answer is missing."""
    for x in range(to.shape[0]):
        short = _OUT if to[x] < threshold else _NONE
        failed = short if known[x] != 0 else unknown
        u[x] += failed if asked[x] != 0 else _NONE


@kernel
def _weigh(to: Floats, weight: Single, u: Floats) -> None:
    for x in range(to.shape[0]):
        u[x] += weight * to[x]


@kernel
def _weigh_known(to: Floats, weight: Single, filled: Single, known: Flags, u: Floats) -> None:
    for x in range(to.shape[0]):
        worth = weight * to[x]
        u[x] += worth if known[x] != 0 else filled


@kernel
def _shift(by: Single, u: Floats) -> None:
    for x in range(u.shape[0]):
        u[x] += by


@kernel
def _clip(to: Floats) -> None:
    # Texts that point apart have nothing in common, no less.
    for x in range(to.shape[0]):
        to[x] = min(_ALL, max(_NONE, to[x]))


@kernel
def _hopes(kind: int, spare: Single, u_p: Floats, u_q: Floats, need: Floats, flags: Flags) -> Whole:
    """Flag who could reach the score needed with `spare` more satisfaction on either side.

    Returns how many.
    """
    count = np.int64(0)
    for x in range(u_p.shape[0]):
        mine, theirs = u_p[x] + spare, u_q[x] + spare
        if kind == 1:
            reach = min(mine, theirs) >= need[x]
        elif kind == 2:
            reach = mine + theirs >= np.float32(2) * need[x]
        else:
            reach = np.float32(2) * mine * theirs >= need[x] * (mine + theirs)
        flag = reach & (mine > _NONE)
        flags[x] = flag
        count += flag
    return count


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
def potential(v: Sieve, p: int, begin: int, end: int, d: Desk) -> Whole:
    """Find those in [begin, end) who may score ``d.need`` with position p, and meet must-haves.

    Nobody who does is left out; few others are found. Returns how many; their places in the range
    are in ``d.hits``.
    """
    size = end - begin
    kind, margin = v.reciprocal[0], v.margin[0]
    _fill(v.start[0], d.u_p[:size])
    _fill(v.start[0], d.u_q[:size])
    _fill(_ALL, d.flags[:size])
    count = np.int64(size)
    cs = v.by_cost.shape[0]
    if cs == 0:
        count = _hopes(kind, margin, d.u_p[:size], d.u_q[:size], d.need[:size], d.flags[:size])
    # One body for all: handing the sieve to a function of its own costs more than the work.
    for place in range(cs):
        c = v.by_cost[place]
        width = CHUNK if place >= v.dear else size
        checks = place >= v.dear - 1
        count = np.int64(0) if checks else count
        for x in range(0, size, width):
            y = min(size, x + width)
            flags = d.flags[x:y]
            if checks and not flags.any():
                continue
            first, last = begin + x, begin + y
            to_p, to_q, u_p, u_q = d.to_p[x:y], d.to_q[x:y], d.u_p[x:y], d.u_q[x:y]
            k, shape = v.slot[c], v.shape[c]
            alike = True
            if shape == _CHOICE:
                _equal(v.codes[k, p], v.codes[k, first:last], v.tables[k, 0], v.tables[k, 1], to_p)
            elif shape == _NUMBER:
                _near(v.numbers[k, p], v.numbers[k, first:last], to_p)
            elif shape == _SETS:
                alike = False
                _fill(_NONE, to_p)
                _fill(_NONE, to_q)
                for w in range(v.left.shape[1]):
                    wanted, offered = v.left[k, w, p], v.right[k, w, p]
                    if wanted != 0:
                        _common(wanted, v.right[k, w, first:last], v.inverse[k, p], to_p)
                    if offered != 0:
                        _common(offered, v.left[k, w, first:last], _ALL, to_q)
                _times(v.inverse[k, first:last], to_q)
            elif shape == _WEEK:
                _fill(_ALL, to_p)
                for plane in range(v.week.shape[1]):
                    week = v.plane_week[k, plane]
                    if week == -1:
                        break
                    if plane == 0 or week != v.plane_week[k, plane - 1]:
                        _fill(_NONE, to_q)
                    free = v.week[k, plane, p]
                    if free != 0:
                        _common(free, v.week[k, plane, first:last], v.plane_worth[k, plane], to_q)
                    if plane + 1 == v.week.shape[1] or week != v.plane_week[k, plane + 1]:
                        _least(to_q, to_p)
            elif shape == _VECTOR:
                _fill(_NONE, to_p)
                for axis in range(v.vectors.shape[1]):
                    if v.vectors[k, axis, p] != _NONE:
                        _along(v.vectors[k, axis, p], v.vectors[k, axis, first:last], to_p)
                _clip(to_p)
            else:
                alike = False
                _fill(_NONE, to_p)
                _fill(_NONE, to_q)
                _place(v.list_start[k], v.list_other, v.list_benefit, p, first, last, to_p)
                _place(v.listed_start[k], v.listed_other, v.listed_benefit, p, first, last, to_q)
            if alike:
                _copy(to_p, to_q)
            gives, takes = v.gives[c, first:last], v.takes[c, first:last]
            if v.demands[c]:
                unknown = _OUT if v.strict[c] else _NONE
                ones, zeros = d.ones[: y - x], d.ones[TILE : TILE + y - x]
                if v.asks[c, p]:
                    known = gives if v.takes[c, p] else zeros
                    _demand(to_p, v.threshold[c], unknown, ones, known, u_p)
                known = takes if v.gives[c, p] else zeros
                _demand(to_q, v.threshold[c], unknown, v.asks[c, first:last], known, u_p)
            weight = v.weight[c]
            if v.complete[c]:
                _weigh(to_p, weight, u_p)
                _weigh(to_q, weight, u_q)
            elif weight != _NONE:
                filled = weight * v.mean[c]
                if v.takes[c, p]:
                    _weigh_known(to_p, weight, filled, gives, u_p)
                else:
                    _shift(filled, u_p)
                if v.gives[c, p]:
                    _weigh_known(to_q, weight, filled, takes, u_q)
                else:
                    _shift(filled, u_q)
            if checks:
                count += _hopes(kind, v.left_over[c] + margin, u_p, u_q, d.need[x:y], flags)
        if count == 0:
            return count
    return _collect(d.flags, size, d.hits)


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
