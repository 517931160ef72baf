"""Growing the search tree: labels, and the events they bring."""

from __future__ import annotations

import heapq

import numpy as np

from peerloom.matching.blossom.state import (
    EXPAND,
    FREE,
    Graph,
    Heap,
    Ints,
    S,
    State,
    T,
    dual,
    leaves,
    top,
)
from peerloom.matching.compiled import kernel


@kernel
def touch(s: State, v: int) -> None:
    if s.seen[v] == 0:
        s.seen[v] = 1
        s.touched[s.touched[-1]] = v
        s.touched[-1] += 1


@kernel
def scan(g: Graph, s: State, v: int, t: int, bound: Ints, heap: Heap) -> None:
    """Put the events of S vertex `v` on the heap; nothing later than `bound` can matter."""
    yv = dual(s, v)
    if yv < bound[0]:
        bound[0] = yv
        bound[1] = v
    mine = top(s, v)
    for k in range(g.start[v], g.start[v + 1]):
        w = np.int64(g.neighbour[k])
        theirs = top(s, w)
        if theirs == mine:
            continue
        label = s.label[theirs]
        if label == FREE:
            due = yv + dual(s, w) - g.weight2[k]
        elif label == S:
            due = (yv + dual(s, w) - g.weight2[k]) // 2
        else:
            continue
        if due < bound[0]:
            heapq.heappush(heap, (due, v, w))
            if label == FREE and s.mate[s.base[theirs]] == -1:
                # This search ends here at the latest.
                bound[0] = due + 1
                bound[1] = -1


@kernel
def label_s(
    g: Graph,
    s: State,
    b: int,
    edge_from: int,
    edge_to: int,
    t: int,
    n: int,
    bound: Ints,
    heap: Heap,
) -> None:
    """Blossom `b` may change partner from now on."""
    s.label[b] = S
    s.from_vertex[b] = edge_from
    s.to_vertex[b] = edge_to
    if b >= n:
        s.z[b] -= 2 * t
    s.lazy[s.group[s.base[b]]] += t
    touch(s, s.base[b])
    count = leaves(s, b, n, s.scratch)
    for k in range(count):
        scan(g, s, s.scratch[k], t, bound, heap)


@kernel
def label_t(
    s: State,
    b: int,
    edge_from: int,
    edge_to: int,
    t: int,
    n: int,
    bound: Ints,
    heap: Heap,
) -> None:
    """Blossom `b` is reached by edge (edge_from, edge_to); its partner will follow."""
    s.label[b] = T
    s.from_vertex[b] = edge_from
    s.to_vertex[b] = edge_to
    if b >= n:
        due = t + s.z[b] // 2
        if due < bound[0]:
            heapq.heappush(heap, (due, np.int64(EXPAND), b))
        s.z[b] += 2 * t
    s.lazy[s.group[s.base[b]]] -= t
    touch(s, s.base[b])


@kernel
def grow(
    g: Graph,
    s: State,
    v: int,
    w: int,
    t: int,
    n: int,
    bound: Ints,
    heap: Heap,
) -> None:
    """Take the free blossom of `w` and its partner into the tree over the tight edge (v, w)."""
    b = top(s, w)
    label_t(s, b, v, w, t, n, bound, heap)
    inner = s.base[b]
    outer = s.mate[inner]
    label_s(g, s, top(s, outer), inner, outer, t, n, bound, heap)
