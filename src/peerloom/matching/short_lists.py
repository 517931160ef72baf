"""A few good partners for each person to choose among, everybody shown about as often.

Those whom everybody would like are not shown to everybody: each person stands on about as many
lists as there are places on one, so that a list is a fair chance and no popularity contest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from peerloom.matching.criteria import ONE
from peerloom.matching.encoding import encode
from peerloom.matching.looks import nearest
from peerloom.matching.policy import Policy
from peerloom.matching.pool import Pool
from peerloom.matching.progress import Progress, in_turn, ranges
from peerloom.matching.quality import gini
from peerloom.matching.sieve import sieve_of

WIDE = 12  # candidates looked at for each place on a list
UNIT = 20_000_000  # pairs looked at between two reports of progress


@dataclass(frozen=True)
class ShortLists:
    """Lists by person, best first, and how evenly people are shown.

    Attributes
    ----------
    lists
        Ids of eligible partners, for each id; fewer than asked for where there are no more.
    gini
        Of how often each person is shown: 0 where all are shown alike, near 1 where a few are.
    """

    lists: dict[str, tuple[str, ...]]
    gini: float


def short_lists(
    pool: Pool,
    policy: Policy,
    size: int = 5,
    *,
    never: Iterable[tuple[str, str]] = (),
    progress: Progress | None = None,
) -> ShortLists:
    """Up to `size` of each person's best eligible partners, shown evenly.

    Notes
    -----
    One place after the other is filled, those with the fewest options first: with the best partner
    who stands on no more lists than places were filled, or else with whoever stands on the fewest.
    Time O(n^2 criteria + n size^2), memory O(n size).
    """
    encoded = encode(pool, policy, never=never)
    sieve = sieve_of(encoded.arrays)
    m = len(sieve.order)
    k = min(max(0, m - 1), WIDE * size)
    options: list[list[int]] = [[] for _ in range(len(encoded))]
    if k:
        units = ranges(m, max(1, UNIT // m))
        looked = in_turn(
            progress,
            "looking at pairs",
            units,
            lambda u: nearest(encoded.arrays, sieve, u[0], u[1], k, 0, 1),
        )
        for (begin, _), best in zip(units, looked, strict=True):
            for at, found in enumerate(best[:, :, 0].tolist()):
                options[sieve.order[begin + at]] = [row for row in found if row >= 0]
    shown = [0] * len(encoded)
    lists: list[list[int]] = [[] for _ in range(len(encoded))]
    order = sorted(range(len(encoded)), key=lambda row: (len(options[row]), row))
    for filled in range(size):
        for row in order:
            left = [other for other in options[row] if other not in lists[row]]
            if left:
                fair = next((o for o in left if shown[o] <= filled), None)
                chosen = fair if fair is not None else min(left, key=lambda o: shown[o])
                lists[row].append(chosen)
                shown[chosen] += 1
    ids = encoded.pool.ids
    return ShortLists(
        {
            ids[row]: tuple(ids[o] for o in sorted(mine, key=options[row].index))
            for row, mine in enumerate(lists)
        },
        gini(sorted(shown)) / ONE,
    )
