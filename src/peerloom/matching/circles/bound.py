"""How good circles can be at most.

For a person in a circle of k, let each of the k - 1 pairs count 1 / (k - 1). Then every person's
pairs count one in all, no pair counts more than ``1 / (least - 1)``, and twice the sum of scores so
weighed is what scores add to the total. That linear program bounds it; by duality any prices
``y >= 0`` do too (a fractional matching with caps):

    2 sum(s x) <= sum(y2) + sum(max(0, 2 s - y2_i - y2_j)) / (least - 1)

with doubled prices y2. What wants can be met is bounded by person: by what anybody they may meet
offers, and by the best ``most - 1`` of those.
"""

from __future__ import annotations

import numpy as np

from peerloom.matching.circles.table import Table
from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.criteria import ONE
from peerloom.matching.encoding import Encoded
from peerloom.matching.progress import Progress, in_turn, ranges
from peerloom.matching.scoring import ALL_CRITERIA, Arrays, Row, desk, popcount, score_some

ROUNDS = 60  # improvements of the prices


@kernel
def _by_prices(t: Table, y2: Row, least: int) -> Whole:
    """What scores add to the total at most, in millionths, by the prices `y2`."""
    m = y2.shape[0]
    over = np.int64(0)
    for x in range(m):
        for y in range(x):
            if t.score[x, y] >= 0:
                over += max(0, 2 * np.int64(t.score[x, y]) - y2[x] - y2[y])
    return y2.sum() - (-over // (least - 1))


@kernel
def good_prices(t: Table, least: int) -> Row:
    """Prices that bound scores well, by subgradient steps; int64, shape (m,), doubled."""
    m = t.score.shape[0]
    y2 = np.zeros(m, np.int64)
    for x in range(m):
        best = np.sort(t.score[x].astype(np.int64))[max(0, m - least) :]
        y2[x] = max(0, best[0]) if best.shape[0] else 0
    kept, value = y2.copy(), _by_prices(t, y2, least)
    for step in range(ROUNDS):
        pull = np.zeros(m, np.int64)
        for x in range(m):
            for y in range(x):
                if t.score[x, y] >= 0 and 2 * np.int64(t.score[x, y]) > y2[x] + y2[y]:
                    pull[x] += 1
                    pull[y] += 1
        for x in range(m):
            move = 40_000.0 / (1 + step) * (pull[x] / (least - 1) - 1)
            y2[x] = max(0, y2[x] + np.int64(min(30_000.0, max(-30_000.0, move))))
        now = _by_prices(t, y2, least)
        if now < value:
            kept, value = y2.copy(), now
    return kept


@kernel
def _rows(
    a: Arrays, exchanges: Row, y2: Row, most: int, begin: int, end: int
) -> tuple[Whole, Whole]:
    """For rows [begin, end): scores beyond the prices, and wants that can be met, added up."""
    n = y2.shape[0]
    over = covered = np.int64(0)
    d = desk(n)
    everybody = np.arange(n)
    each = np.empty(n, np.int64)
    for x in range(begin, end):
        score_some(a, x, everybody, 0, ALL_CRITERIA, d)
        for y in range(x + 1, n):
            if d.score[y] >= 0:
                over += max(0, 2 * d.score[y] - y2[x] - y2[y])
        found = np.int64(0)
        for e in range(exchanges.shape[0]):
            k = exchanges[e]
            if a.counts[k, x] == 0:
                continue
            anybody = np.uint64(0)
            each[:] = 0
            for w in range(a.left.shape[2]):
                want, offered = a.left[k, x, w], np.uint64(0)
                for y in range(n):
                    if want != 0 and d.score[y] >= 0:
                        offered |= a.right[k, y, w]
                        each[y] += np.int64(popcount(want & a.right[k, y, w]))
                anybody += popcount(want & offered)
            by_few = np.sort(each)[max(0, n - most + 1) :].sum()
            found += min(np.int64(anybody), by_few) * ONE // a.counts[k, x]
        covered += found // max(1, exchanges.shape[0])
    return over, covered


def upper_bound(
    encoded: Encoded, y2: Row, least: int, most: int, progress: Progress | None = None
) -> int:
    """No circles of these sizes are worth more in all, in millionths; any prices >= 0 will do."""
    a, n = encoded.arrays, len(encoded)
    kinds = [c for c, x in enumerate(encoded.policy.criteria) if x.kind == "exchange"]
    exchanges = a.slot[kinds]
    units = ranges(n, max(1, 5_000_000 // max(1, n)))
    over = covered = 0
    for more, met in in_turn(
        progress, "bounding", units, lambda unit: _rows(a, exchanges, y2, most, *unit)
    ):
        over, covered = over + int(more), covered + int(met)
    of_scores = int(y2.sum()) - (-over // (least - 1))
    return (of_scores + covered) // 2 if kinds else of_scores
