"""Loops over plain arrays that the quick look is made of.

Each is a function of its own, so that the compiler sees that nothing overlaps and takes many people
at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.scoring import popcount
from peerloom.matching.sieve.build import Bits, Floats

Flags = NDArray[np.uint8]
Single = Any

NONE = np.float32(0)
ALL = np.float32(1)
# Far below every score, even after all that follows is added.
OUT = np.float32(-1e9)


@kernel
def equal(mine: int, codes: NDArray[np.int32], met: Single, unmet: Single, to: Floats) -> None:
    for x in range(codes.shape[0]):
        to[x] = met if codes[x] == mine else unmet


@kernel
def add_equal(
    mine: int, codes: NDArray[np.int32], met: Single, unmet: Single, unknown: Single, u: Floats
) -> None:
    """As `equal`, weighed and added; `unknown` where there is no answer."""
    for x in range(codes.shape[0]):
        other = unmet if codes[x] >= 0 else unknown
        u[x] += met if codes[x] == mine else other


@kernel
def near(mine: Single, numbers: Floats, to: Floats) -> None:
    for x in range(numbers.shape[0]):
        to[x] = max(NONE, ALL - abs(numbers[x] - mine))


@kernel
def add_near(
    mine: Single, numbers: Floats, weight: Single, least: Single, unknown: Single, u: Floats
) -> None:
    """As `near`, weighed and added; whoever falls short of `least` is out."""
    for x in range(numbers.shape[0]):
        apart = abs(numbers[x] - mine)
        worth = max(NONE, ALL - apart)
        gain = weight * worth if worth >= least else OUT
        # Where there is no answer the distance is not a number, and equals nothing.
        u[x] += gain if apart == apart else unknown


@kernel
def common(mine: Whole, theirs: Bits, worth: Single, to: Floats) -> None:
    for x in range(theirs.shape[0]):
        to[x] += worth * np.float32(np.int32(popcount(mine & theirs[x])))


@kernel
def poorer(shared: Floats, to: Floats) -> None:
    for x in range(to.shape[0]):
        to[x] = min(to[x], shared[x])
        shared[x] = NONE


@kernel
def add_known(
    to: Floats, weight: Single, least: Single, unknown: Single, known: Flags, u: Floats
) -> None:
    for x in range(to.shape[0]):
        gain = weight * to[x] if to[x] >= least else OUT
        u[x] += gain if known[x] != 0 else unknown


@kernel
def scale(factor: Single, to: Floats) -> None:
    for x in range(to.shape[0]):
        to[x] *= factor


@kernel
def times(factors: Floats, to: Floats) -> None:
    for x in range(factors.shape[0]):
        to[x] *= factors[x]


@kernel
def fill(value: Single, to: Floats) -> None:
    for x in range(to.shape[0]):
        to[x] = value


@kernel
def copy(source: Floats, to: Floats) -> None:
    for x in range(source.shape[0]):
        to[x] = source[x]


@kernel
def put_listed(
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
def demand(
    to: Floats,
    threshold: Single,
    unknown: Single,
    asked: Flags,
    known: Flags,
    u: Floats,
) -> None:
    """Put out whoever asks and falls short; `unknown` is added where the answer is missing."""
    for x in range(to.shape[0]):
        short = OUT if to[x] < threshold else NONE
        failed = short if known[x] != 0 else unknown
        u[x] += failed if asked[x] != 0 else NONE


@kernel
def weigh(to: Floats, weight: Single, u: Floats) -> None:
    for x in range(to.shape[0]):
        u[x] += weight * to[x]


@kernel
def weigh_known(to: Floats, weight: Single, filled: Single, known: Flags, u: Floats) -> None:
    for x in range(to.shape[0]):
        worth = weight * to[x]
        u[x] += worth if known[x] != 0 else filled


@kernel
def shift(by: Single, u: Floats) -> None:
    for x in range(u.shape[0]):
        u[x] += by


@kernel(inline="always")
def reaches(kind: int, mine: Single, theirs: Single, need: Single) -> Any:
    """True if satisfactions of at most `mine` and `theirs` may make the score needed."""
    if kind == 1:
        reach = min(mine, theirs) >= need
    elif kind == 2:
        reach = mine + theirs >= np.float32(2) * need
    else:
        reach = np.float32(2) * mine * theirs >= need * (mine + theirs)
    return reach & (mine > NONE)


@kernel
def hopes(kind: int, spare: Single, u_p: Floats, u_q: Floats, need: Floats, flags: Flags) -> Whole:
    """Flag who could reach the score needed with `spare` more satisfaction on either side.

    Returns how many.
    """
    count = np.int64(0)
    for x in range(u_p.shape[0]):
        flag = reaches(kind, u_p[x] + spare, u_q[x] + spare, need[x])
        flags[x] = flag
        count += flag
    return count
