"""One search: from a free vertex to a better matching."""

from __future__ import annotations

import heapq

import numpy as np

from peerloom.matching.blossom.circles import dissolve, open_t, rotate, shrink
from peerloom.matching.blossom.state import (
    EXPAND,
    FREE,
    Graph,
    Heap,
    S,
    State,
    T,
    dual,
    top,
    weight2,
)
from peerloom.matching.blossom.tree import grow, label_s
from peerloom.matching.compiled import Whole, kernel


@kernel
def augment(s: State, v: int, partner: int, n: int) -> None:
    """Give S vertex `v` a new partner (-1: none) and rematch along the tree up to the root."""
    while True:
        b = top(s, v)
        rotate(s, b, v, n)
        s.mate[v] = partner
        if s.from_vertex[b] == -1:
            return
        inner = top(s, s.from_vertex[b])
        v, partner = s.from_vertex[inner], s.to_vertex[inner]
        rotate(s, inner, partner, n)
        s.mate[partner] = v


@kernel
def finish(s: State, t: int, n: int) -> None:
    """Write lazy duals back, drop labels, open blossoms that ended with dual 0."""
    for k in range(s.touched[-1]):
        v = s.touched[k]
        s.seen[v] = 0
        b = top(s, v)
        label = s.label[b]
        if label != FREE:
            s.label[b] = FREE
            s.lazy[s.group[v]] += -t if label == S else t
            if b >= n:
                s.z[b] += 2 * t if label == S else -2 * t
    for k in range(s.touched[-1]):
        b = top(s, s.touched[k])
        while b >= n and s.z[b] == 0:
            dissolve(s, b, n)
            b = top(s, s.touched[k])
    s.touched[-1] = 0


@kernel
def search(g: Graph, s: State, root: int, n: int, heap: Heap) -> None:
    """Match the free vertex `root`, or leave a vertex with dual 0 free in its place."""
    heap.clear()
    bound = np.empty(2, np.int64)
    bound[0] = dual(s, root) + 1
    bound[1] = -1
    t: Whole = np.int64(0)
    none = np.int64(-1)
    label_s(g, s, top(s, root), none, none, t, n, bound, heap)
    while True:
        if len(heap) == 0 or (bound[1] >= 0 and heap[0][0] >= bound[0]):
            # No event before a dual comes down to 0: that vertex stays free.
            t = bound[0]
            augment(s, bound[1], none, n)
            break
        t, v, w = heapq.heappop(heap)
        if v == EXPAND:
            if s.first[w] != -1 and s.label[w] == T and s.parent[w] == -1 and s.z[w] == 2 * t:
                open_t(g, s, w, t, n, bound, heap)
            continue
        a, b = top(s, v), top(s, w)
        if a == b or s.label[b] == T:
            continue
        if s.label[b] == FREE:
            if dual(s, v) + dual(s, w) - t != weight2(g, v, w):
                continue
            if s.mate[s.base[b]] == -1:
                rotate(s, b, w, n)
                s.mate[w] = v
                augment(s, v, w, n)
                break
            grow(g, s, v, w, t, n, bound, heap)
        elif dual(s, v) + dual(s, w) - 2 * t == weight2(g, v, w):
            shrink(g, s, v, w, t, n, bound, heap)
    finish(s, t, n)


@kernel
def advance(g: Graph, s: State, begin: int, end: int) -> None:
    """Search from each free vertex in [begin, end)."""
    n = np.int64(s.mate.shape[0])
    heap = [(np.int64(0), np.int64(0), np.int64(0))]
    for root in range(begin, end):
        if s.mate[root] == -1 and dual(s, root) > 0:
            search(g, s, root, n, heap)
