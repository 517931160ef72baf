"""Odd circles become blossoms, and blossoms come apart again."""

from __future__ import annotations

import numpy as np

from peerloom.matching.blossom.state import (
    FREE,
    Graph,
    Heap,
    S,
    State,
    T,
    even_way,
    leaves,
    top,
)
from peerloom.matching.blossom.tree import label_s, label_t, offer, scan
from peerloom.matching.compiled import Whole, kernel


@kernel
def common_ancestor(s: State, v: int, w: int) -> Whole:
    """The S blossom where the tree paths from `v` and `w` to the root meet."""
    s.mark[-1] += 1
    stamp = s.mark[-1]
    a, b = top(s, v), top(s, w)
    while True:
        if a != -1:
            if s.mark[a] == stamp:
                return a
            s.mark[a] = stamp
            a = grandparent(s, a)
        a, b = b, a


@kernel
def grandparent(s: State, b: int) -> Whole:
    """Next S blossom towards the root, -1 beyond it."""
    if s.from_vertex[b] == -1:
        return -1
    inner = top(s, s.from_vertex[b])
    return top(s, s.from_vertex[inner])


@kernel
def link(s: State, c: int, d: int, v: int, w: int) -> None:
    s.following[c] = d
    s.before[d] = c
    s.out[c] = v
    s.into[c] = w


@kernel
def shrink(
    g: Graph,
    s: State,
    v: int,
    w: int,
    t: int,
    n: int,
    heap: Heap,
) -> None:
    """Make one S blossom of the odd circle that the tight edge (v, w) closes."""
    meet = common_ancestor(s, v, w)
    s.spare[-1] -= 1
    b = s.spare[s.spare[-1]]
    # One way down from the meeting point to v ...
    c, end_v, end_w = top(s, v), v, w
    nxt = top(s, w)
    link(s, c, nxt, end_v, end_w)
    while c != meet:
        up = top(s, s.from_vertex[c])
        link(s, up, c, s.from_vertex[c], s.to_vertex[c])
        c = up
    # ... and from w back up to it.
    c = nxt
    while c != meet:
        up = top(s, s.from_vertex[c])
        link(s, c, up, s.to_vertex[c], s.from_vertex[c])
        c = up
    s.first[b] = meet
    s.base[b] = s.base[meet]
    s.parent[b] = -1
    s.label[b] = S
    s.root[b] = s.root[meet]
    s.from_vertex[b] = s.from_vertex[meet]
    s.to_vertex[b] = s.to_vertex[meet]
    s.z[b] = -2 * t
    largest = meet
    c = s.following[meet]
    while c != meet:
        if s.size[c] > s.size[largest]:
            largest = c
        c = s.following[c]
    keep = s.group[s.base[largest]]
    if s.label[largest] == T:
        s.lazy[keep] += 2 * t
    fresh = 0
    size = np.int64(0)
    c = meet
    while True:
        s.parent[c] = b
        size += s.size[c]
        was_t = s.label[c] == T
        if c >= n:
            s.z[c] += -2 * t if was_t else 2 * t
        if was_t or c != largest:
            # The largest child keeps its group: merging costs the smaller ones alone.
            count = leaves(s, c, n, s.scratch[fresh:])
            if c != largest:
                group = s.group[s.base[c]]
                shift = s.lazy[group] - s.lazy[keep]
                if was_t:
                    shift += 2 * t
                release_group(s, group)
                for k in range(fresh, fresh + count):
                    s.group[s.scratch[k]] = keep
                    s.y[s.scratch[k]] += shift
            if was_t:
                # Scanned once the whole blossom is in place.
                fresh += count
        s.label[c] = FREE
        c = s.following[c]
        if c == meet:
            break
    s.size[b] = size
    s.holder[keep] = b
    for k in range(fresh):
        scan(g, s, s.scratch[k], t, heap)


@kernel
def release_group(s: State, group: int) -> None:
    s.spare_group[s.spare_group[-1]] = group
    s.spare_group[-1] += 1


@kernel
def dissolve(s: State, b: int, n: int) -> None:
    """Make the children of outermost blossom `b` outermost; its id is free again afterwards."""
    first = s.first[b]
    largest = first
    c = s.following[first]
    while c != first:
        if s.size[c] > s.size[largest]:
            largest = c
        c = s.following[c]
    whole = s.group[s.base[b]]
    s.holder[whole] = largest
    c = first
    while True:
        s.parent[c] = -1
        if c != largest:
            s.spare_group[-1] -= 1
            group = s.spare_group[s.spare_group[-1]]
            s.holder[group] = c
            s.lazy[group] = s.lazy[whole]
            count = leaves(s, c, n, s.scratch)
            for k in range(count):
                s.group[s.scratch[k]] = group
        c = s.following[c]
        if c == first:
            break
    s.first[b] = -1
    s.base[b] = -1
    s.label[b] = FREE
    s.z[b] = 0
    s.spare[s.spare[-1]] = b
    s.spare[-1] += 1


@kernel
def open_t(
    g: Graph,
    s: State,
    b: int,
    t: int,
    n: int,
    heap: Heap,
) -> None:
    """Open T blossom `b` whose dual came down to 0; keep the even path from entry to base."""
    s.lazy[s.group[s.base[b]]] += t
    root = s.root[b]
    v, w = s.from_vertex[b], s.to_vertex[b]
    first = s.first[b]
    last = s.before[first]
    dissolve(s, b, n)
    entry = top(s, w)
    backwards = even_way(s, first, entry)
    c = entry
    while c != first:
        label_t(s, c, v, w, root, t, n, heap)
        # c's base is matched to the next child on the way, which becomes S.
        step = s.before[c] if backwards else s.following[c]
        inner = s.base[c]
        label_s(g, s, step, inner, s.mate[inner], root, t, n, heap)
        if backwards:
            c = s.before[step]
            v, w = s.into[c], s.out[c]
        else:
            v, w = s.out[step], s.into[step]
            c = s.following[step]
    label_t(s, first, v, w, root, t, n, heap)
    # Children off the way are free again: their edges to S vertices count once more.
    c = last
    while c != first:
        if s.label[c] == FREE:
            count = leaves(s, c, n, s.scratch)
            for k in range(count):
                offer(g, s, s.scratch[k], heap)
        c = s.before[c]


@kernel
def rotate(s: State, b: int, v: int, n: int) -> None:
    """Make `v` the base of blossom `b`: rematch the even path inside, at every depth."""
    s.stack[0], s.stack[1] = b, v
    depth = 2
    while depth > 0:
        depth -= 2
        outermost, v = s.stack[depth], s.stack[depth + 1]
        if outermost < n or s.base[outermost] == v:
            continue
        start = v
        while start != outermost:
            # One level: `start` becomes the first child of `b`.
            b = s.parent[start]
            c = start
            backwards = c != s.first[b] and even_way(s, s.first[b], c)
            while c != s.first[b]:
                if backwards:
                    c = s.before[c]
                    other = s.before[c]
                    inner, outer = s.into[other], s.out[other]
                else:
                    c = s.following[c]
                    other = s.following[c]
                    inner, outer = s.out[c], s.into[c]
                s.stack[depth], s.stack[depth + 1] = c, inner
                s.stack[depth + 2], s.stack[depth + 3] = other, outer
                depth += 4
                s.mate[inner] = outer
                s.mate[outer] = inner
                c = other
            s.first[b] = start
            s.base[b] = v
            start = b
