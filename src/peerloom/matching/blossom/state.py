"""The state of a solve in flat arrays, and the greedy start."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import Whole, kernel

Ints = NDArray[np.int64]
Neighbours = NDArray[np.int32]
Heap = list[Any]  # of (time, vertex or EXPAND, vertex or blossom)

FREE, S, T = 0, 1, 2
EXPAND = -1  # marks a heap event that opens a T blossom instead of using an edge
EMPTY = -2  # marks a heap event where the dual of an S vertex comes down to 0


class Graph(NamedTuple):
    """Compressed rows of neighbours; weights are doubled."""

    start: Ints
    neighbour: Neighbours
    weight2: Ints


class State(NamedTuple):
    """All of a solve: vertices are 0..n-1, blossoms n..n+n//2."""

    mate: Ints  # partner of each vertex, -1 when free
    group: Ints  # vertices of one outermost blossom share a group ...
    holder: Ints  # ... and this is that blossom
    lazy: Ints  # what to add to `y` of each vertex in a group
    size: Ints  # vertices in each blossom
    spare_group: Ints  # stack of unused groups; spare_group[-1] counts them
    y: Ints  # doubled duals of vertices, less what is lazy
    z: Ints  # doubled duals of blossoms (lazy while labelled and outermost)
    base: Ints  # the vertex of a blossom not matched inside it
    parent: Ints  # enclosing blossom, -1 for outermost
    first: Ints  # child that holds the base, -1 for vertices and unused ids
    following: Ints  # circle of siblings
    before: Ints
    out: Ints  # end of the edge to the following sibling, on this side
    into: Ints  # and on its side
    label: Ints
    from_vertex: Ints  # the edge that gave the label: outer end
    to_vertex: Ints  # and the end inside
    spare: Ints  # stack of unused blossom ids; spare[-1] counts them
    mark: Ints  # stamps for the search for a common ancestor; mark[-1] is the last stamp
    scratch: Ints
    stack: Ints
    root: Ints  # root vertex of the tree a labelled blossom is in
    bound: Ints  # by root: when its tree ends at the latest, as a dual comes down to 0
    head: Ints  # by root: first of its tree's list of vertices, one for each blossom labelled ...
    link: Ints  # ... and the next of each, -1 at the end
    seen: Ints  # 1 for those
    freed: Ints  # vertices of a tree just ended


