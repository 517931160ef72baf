"""What the search for circles reads: scores of all pairs, wants and offers, hours, company."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import kernel
from peerloom.matching.criteria import ONE
from peerloom.matching.encoding import Encoded
from peerloom.matching.scoring import (
    ALL_CRITERIA,
    INELIGIBLE,
    WORDS_A_WEEK,
    Arrays,
    Row,
    score_some,
)
from peerloom.matching.scoring import desk as scores_desk


class Table(NamedTuple):
    """Some people of a pool, m of them, as the search reads them; by place in the part.

    Attributes
    ----------
    score : int32 array, shape (m, m)
        Scores of pairs; -1 where a must-have fails.
    wants, offers : uint64 arrays, shape (exchanges, m, words)
        One bit an item, for each criterion of kind `exchange`.
    counts : int64 array, shape (exchanges, m)
        Wants of each; 0 for somebody who named none, whose coverage is nothing either way.
    hours : uint64 array, shape (m, words)
        Free quarter hours of the weeks, all ones for somebody who named none.
    weeks, quarters
        Weeks in the season, and quarter hours that all of a circle must share in each; 0 where the
        policy has no must-have about hours.
    group, asks : int64 array, uint8 array, shape (company, m)
        For each criterion with `company`: what a person is (-1 for no answer), and whether they
        asked for company.
    """

    score: NDArray[np.int32]
    wants: NDArray[np.uint64]
    offers: NDArray[np.uint64]
    counts: NDArray[np.int64]
    hours: NDArray[np.uint64]
    weeks: int
    quarters: int
    group: NDArray[np.int64]
    asks: NDArray[np.uint8]


def table_of(encoded: Encoded, rows: Sequence[int]) -> Table:
    """The table of some rows; memory is that of one 32-bit number for each two of them."""
    a, policy = encoded.arrays, encoded.policy
    who = np.array(rows, np.int64)
    of_kind = {k: [c for c, x in enumerate(policy.criteria) if x.kind == k] for k in _READ}
    exchanges = [int(a.slot[c]) for c in of_kind["exchange"]]
    hours = np.full((len(who), 1), np.iinfo(np.uint64).max, np.uint64)
    weeks = quarters = 0
    for c in of_kind["schedule"]:
        if policy.criteria[c].must:
            k = int(a.slot[c])
            weeks = int(a.weeks[k])
            quarters = -(-int(a.threshold[c]) * int(a.enough[k]) // ONE)
            hours = a.week[k][who, : weeks * WORDS_A_WEEK].copy()
            hours[a.gives[c, who] == 0] = np.iinfo(np.uint64).max
    company = [c for c in of_kind["same"] if policy.criteria[c].settings.get("company")]
    group = np.full((len(company), len(who)), -1, np.int64)
    asks = np.zeros((len(company), len(who)), np.uint8)
    for k, c in enumerate(company):
        group[k] = np.where(a.gives[c, who], a.codes[a.slot[c], who], -1)
        asks[k] = encoded.company[c][who] & (group[k] >= 0)
    return Table(
        score=_square(a, who),
        wants=a.left[exchanges][:, who],
        offers=a.right[exchanges][:, who],
        counts=a.counts[exchanges][:, who],
        hours=np.ascontiguousarray(hours),
        weeks=weeks,
        quarters=quarters,
        group=group,
        asks=asks,
    )


_READ = ("exchange", "schedule", "same")


@kernel
def _square(a: Arrays, who: Row) -> NDArray[np.int32]:
    m = who.shape[0]
    found = np.full((m, m), INELIGIBLE, np.int32)
    d = scores_desk(m)
    for x in range(m):
        others = who[x + 1 :]
        score_some(a, who[x], others, 0, ALL_CRITERIA, d)
        for y in range(others.shape[0]):
            found[x, x + 1 + y] = d.score[y]
            found[x + 1 + y, x] = d.score[y]
    return found
