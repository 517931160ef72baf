"""Dual prices, and how much each pair falls short of breaking them.

A matching of weight w is proven best when prices y >= 0 for people and z >= 0 for odd sets satisfy
``y_i + y_j + sum(z of sets that hold both) >= weight_ij`` for every eligible pair and add up to w
(Edmonds 1965). The prices are kept doubled, so that they are integers; by how much the left side
exceeds the right is the slack of the pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import Whole, kernel

if TYPE_CHECKING:
    from peerloom.matching.blossom import Blossom

Ints = NDArray[np.int64]


class Prices(NamedTuple):
    """Prices as the compiled loops read them.

    `y2` is less what every pair of the person weighs anyway, so a pair breaks them when twice its
    score exceeds ``y2[i] + y2[j] + z2 of the sets that hold both``.
    """

    y2: Ints
    innermost: Ints  # (n,) smallest odd set of each person; the last stands for no set
    outer: Ints  # (sets + 1,) the set around; the last is around all
    leap: Ints  # (sets + 1,) a set further out, so that any way outwards takes few steps
    depth: Ints  # (sets + 1,)
    z2: Ints  # (sets + 1,) prices of a set and all around it, added up


def prices_of(y2: Ints, sets: Sequence[Blossom]) -> Prices:
    """Prices with odd sets; an inner set comes before the one around it."""
    last = len(sets)
    outer, leap = np.full(last + 1, last, np.int64), np.full(last + 1, last, np.int64)
    innermost = np.full(len(y2), last, np.int64)
    for k, blossom in enumerate(sets):
        innermost[list(blossom.people)] = k
        outer[list(blossom.inside)] = k
    depth, z2 = np.zeros(last + 1, np.int64), np.zeros(last + 1, np.int64)
    # Outer sets come later in the list, so from its end each finds the one around it done.
    for k in range(last - 1, -1, -1):
        around = outer[k]
        depth[k] = depth[around] + 1
        z2[k] = sets[k].z2 + z2[around]
        # Two leaps of one length make a longer one (Myers 1983, skew-binary jump pointers).
        far, farther = leap[around], leap[leap[around]]
        even = depth[around] - depth[far] == depth[far] - depth[farther]
        leap[k] = farther if even else around
    return Prices(y2, innermost, outer, leap, depth, z2)


@kernel
def shared(p: Prices, i: int, j: int) -> Whole:
    """Prices of the odd sets that hold both; steps grow with the logarithm of the depth."""
    a, b = p.innermost[i], p.innermost[j]
    if p.depth[a] < p.depth[b]:
        a, b = b, a
    while p.depth[a] > p.depth[b]:
        a = p.leap[a] if p.depth[p.leap[a]] >= p.depth[b] else p.outer[a]
    while a != b:
        if p.leap[a] != p.leap[b]:
            a, b = p.leap[a], p.leap[b]
        else:
            a, b = p.outer[a], p.outer[b]
    return p.z2[a]


@kernel
def slacks(p: Prices, left: Ints, right: Ints, score: Ints) -> Ints:
    """Slack of each given pair, exact where it breaks the prices; 0 or more where it does not."""
    found = np.empty(left.shape[0], np.int64)
    for k in range(left.shape[0]):
        i, j = left[k], right[k]
        found[k] = p.y2[i] + p.y2[j] - 2 * score[k]
        if found[k] < 0:
            found[k] += shared(p, i, j)
    return found


def losses(before: Sequence[Blossom], now: Sequence[Blossom], n: int) -> tuple[Ints, Ints]:
    """At most what pairs lost in prices of odd sets.

    A large search ends in a long chain of sets, each around the one before, that changes a little
    with every solve. What two people share of one chain is the lesser of what each has of it; so
    that part is measured by person, and only the other sets by their members.

    Returns
    -------
    int64 arrays, shape (n,)
        A pair lost at most what either of its people has in the first, and what one of them, no
        matter which, has in the second.
    """
    had, has = _chain(before), _chain(now)
    later = {name: s.z2 for name, s in zip(_names(now), now, strict=True)}
    fallen = [
        0 if k in had else max(0, s.z2 - later.get(name, 0))
        for k, (name, s) in enumerate(zip(_names(before), before, strict=True))
    ]
    of_chain = _spread(before, [s.z2 if k in had else 0 for k, s in enumerate(before)], n)
    of_chain -= _spread(now, [s.z2 if k in has else 0 for k, s in enumerate(now)], n)
    return np.maximum(0, of_chain), _spread(before, fallen, n)


def _chain(sets: Sequence[Blossom]) -> set[int]:
    """The largest set, the largest in it, and so on."""
    size = [0] * len(sets)
    inner: set[int] = set()
    for k, s in enumerate(sets):
        size[k] = len(s.people) + sum(size[j] for j in s.inside)
        inner.update(s.inside)
    chain: set[int] = set()
    choice = [k for k in range(len(sets)) if k not in inner]
    while choice:
        k = max(choice, key=lambda j: (size[j], -j))
        chain.add(k)
        choice = list(sets[k].inside)
    return chain


def _spread(sets: Sequence[Blossom], worth: Sequence[int], n: int) -> Ints:
    """For each person the worth of all sets that hold them, added up."""
    total, found = list(worth), np.zeros(n, np.int64)
    for k in range(len(sets) - 1, -1, -1):
        for inner in sets[k].inside:
            total[inner] += total[k]
        found[list(sets[k].people)] = total[k]
    return found


def _names(sets: Sequence[Blossom]) -> list[tuple[int, int]]:
    """A name for the people in each set, however it is built: their number and a sum of hashes."""
    names: list[tuple[int, int]] = []
    for s in sets:
        size, total = len(s.people), sum(map(_hash, s.people))
        for k in s.inside:
            size, total = size + names[k][0], total + names[k][1]
        names.append((size, total % 2**128))
    return names


@cache
def _hash(row: int) -> int:
    return int.from_bytes(blake2b(row.to_bytes(8, "little"), digest_size=16).digest(), "little")
