"""Growing the search tree: labels, and the events they bring."""

from __future__ import annotations

import heapq

import numpy as np

from peerloom.matching.blossom.state import (
    EMPTY,
    EXPAND,
    FREE,
    Graph,
    Heap,
    S,
    State,
    T,
    dual,
    leaves,
    top,
)
from peerloom.matching.compiled import kernel


@kernel
def touch(s: State, v: int, root: int) -> None:
    """Put `v` on the list of its tree."""
    if s.seen[v] == 0:
        s.seen[v] = 1
        s.link[v] = s.head[root]
        s.head[root] = v


@kernel
def scan(g: Graph, s: State, v: int, t: int, heap: Heap) -> None:
    """Put the events of S vertex `v` on the heap; nothing after its tree's end can matter."""
    yv = dual(s, v)
    mine = top(s, v)
    root = s.root[mine]
    if yv < s.bound[root]:
        s.bound[root] = yv
        heapq.heappush(heap, (yv, np.int64(EMPTY), v))
    last = s.bound[root]
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
        if due <= last:
            heapq.heappush(heap, (due, v, w))


@kernel
def offer(g: Graph, s: State, w: int, heap: Heap) -> None:
    """Put the edges between free vertex `w` and S vertices on the heap."""
    yw = dual(s, w)
    for k in range(g.start[w], g.start[w + 1]):
        v = np.int64(g.neighbour[k])
        b = top(s, v)
        if s.label[b] == S:
            due = dual(s, v) + yw - g.weight2[k]
            if due <= s.bound[s.root[b]]:
                heapq.heappush(heap, (due, v, w))


@kernel
def label_s(
    g: Graph,
    s: State,
    b: int,
    edge_from: int,
    edge_to: int,
    root: int,
    t: int,
    n: int,
    heap: Heap,
) -> None:
    """Blossom `b` may change partner from now on."""
    s.label[b] = S
    s.from_vertex[b] = edge_from
    s.to_vertex[b] = edge_to
    if b >= n:
        s.z[b] -= 2 * t
    s.lazy[s.group[s.base[b]]] += t
    s.root[b] = root
    touch(s, s.base[b], root)
    count = leaves(s, b, n, s.scratch)
    for k in range(count):
        scan(g, s, s.scratch[k], t, heap)


@kernel
def label_t(
    s: State,
    b: int,
    edge_from: int,
    edge_to: int,
    root: int,
    t: int,
    n: int,
    heap: Heap,
) -> None:
    """Blossom `b` is reached by edge (edge_from, edge_to); its partner will follow."""
    s.label[b] = T
    s.from_vertex[b] = edge_from
    s.to_vertex[b] = edge_to
    if b >= n:
        due = t + s.z[b] // 2
        if due <= s.bound[root]:
            heapq.heappush(heap, (due, np.int64(EXPAND), b))
        s.z[b] += 2 * t
    s.lazy[s.group[s.base[b]]] -= t
    s.root[b] = root
    touch(s, s.base[b], root)


@kernel
def grow(
    g: Graph,
    s: State,
    v: int,
    w: int,
    t: int,
    n: int,
    heap: Heap,
) -> None:
    """Take the free blossom of `w` and its partner into the tree over the tight edge (v, w)."""
    b = top(s, w)
    root = s.root[top(s, v)]
    label_t(s, b, v, w, root, t, n, heap)
    inner = s.base[b]
    outer = s.mate[inner]
    label_s(g, s, top(s, outer), inner, outer, root, t, n, heap)
