"""What a circle is worth, and whether it may be at all.

Each member counts half by their mean score with the others, and half by coverage: the share of
their wants that somebody else in the circle offers (all by score where the policy has no exchange).
A circle's worth is the sum over its members, in millionths.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.circles.table import Table
from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.criteria import ONE
from peerloom.matching.scoring import INELIGIBLE, WORDS_A_WEEK, popcount

Places = NDArray[np.int64]
MAY_NOT = -1


@kernel
def worth(t: Table, members: Places, size: int) -> Whole:
    """Worth of the first `size` members together; `MAY_NOT` where something forbids them."""
    total = np.int64(0)
    for x in range(size):
        for y in range(x):
            s = t.score[members[x], members[y]]
            if s == INELIGIBLE:
                return np.int64(MAY_NOT)
            total += s
    return worth_of(t, members, size, total)


@kernel
def worth_of(t: Table, members: Places, size: int, total: int) -> Whole:
    """As `worth`, of members who may all meet each other and whose scores add up to `total`."""
    if t.quarters > 0 and not _free_together(t, members, size):
        return np.int64(MAY_NOT)
    for c in range(t.group.shape[0]):
        for x in range(size):
            if t.asks[c, members[x]] and _only_one(t, c, members, size, x):
                return np.int64(MAY_NOT)
    of_scores = 2 * total // (size - 1)
    if t.wants.shape[0] == 0:
        return of_scores
    covered = np.int64(0)
    for x in range(size):
        covered += coverage(t, members, size, x)
    return (of_scores + covered) // 2


@kernel
def coverage(t: Table, members: Places, size: int, x: int) -> Whole:
    """Share of the wants of the x-th member that the others offer, in millionths."""
    mine = members[x]
    found = np.int64(0)
    exchanges = t.wants.shape[0]
    for e in range(exchanges):
        if t.counts[e, mine] == 0:
            continue
        met = np.uint64(0)
        for w in range(t.wants.shape[2]):
            want = t.wants[e, mine, w]
            if want != 0:
                offered = np.uint64(0)
                for y in range(size):
                    if y != x:
                        offered |= t.offers[e, members[y], w]
                met += popcount(want & offered)
        found += np.int64(met) * ONE // t.counts[e, mine]
    return found // max(1, exchanges)


@kernel
def _free_together(t: Table, members: Places, size: int) -> Whole:
    """True if all share enough hours in every week."""
    for week in range(t.weeks):
        shared = np.uint64(0)
        for w in range(week * WORDS_A_WEEK, (week + 1) * WORDS_A_WEEK):
            common = t.hours[members[0], w]
            for x in range(1, size):
                common &= t.hours[members[x], w]
            shared += popcount(common)
        if np.int64(shared) < t.quarters:
            return False
    return True


@kernel
def _only_one(t: Table, c: int, members: Places, size: int, x: int) -> Whole:
    """True if nobody else in the circle is what the x-th member is."""
    for y in range(size):
        if y != x and t.group[c, members[y]] == t.group[c, members[x]]:
            return False
    return True
