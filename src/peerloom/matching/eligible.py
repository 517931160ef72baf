"""How many pairs meet every must-have: one look through all pairs, without scoring them."""

from __future__ import annotations

import numpy as np

from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.criteria import ONE, Shape
from peerloom.matching.progress import Progress, in_turn, ranges
from peerloom.matching.scoring import (
    ALL_CRITERIA,
    INELIGIBLE,
    Arrays,
    Row,
    must_haves,
    score_pairs,
    score_some,
)
from peerloom.matching.scoring import desk as scores_desk
from peerloom.matching.sieve import TILE, Flags, Sieve, desk, hopeful, passes_over, sieve_of

UNIT = 20_000_000  # pairs looked at between two reports of progress
_CHOICE, _NUMBER = int(Shape.CHOICE), int(Shape.NUMBER)


@kernel
def _eligible(a: Arrays, lenient: Sieve, severe: Sieve, begin: int, end: int) -> Whole:
    """Pairs that meet the must-haves, of positions in [begin, end) with later ones."""
    m = lenient.order.shape[0]
    count = np.int64(0)
    d, e, s = desk(), desk(), scores_desk(TILE)
    others = np.empty(TILE, np.int64)
    for p in range(begin, end):
        for tile in range(p // TILE, (m + TILE - 1) // TILE):
            first, last = max(p + 1, tile * TILE), min(m, tile * TILE + TILE)
            if first >= last or passes_over(lenient, p, tile):
                continue
            may = hopeful(lenient, p, first, last, d)
            will = hopeful(severe, p, first, last, e) if may and lenient.exact else 0
            count += will
            if may == will:
                continue
            # Those on the edge of a must-have are scored to the last digit.
            edge = 0
            for x in range(last - first):
                if d.flags[x] and not (lenient.exact and will and e.flags[x]):
                    others[edge] = lenient.order[first + x]
                    edge += 1
            score_some(a, lenient.order[p], others[:edge], 0, ALL_CRITERIA, s)
            for x in range(edge):
                if s.score[x] != INELIGIBLE:
                    count += 1
    return count


@kernel
def _alike(a: Arrays, v: Sieve, begin: int, end: int) -> Whole:
    """The same, where all must-haves are about equal choices and near numbers."""
    m = v.order.shape[0]
    count = np.int64(0)
    fits = np.zeros(TILE, np.uint8)
    cs = a.shape.shape[0]
    # By position; distances in thousandths, equal choices at distance 0 and others at 1.
    value = np.zeros((cs, m), np.int64)
    least, most = np.zeros(cs, np.int64), np.zeros(cs, np.int64)
    for c in range(cs):
        k = a.slot[c]
        if a.shape[c] == _CHOICE:
            # Those that must differ are at least 1 apart, those that must not at most 0.
            least[c] = 1 if a.tables[k, 0] < a.threshold[c] else 0
            most[c] = 0 if a.tables[k, 1] < a.threshold[c] else np.iinfo(np.int64).max
            for p in range(m):
                value[c, p] = a.codes[k, v.order[p]]
        else:
            span = 2 * a.tolerance[k]
            if a.threshold[c] > 0:
                most[c] = span - -(-a.threshold[c] * span // ONE)
            else:
                most[c] = np.iinfo(np.int64).max
            for p in range(m):
                value[c, p] = a.numbers[k, v.order[p]]
    for p in range(begin, end):
        for tile in range(p // TILE, (m + TILE - 1) // TILE):
            first, last = max(p + 1, tile * TILE), min(m, tile * TILE + TILE)
            if first >= last or passes_over(v, p, tile):
                continue
            some = fits[: last - first]
            some[:] = 1
            for c in range(cs):
                _within(
                    value[c, p], value[c, first:last], least[c], most[c], v.strict[c] != 0,
                    v.asks[c, p], v.takes[c, p], v.gives[c, p],
                    v.asks[c, first:last], v.takes[c, first:last], v.gives[c, first:last], some,
                )  # fmt: skip
            for x in range(last - first):
                count += some[x]
    return count


@kernel
def _within(
    mine: int, theirs: Row, least: int, most: int, strict: bool, asks: int, takes: int, gives: int,
    they_ask: Flags, they_take: Flags, they_give: Flags, fits: Flags,
) -> None:  # fmt: skip
    """Take away whom a must-have of either keeps apart."""
    for x in range(theirs.shape[0]):
        distance = abs(theirs[x] - mine)
        near = (distance >= least) & (distance <= most)
        forth = near if takes & they_give[x] else not strict
        back = near if they_take[x] & gives else not strict
        fits[x] &= ((asks == 0) | forth) & ((they_ask[x] == 0) | back)


def eligible_pairs(a: Arrays, progress: Progress | None = None) -> int:
    """How many pairs meet every must-have and are not kept apart."""
    n = a.active.shape[0]
    apart = np.repeat(np.arange(n), np.diff(a.never_start))
    together = a.never_other[: len(apart)]
    once = apart < together
    a = must_haves(a)._replace(
        never_start=np.zeros(n + 1, np.int64), never_other=np.zeros(1, np.int64)
    )
    banned = int((score_pairs(a, apart[once], together[once])[:, 0] != INELIGIBLE).sum())
    m = int(a.active.sum())
    if not len(a.shape):
        return m * (m - 1) // 2 - banned
    lenient = sieve_of(a)
    units = ranges(m, UNIT // max(1, m))
    if np.isin(a.shape, (_CHOICE, _NUMBER)).all():
        plain = in_turn(progress, "counting", units, lambda unit: _alike(a, lenient, *unit))
        return sum(int(count) for count in plain) - banned
    severe = lenient._replace(threshold=lenient.threshold + 2 * lenient.margin)
    found = in_turn(progress, "counting", units, lambda unit: _eligible(a, lenient, severe, *unit))
    return sum(int(count) for count in found) - banned
