"""No figure for fewer than five people, and none that can be found by taking others away."""

from __future__ import annotations

from collections.abc import Sequence

SMALLEST = 5


def hidden(counts: Sequence[int]) -> set[int]:
    """Places of counts that must not be shown beside their sum.

    Those from 1 to 4; where they add up to less than five, or one stands alone, the smallest of
    the others too, until they do not. Nothing is hidden where nobody is.
    """
    small = {k for k, count in enumerate(counts) if 0 < count < SMALLEST}
    rest = sorted((k for k, c in enumerate(counts) if c >= SMALLEST), key=lambda k: (counts[k], k))
    while small and rest and (len(small) == 1 or sum(counts[k] for k in small) < SMALLEST):
        small.add(rest.pop(0))
    return small
