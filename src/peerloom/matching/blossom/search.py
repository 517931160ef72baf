"""The search: trees from all free vertices at once, to ever better matchings."""

from __future__ import annotations

import heapq

import numpy as np

from peerloom.matching.blossom.circles import dissolve, open_t, rotate, shrink
from peerloom.matching.blossom.state import (
    EMPTY,
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
    weight2,
)
from peerloom.matching.blossom.tree import grow, label_s, offer
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
def end_tree(s: State, root: int, t: int, n: int, count: int) -> Whole:
    """Free all of a tree: write lazy duals back, open blossoms that ended with dual 0.

    Its vertices are written to ``s.freed[count:]``; returns where they end.
    """
    v = s.head[root]
    while v != -1:
        s.seen[v] = 0
        b = top(s, v)
        label = s.label[b]
        if label != FREE:
            s.label[b] = FREE
            s.lazy[s.group[v]] += -t if label == S else t
            if b >= n:
                s.z[b] += 2 * t if label == S else -2 * t
            count += leaves(s, b, n, s.freed[count:])
        v = s.link[v]
    v = s.head[root]
    while v != -1:
        b = top(s, v)
        while b >= n and s.z[b] == 0:
            dissolve(s, b, n)
            b = top(s, v)
        v = s.link[v]
    s.head[root] = -1
    return count


@kernel
def plant(g: Graph, s: State, n: int, heap: Heap) -> Whole:
    """Make every free vertex with a positive dual the root of a tree; return how many."""
    none, now = np.int64(-1), np.int64(0)
    trees = 0
    for v in range(n):
        if s.mate[v] == -1 and dual(s, v) > 0:
            # Duals of all roots have one parity, so edges between S vertices have even slack.
            s.y[v] += dual(s, v) % 2
            s.label[v] = S
            s.root[v] = v
            s.bound[v] = np.iinfo(np.int64).max
            trees += 1
    for v in range(n):
        if s.root[v] == v:
            label_s(g, s, v, none, none, v, now, n, heap)
    return trees


@kernel
def stands(g: Graph, s: State, t: int, v: int, w: int) -> Whole:
    """True if an event is one still: its edge joins what it joined, and is tight when it is due.

    What `grow_forest` asks of each event; there in its own words, as a call for each costs as much
    as all the rest.
    """
    if v == EXPAND:
        return s.first[w] != -1 and s.label[w] == T and s.parent[w] == -1 and s.z[w] == 2 * t
    if v == EMPTY:
        return s.label[top(s, w)] == S and dual(s, w) == t
    a, b = top(s, v), top(s, w)
    if a == b or s.label[a] != S or s.label[b] == T:
        return False
    sides = 1 if s.label[b] == FREE else 2
    return dual(s, v) + dual(s, w) - sides * t == weight2(g, v, w)


@kernel
def swept(g: Graph, s: State, heap: Heap) -> Heap:
    """The heap without events that no longer stand, each once: it never grows beyond the graph.

    What no longer stands never does again by itself: whatever gives a vertex another label puts its
    edges on the heap anew.
    """
    kept = [event for event in heap if stands(g, s, event[0], event[1], event[2])]
    kept.sort()
    once = heap[:0]
    for event in kept:
        if len(once) == 0 or once[-1] != event:
            once.append(event)
    # In order, it is a heap.
    return once


@kernel
def grow_forest(g: Graph, s: State, board: Ints, most: int) -> None:
    """Grow a tree from every free vertex until each is matched, or a dual of 0 stays free.

    `board` is read and written while this runs: [trees ended, trees, 1 to stop]. A heap of more than
    `most` events is swept.
    """
    n = np.int64(s.mate.shape[0])
    none = np.int64(-1)
    heap = [(np.int64(0), none, none)]
    heap.clear()
    board[1] = plant(g, s, n, heap)
    while board[0] < board[1] and board[2] == 0:
        if len(heap) > most:
            heap = swept(g, s, heap)
        t, v, w = heapq.heappop(heap)
        if v == EXPAND:
            if s.first[w] != -1 and s.label[w] == T and s.parent[w] == -1 and s.z[w] == 2 * t:
                open_t(g, s, w, t, n, heap)
            continue
        freed: Whole = np.int64(0)
        if v == EMPTY:
            a = top(s, w)
            if s.label[a] != S or dual(s, w) != t:
                continue
            augment(s, w, none, n)
            freed = end_tree(s, s.root[a], t, n, freed)
            board[0] += 1
        else:
            a, b = top(s, v), top(s, w)
            if a == b or s.label[a] != S or s.label[b] == T:
                continue
            if s.label[b] == FREE:
                if dual(s, v) + dual(s, w) - t != weight2(g, v, w):
                    continue
                if s.mate[s.base[b]] != -1:
                    grow(g, s, v, w, t, n, heap)
                    continue
                rotate(s, b, w, n)
                s.mate[w] = v
                augment(s, v, w, n)
                freed = end_tree(s, s.root[a], t, n, freed)
                board[0] += 1
            else:
                if dual(s, v) + dual(s, w) - 2 * t != weight2(g, v, w):
                    continue
                one, other = s.root[a], s.root[b]
                if one == other:
                    shrink(g, s, v, w, t, n, heap)
                    continue
                augment(s, v, w, n)
                augment(s, w, v, n)
                freed = end_tree(s, one, t, n, freed)
                freed = end_tree(s, other, t, n, freed)
                board[0] += 2
        for k in range(freed):
            offer(g, s, s.freed[k], heap)
