"""How good circles can be at most: a linear program over pairs, and prices that bound it.

For two people let z be 1 where they share a circle, and x = z / (k - 1) in a circle of k. For a
person the x of all others add up to one, the z to at most ``most - 1``, and in every circle
``z / (most - 1) <= x <= z / (least - 1)``. A want is met (u = 1) only where somebody with z = 1
offers it. Scores and coverage of all circles, as `worth` counts them, are then

    sum over pairs (2 s x) + sum over wants (g u),    g = what meeting the want is worth,

and the greatest value of that linear program bounds them. By duality so do any prices y, v >= 0 of
people and 0 <= m <= g of wants:

    sum(y) + (most - 1) sum(v) + sum(g - m) + sum over pairs of max(0, h(2 s - y_i - y_j)
        + (m of wants that one of them has and the other offers) - v_i - v_j)

with h(a) = a / (least - 1) for a > 0, else a / (most - 1). Nothing else has to be known of how the
prices were found. (The wants are those of a facility location problem; see Cornuejols, Nemhauser,
Wolsey 1990.)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.criteria import ONE
from peerloom.matching.encoding import Encoded
from peerloom.matching.progress import Progress, in_turn, ranges
from peerloom.matching.scoring import ALL_CRITERIA, Arrays, Row, desk, popcount, score_some

Words = NDArray[np.uint64]


class Wants(NamedTuple):
    """Wants of m people, numbered person by person: by exchange, word and bit.

    Attributes
    ----------
    wants, offers : uint64 arrays, shape (exchanges, m, words)
    first : int64 array, shape (m, exchanges, words)
        Number of the first want of each word.
    worth : int64 array, shape (wants,)
        What meeting each is worth, in millionths, rounded up.
    """

    wants: Words
    offers: Words
    first: NDArray[np.int64]
    worth: Row


def wants_of(wants: Words, offers: Words) -> Wants:
    """Numbered wants from bits."""
    exchanges = len(wants)
    counts = np.bitwise_count(wants).astype(np.int64)
    of_person = np.ascontiguousarray(counts.transpose(1, 0, 2))
    flat = of_person.ravel()
    first = (np.cumsum(flat) - flat).reshape(of_person.shape)
    total = counts.sum(axis=2).T  # (m, exchanges)
    each = -(-ONE // np.maximum(1, total * max(1, exchanges)))
    worth = np.repeat(np.repeat(each, wants.shape[2], axis=1).ravel(), flat)
    return Wants(
        np.ascontiguousarray(wants), np.ascontiguousarray(offers), first, worth.astype(np.int64)
    )


@kernel
def met(w: Wants, x: int, y: int, found: Row) -> Whole:
    """Write the wants of x that y offers to `found`; return how many."""
    count = np.int64(0)
    for e in range(w.wants.shape[0]):
        for k in range(w.wants.shape[2]):
            mine = w.wants[e, x, k]
            both = mine & w.offers[e, y, k]
            while both != 0:
                low = both & (~both + np.uint64(1))
                found[count] = w.first[x, e, k] + np.int64(popcount(mine & (low - np.uint64(1))))
                count += 1
                both ^= low
    return count


@kernel
def _over(a: int, gain: int, least: int, most: int) -> Whole:
    """What a pair adds to the bound, rounded up; `a` is 2 s less both y, `gain` the rest."""
    share = -(-a // (least - 1)) if a > 0 else -(-a // (most - 1))
    return max(np.int64(0), share + gain)


@kernel
def _rows(a: Arrays, w: Wants, prices: Row, least: int, most: int, begin: int, end: int) -> Whole:
    """What pairs of rows [begin, end) with later ones add to the bound."""
    n = a.active.shape[0]
    y, v, m = prices[:n], prices[n : 2 * n], prices[2 * n :]
    over = np.int64(0)
    d = desk(n)
    everybody = np.arange(n)
    room = np.empty(64 * w.wants.shape[0] * w.wants.shape[2] + 1, np.int64)
    for i in range(begin, end):
        others = everybody[i + 1 :]
        score_some(a, i, others, 0, ALL_CRITERIA, d)
        for x in range(others.shape[0]):
            if d.score[x] < 0:
                continue
            j = others[x]
            gain = -v[i] - v[j]
            for k in range(met(w, i, j, room)):
                gain += m[room[k]]
            for k in range(met(w, j, i, room)):
                gain += m[room[k]]
            over += _over(2 * d.score[x] - y[i] - y[j], gain, least, most)
    return over


def upper_bound(
    encoded: Encoded, prices: Row, least: int, most: int, progress: Progress | None = None
) -> int:
    """No circles of these sizes are worth more in all, in millionths.

    Parameters
    ----------
    prices : int64 array, shape (2 n + wants,)
        y and v of each row, then m of each want; any will do that `priced` accepts.
    """
    n = len(encoded)
    w = encoded_wants(encoded)
    units = ranges(n, max(1, 5_000_000 // max(1, n)))
    over = sum(
        int(part)
        for part in in_turn(
            progress,
            "bounding",
            units,
            lambda unit: _rows(encoded.arrays, w, prices, least, most, *unit),
        )
    )
    y, v, m = prices[:n], prices[n : 2 * n], prices[2 * n :]
    bound = int(y.sum()) + (most - 1) * int(v.sum()) + int((w.worth - m).sum()) + over
    return bound // 2 if w.wants.shape[0] else bound


def encoded_wants(encoded: Encoded) -> Wants:
    """Wants of everybody in a pool."""
    a = encoded.arrays
    kinds = [c for c, x in enumerate(encoded.policy.criteria) if x.kind == "exchange"]
    exchanges = a.slot[kinds]
    return wants_of(a.left[exchanges], a.right[exchanges])


def priced(prices: Row, encoded: Encoded) -> bool:
    """True if these can be prices: one for each, none below 0, no want above its worth."""
    n, worth = len(encoded), encoded_wants(encoded).worth
    fits = prices.shape == (2 * n + len(worth),) and bool((prices >= 0).all())
    return fits and bool((prices[2 * n :] <= worth).all())