def new_state(n: int) -> State:
    ids = n + n // 2 + 1

    def full(size: int, value: int) -> Ints:
        return np.full(size, value, np.int64)

    spare = full(n // 2 + 2, 0)
    spare[: n // 2 + 1] = np.arange(ids - 1, n - 1, -1)
    spare[-1] = n // 2 + 1
    base = full(ids, -1)
    base[:n] = np.arange(n)
    return State(
        mate=full(n, -1),
        group=np.arange(n, dtype=np.int64),
        holder=np.arange(n, dtype=np.int64),
        lazy=np.zeros(n, np.int64),
        size=np.ones(ids, np.int64),
        spare_group=full(n + 1, 0),
        y=np.zeros(n, np.int64),
        z=np.zeros(ids, np.int64),
        base=base,
        parent=full(ids, -1),
        first=full(ids, -1),
        following=full(ids, -1),
        before=full(ids, -1),
        out=full(ids, -1),
        into=full(ids, -1),
        label=full(ids, FREE),
        from_vertex=full(ids, -1),
        to_vertex=full(ids, -1),
        spare=spare,
        mark=full(ids + 1, 0),
        scratch=full(2 * n + 2, 0),
        stack=full(2 * ids + 2, 0),
        root=full(ids, -1),
        bound=full(n, 0),
        head=full(n, -1),
        link=full(n, -1),
        seen=full(n, 0),
        freed=full(n, 0),
    )


@kernel
def top(s: State, v: int) -> Whole:
    """Outermost blossom of vertex `v`."""
    return s.holder[s.group[v]]


@kernel
def dual(s: State, v: int) -> Whole:
    """Dual of `v` while unlabelled; for S add the time passed back, for T take it off."""
    return s.y[v] + s.lazy[s.group[v]]


@kernel
def leaves(s: State, b: int, n: int, found: Ints) -> Whole:
    """Write the vertices of blossom `b` to `found`; return how many. Uses `stack` from its end."""
    if b < n:
        found[0] = b
        return 1
    count = 0
    bottom = s.stack.shape[0]
    high = bottom - 1
    s.stack[high] = b
    while high < bottom:
        c = s.stack[high]
        high += 1
        if c < n:
            found[count] = c
            count += 1
        else:
            child = s.before[s.first[c]]
            while True:
                high -= 1
                s.stack[high] = child
                if child == s.first[c]:
                    break
                child = s.before[child]
    return count


@kernel
def even_way(s: State, first: int, c: int) -> Whole:
    """True if child `c` reaches the first child in an even number of steps by `before`."""
    steps = 0
    child = first
    while child != c:
        child = s.following[child]
        steps += 1
    return steps % 2 == 0


def graph_of(n: int, a: Neighbours, b: Neighbours, weight: Ints) -> Graph:
    """Compressed rows of an undirected graph.

    Parameters
    ----------
    n
        Number of vertices.
    a, b : int32 arrays, shape (m,)
        Ends of each edge, no loops, no edge twice.
    weight : int64 array, shape (m,)
        Integer weights; those below 1 are never worth an edge and are dropped.
    """
    keep = weight > 0
    low, high, weight = np.minimum(a, b)[keep], np.maximum(a, b)[keep], weight[keep]
    keys = low.astype(np.int64) * n + high
    if (np.diff(keys) < 0).any():
        order = np.argsort(keys)
        low, high, weight = low[order], high[order], weight[order]
    rows: Graph = _rows(n, low.astype(np.int32), high.astype(np.int32), 2 * weight.astype(np.int64))
    return rows


@kernel
def _rows(n: int, low: Neighbours, high: Neighbours, doubled: Ints) -> Graph:
    """Rows of neighbours from edges in order; each row comes out in order too."""
    m = low.shape[0]
    start = np.zeros(n + 1, np.int64)
    for k in range(m):
        start[low[k] + 1] += 1
        start[high[k] + 1] += 1
    for v in range(n):
        start[v + 1] += start[v]
    fill = start[:-1].copy()
    neighbour, weight2 = np.empty(2 * m, np.int32), np.empty(2 * m, np.int64)
    # Lower neighbours first: edges stand by their lower end, so these come in order.
    for k in range(m):
        at = fill[high[k]]
        neighbour[at], weight2[at] = low[k], doubled[k]
        fill[high[k]] += 1
    for k in range(m):
        at = fill[low[k]]
        neighbour[at], weight2[at] = high[k], doubled[k]
        fill[low[k]] += 1
    return Graph(start, neighbour, weight2)


@kernel
def edge_of(g: Graph, v: int, w: int) -> Whole:
    """Place of edge (v, w), where there is one; neighbours are sorted."""
    low, high = g.start[v], g.start[v + 1] - 1
    while low < high:
        middle = (low + high) // 2
        if g.neighbour[middle] < w:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def weight2(g: Graph, v: int, w: int) -> Whole:
    """Doubled weight of edge (v, w)."""
    return g.weight2[edge_of(g, v, w)]


@kernel
def raise_duals(g: Graph, s: State, n: int) -> None:
    """Feasible duals, from those of an earlier solve or from 0."""
    for v in range(n):
        for k in range(g.start[v], g.start[v + 1]):
            w = np.int64(g.neighbour[k])
            # From 0 each end bears half; later only what is still missing.
            missing = g.weight2[k] - s.y[v] - max(s.y[w], g.weight2[k] // 2)
            if missing > 0:
                s.y[v] += missing
    for v in range(n):
        for k in range(g.start[v], g.start[v + 1]):
            missing = g.weight2[k] - s.y[v] - s.y[g.neighbour[k]]
            if missing > 0:
                s.y[v] += missing


@kernel
def match_tight(g: Graph, s: State, mate: Ints) -> None:
    """Match the pairs of an earlier answer whose edges are tight."""
    for v in range(mate.shape[0]):
        w = mate[v]
        if w > v and g.start[v] < g.start[v + 1]:
            k = edge_of(g, v, w)
            if g.neighbour[k] == w and s.y[v] + s.y[w] == g.weight2[k]:
                s.mate[v] = w
                s.mate[w] = v


@kernel
def greedy(g: Graph, s: State, n: int) -> None:
    """Lower feasible duals as far as one pass gets them, and match the tight edges it can."""
    for v in range(n):
        if s.mate[v] != -1:
            continue
        low: Whole = np.int64(0)
        best: Whole = -1
        for k in range(g.start[v], g.start[v + 1]):
            w = np.int64(g.neighbour[k])
            need = g.weight2[k] - s.y[w]
            if need > low or (need == low and s.mate[w] == -1 and best == -1):
                low = need
                best = w if s.mate[w] == -1 else -1
        s.y[v] = low
        if best != -1:
            s.mate[v] = best
            s.mate[best] = v
