"""Looks through pairs: each person's best few, and the pairs nearest to breaking the prices.

Each look takes a range of positions and reads the rest, so ranges can be looked through in any
order, in threads or on other machines, and what is found is the same.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching import scoring
from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.criteria import ONE
from peerloom.matching.prices import Prices, shared
from peerloom.matching.scoring import ALL_CRITERIA, INELIGIBLE, Arrays, Row, score_some
from peerloom.matching.scoring import desk as scores_desk
from peerloom.matching.sieve import TILE, Desk, Sieve, desk, passes_over, potential

Found = NDArray[np.int64]

BATCH = 24  # hits scored at a time: each turn to the exact scores costs as much as some of them


class Hits(NamedTuple):
    """Room for those who may do, before they are scored to the last digit."""

    found: Row  # positions
    others: Row  # their rows
    scored: Row  # without those who are like the one before
    at: Row  # where each stands in `scored`


@kernel
def hits_desk() -> Hits:
    """Room for a tile of people and `BATCH` more."""
    size = TILE + BATCH
    return Hits(
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
    )


@kernel
def gather(d: Desk, first: int, hits: int, e: Hits, count: int) -> Whole:
    """Put ``d.hits`` of the range from `first` behind the `count` in ``e.found``; the new count."""
    for h in range(hits):
        e.found[count + h] = first + d.hits[h]
    return count + hits


@kernel
def score_hits(a: Arrays, v: Sieve, p: int, hits: int, s: scoring.Desk, e: Hits) -> None:
    """Score position p with the first of ``e.found``; twins are scored once.

    Rows go to ``e.others``, scores and satisfactions to the desk `s`.
    """
    count = 0
    for h in range(hits):
        q = e.found[h]
        e.others[h] = v.order[q]
        again = h > 0 and q == e.found[h - 1] + 1 and v.twin[q] and q != p and q - 1 != p
        if not again:
            e.scored[count] = v.order[q]
            count += 1
        e.at[h] = count - 1
    score_some(a, v.order[p], e.scored[:count], 0, ALL_CRITERIA, s)
    if count < hits:
        # From the end, so that nothing is read after it was written over.
        for h in range(hits - 1, -1, -1):
            k = e.at[h]
            s.score[h], s.u_i[h], s.u_j[h] = s.score[k], s.u_i[k], s.u_j[k]


@kernel
def nearest(a: Arrays, v: Sieve, begin: int, end: int, k: int, minimum: int, stride: int) -> Found:
    """The k best eligible partners of each position in [begin, end), among every `stride`-th tile.

    Of partners with equal scores those that stand next come first, so that people who are all
    alike do not all choose the same few.

    Returns
    -------
    int64 array, shape (end - begin, k, 2)
        Row of the partner and score; -1 where there are fewer.
    """
    m = v.order.shape[0]
    tiles = (m + TILE - 1) // TILE
    best = np.full((end - begin, k, 2), -1, np.int64)
    d = desk()
    s = scores_desk(TILE + BATCH)
    e = hits_desk()
    for p in range(begin, end):
        kept = best[p - begin]
        own = p // TILE
        width = 64
        for step in range(tiles + 1):
            if step % stride != 0 and step != tiles:
                continue
            # Its own tile from the person on, the others in a round, and its own up to the person.
            tile = (own + step) % tiles
            first, last = tile * TILE, min(m, tile * TILE + TILE)
            if step == 0:
                first = p + 1
            elif step == tiles:
                last = p
            if passes_over(v, p, tile):
                continue
            # A few first: once there are good partners, most others are ruled out unscored.
            while first < last:
                stop = min(last, first + width)
                width = min(TILE, 2 * width)
                d.need[:] = np.float32(max(minimum, kept[k - 1, 1] + 1) / ONE)
                hits = gather(d, first, potential(v, p, first, stop, d), e, 0)
                score_hits(a, v, p, hits, s, e)
                for h in range(hits):
                    j, worth = e.others[h], s.score[h]
                    if worth == INELIGIBLE or worth < minimum or worth <= kept[k - 1, 1]:
                        continue
                    place = k - 1
                    while place > 0 and kept[place - 1, 1] < worth:
                        kept[place, 0], kept[place, 1] = kept[place - 1, 0], kept[place - 1, 1]
                        place -= 1
                    kept[place, 0], kept[place, 1] = j, worth
                first = stop
    return best


@kernel
def _keep(
    p: Prices,
    i: int,
    hits: int,
    e: Hits,
    s: scoring.Desk,
    minimum: int,
    scored: int,
    most: int,
    kept: Found,
    count: Whole,
    bar: Whole,
) -> tuple[Whole, Whole]:
    """Keep the pairs of least slack among those just scored; the new count and bar."""
    for h in range(hits):
        j, worth = e.others[h], s.score[h]
        if worth == INELIGIBLE or worth < minimum:
            continue
        slack = p.y2[i] + p.y2[j] - 2 * scored * worth
        if slack >= bar:
            continue
        slack += shared(p, i, j)
        if slack >= bar:
            continue
        place = count if count < most else most - 1
        count = min(most, count + 1)
        while place > 0 and kept[place - 1, 0] > slack:
            for field in range(3):
                kept[place, field] = kept[place - 1, field]
            place -= 1
        kept[place, 0], kept[place, 1], kept[place, 2] = slack, j, worth
        if count == most:
            bar = kept[most - 1, 0]
    return count, bar


@kernel
def closest(
    a: Arrays,
    v: Sieve,
    p: Prices,
    who: NDArray[np.int64],
    onward: bool,
    minimum: int,
    scored: int,
    most: int,
    limit: int,
    stride: int,
) -> tuple[Found, NDArray[np.int64]]:
    """For each position in `who` the pairs of least slack at the prices `p`.

    Parameters
    ----------
    onward
        Look at later positions alone, so that each pair is met once.
    minimum
        Least score of a pair worth making.
    scored
        1 where pairs weigh their scores too, 0 where all that may be weigh the same.
    most, limit
        At most so many for each, and none with as much slack.
    stride
        Look at every `stride`-th tile alone.

    Returns
    -------
    int64 array, shape (found, 4)
        Row, other row, score, slack.
    int64 array, shape (len(who),)
        Every pair looked at and left out has at least this slack.
    """
    m = v.order.shape[0]
    tiles = (m + TILE - 1) // TILE
    found = np.empty((who.shape[0] * most, 4), np.int64)
    level = np.empty(who.shape[0], np.int64)
    total = 0
    prices = np.empty(m, np.float64)
    for q in range(m):
        prices[q] = p.y2[v.order[q]]
    kept = np.empty((most, 3), np.int64)
    d = desk()
    s = scores_desk(TILE + BATCH)
    e = hits_desk()
    for at in range(who.shape[0]):
        here = who[at]
        i = v.order[here]
        bar: Whole = np.int64(limit)
        count: Whole = np.int64(0)
        hits: Whole = np.int64(0)
        for tile in range(here // TILE if onward else 0, tiles):
            if (tile - here // TILE) % stride != 0:
                continue
            first, last = tile * TILE, min(m, tile * TILE + TILE)
            if onward:
                first = max(first, here + 1)
            if first >= last or passes_over(v, here, tile):
                continue
            least = max(0.0, minimum / ONE)
            shift = prices[here] - bar
            for x in range(last - first):
                want = prices[first + x] + shift
                if scored:
                    want /= 2.0 * ONE
                else:
                    want = 0.0 if want < 0 else 2.0
                d.need[x] = np.float32(min(2.0, max(least, want)))
            hits = gather(d, first, potential(v, here, first, last, d), e, hits)
            if hits >= BATCH:
                score_hits(a, v, here, hits, s, e)
                count, bar = _keep(p, i, hits, e, s, minimum, scored, most, kept, count, bar)
                hits = 0
        score_hits(a, v, here, hits, s, e)
        count, bar = _keep(p, i, hits, e, s, minimum, scored, most, kept, count, bar)
        level[at] = bar
        for x in range(count):
            found[total, 0], found[total, 1] = i, kept[x, 1]
            found[total, 2], found[total, 3] = kept[x, 2], kept[x, 0]
            total += 1
    return found[:total].copy(), level
