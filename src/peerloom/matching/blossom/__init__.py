"""Maximum-weight matching in general graphs, exact, over flat integer arrays.

The primal-dual method of Edmonds (1965): search trees grow from all free vertices at once, with
lazily updated duals and one heap of events in time (Galil, Micali, Gabow 1986). When a path between
two trees is found those two end and the others grow on, so a large blossom is looked through once
for each tree that ends, not once for each free vertex.

Duals are kept doubled, so that everything stays an integer: an edge (v, w) of weight `c` has slack
``y[v] + y[w] - 2 c`` plus the `z` of each blossom that holds both. Invariants between events:

1. every slack is >= 0, every y >= 0, every z >= 0;
2. matched edges, and the edges around each blossom, have slack 0;
3. a blossom of 2k + 1 vertices holds k matched edges.

A tree ends with its root matched, or with a vertex whose dual is 0 left free in its place. When no
tree is left the matching is optimal and (y, z) proves it.

At time `t` the dual of an S vertex (it may change partner) is ``y[v] - t`` and of a T vertex
``y[v] + t``; a top S blossom has ``z + 2 t``, a top T blossom ``z - 2 t``. So a label is given or
taken in constant time per vertex, and each event has a fixed time. An event that no longer holds
when its time comes (its tree has ended, its blossom is part of another) is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from peerloom.matching.blossom.search import grow_forest
from peerloom.matching.blossom.state import (
    Ints,
    Neighbours,
    State,
    graph_of,
    greedy,
    match_tight,
    new_state,
    raise_duals,
)
from peerloom.matching.progress import Progress, watched

__all__ = ["Blossom", "Matching", "blossom_sizes", "maximum_weight_matching"]


@dataclass(frozen=True)
class Blossom:
    """An odd set of vertices and its doubled dual, part of the proof.

    Attributes
    ----------
    people
        Vertices in it that are in none of `inside`.
    inside
        Places, in the list of blossoms, of those directly within it; all come before it.
    z2
        Doubled dual, above 0.
    """

    people: tuple[int, ...]
    inside: tuple[int, ...]
    z2: int


def blossom_sizes(blossoms: Sequence[Blossom]) -> list[int]:
    """Vertices in each blossom, those of inner ones included."""
    sizes: list[int] = []
    for blossom in blossoms:
        sizes.append(len(blossom.people) + sum(sizes[k] for k in blossom.inside))
    return sizes


@dataclass(frozen=True)
class Matching:
    """A maximum-weight matching and its proof.

    Attributes
    ----------
    mate : int64 array, shape (n,)
        Partner of each vertex, -1 when free.
    y2 : int64 array, shape (n,)
        Doubled duals of vertices.
    blossoms
        Odd sets with positive dual, inner before outer; no more than n // 2.
    """

    mate: Ints
    y2: Ints
    blossoms: tuple[Blossom, ...]

    def absorbed(self) -> Ints:
        """Doubled duals that are feasible without blossoms: each adds half its price to its own."""
        y2 = self.y2.copy()
        price = [0] * len(self.blossoms)
        for k in range(len(self.blossoms) - 1, -1, -1):
            price[k] += self.blossoms[k].z2
            for inner in self.blossoms[k].inside:
                price[inner] += price[k]
            y2[list(self.blossoms[k].people)] += (price[k] + 1) // 2
        return y2

    def bound2(self) -> int:
        """Twice the upper bound that the duals prove; as a Python integer it cannot overflow."""
        sizes = blossom_sizes(self.blossoms)
        inside = sum(b.z2 * (k // 2) for b, k in zip(self.blossoms, sizes, strict=True))
        return int(sum(self.y2.tolist())) + inside


def maximum_weight_matching(
    n: int,
    a: Neighbours,
    b: Neighbours,
    weight: Ints,
    *,
    start: Matching | None = None,
    progress: Progress | None = None,
    sweep: int = 2,
) -> Matching:
    """The matching of greatest total weight, with its dual proof.

    Parameters
    ----------
    n, a, b, weight
        As `graph_of`; weights at most 2**40 in size.
    start
        The answer for a like graph, to begin from; any will do.
    progress
        Called with (stage, done, total); a true answer cancels.
    sweep
        So many times the events that can stand at once are kept before the others are swept out.

    Raises
    ------
    Cancelled
        When `progress` asked to stop.

    Notes
    -----
    Time O(n (m + n) log n) at worst; trees stay small after the greedy start, so in practice it
    grows about as m log n. Memory O(n + m).
    """
    g = graph_of(n, a, b, weight)
    s = new_state(n)
    if start is not None:
        s.y[:] = start.absorbed()
    raise_duals(g, s, n)
    if start is not None:
        match_tight(g, s, start.mate)
    greedy(g, s, n)
    most = sweep * (len(g.neighbour) + 2 * n)
    watched(progress, "solving", n, lambda board: grow_forest(g, s, board, most))
    return Matching(s.mate.copy(), s.y + s.lazy[s.group], tuple(_blossoms(s, n)))


def _blossoms(s: State, n: int) -> list[Blossom]:
    """Blossoms with a positive dual as a forest; those with dual 0 dissolve into the one around."""
    used = np.flatnonzero(s.first[n:] != -1) + n
    people: dict[int, list[int]] = {}
    inside: dict[int, list[int]] = {}
    found: list[Blossom] = []
    # Inner blossoms are smaller, so their lists are complete when the outer one's turn comes.
    for b in sorted(used.tolist(), key=lambda b: (int(s.size[b]), int(s.base[b]))):
        mine, within = people.setdefault(b, []), inside.setdefault(b, [])
        child = int(s.first[b])
        while True:
            if child < n:
                mine.append(child)
            elif s.z[child] <= 0:
                mine += people[child]
                within += inside[child]
            else:
                within += inside[child]
            child = int(s.following[child])
            if child == s.first[b]:
                break
        if s.z[b] > 0:
            found.append(Blossom(tuple(sorted(mine)), tuple(sorted(within)), int(s.z[b])))
            inside[b] = [len(found) - 1]
    return found
