"""Maximum-weight matching in general graphs, exact, over flat integer arrays.

The primal-dual method of Edmonds (1965), one search tree at a time as a shortest augmenting path
(Derigs 1981), with lazily updated duals and a heap of events in time (Galil, Micali, Gabow 1986).

Duals are kept doubled, so that everything stays an integer: an edge (v, w) of weight `c` has slack
``y[v] + y[w] - 2 c`` plus the `z` of each blossom that holds both. Invariants between searches:

1. every slack is >= 0, every y >= 0, every z >= 0;
2. matched edges, and the edges around each blossom, have slack 0;
3. a blossom of 2k + 1 vertices holds k matched edges.

A search from a free vertex `r` with ``y[r] > 0`` ends with `r` matched, or with a vertex whose dual
is 0 left free in its place. When no such `r` is left the matching is optimal and (y, z) proves it.

During a search at time `t` the dual of an S vertex (it may change partner) is ``y[v] - t`` and of a
T vertex ``y[v] + t``; a top S blossom has ``z + 2 t``, a top T blossom ``z - 2 t``. So a label is
given or taken in constant time per vertex, and each event has a fixed time.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.errors import Cancelled

Ints = NDArray[np.int64]
Neighbours = NDArray[np.int32]
Heap = list[Any]  # of (time, vertex or EXPAND, vertex or blossom)

FREE, S, T = 0, 1, 2
EXPAND = -1  # marks a heap event that opens a T blossom instead of using an edge


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
    touched: Ints  # one vertex for each blossom labelled in this search; touched[-1] counts them
    seen: Ints  # 1 for those


def _new_state(n: int) -> State:
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
        touched=full(n + 1, 0),
        seen=full(n, 0),
    )


@kernel
def _top(s: State, v: int) -> Whole:
    """Outermost blossom of vertex `v`."""
    return s.holder[s.group[v]]


@kernel
def _dual(s: State, v: int) -> Whole:
    """Dual of `v` while unlabelled; for S add the time passed back, for T take it off."""
    return s.y[v] + s.lazy[s.group[v]]


@kernel
def _leaves(s: State, b: int, n: int, found: Ints) -> Whole:
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
def _touch(s: State, v: int) -> None:
    if s.seen[v] == 0:
        s.seen[v] = 1
        s.touched[s.touched[-1]] = v
        s.touched[-1] += 1


@kernel
def _scan(g: Graph, s: State, v: int, t: int, bound: Ints, heap: Heap) -> None:
    """Put the events of S vertex `v` on the heap; nothing later than `bound` can matter."""
    yv = _dual(s, v)
    if yv < bound[0]:
        bound[0] = yv
        bound[1] = v
    mine = _top(s, v)
    for k in range(g.start[v], g.start[v + 1]):
        w = np.int64(g.neighbour[k])
        theirs = _top(s, w)
        if theirs == mine:
            continue
        label = s.label[theirs]
        if label == FREE:
            due = yv + _dual(s, w) - g.weight2[k]
        elif label == S:
            due = (yv + _dual(s, w) - g.weight2[k]) // 2
        else:
            continue
        if due < bound[0]:
            heapq.heappush(heap, (due, v, w))
            if label == FREE and s.mate[s.base[theirs]] == -1:
                # This search ends here at the latest.
                bound[0] = due + 1
                bound[1] = -1


@kernel
def _label_s(
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
    _touch(s, s.base[b])
    count = _leaves(s, b, n, s.scratch)
    for k in range(count):
        _scan(g, s, s.scratch[k], t, bound, heap)


@kernel
def _label_t(
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
    _touch(s, s.base[b])


@kernel
def _grow(
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
    b = _top(s, w)
    _label_t(s, b, v, w, t, n, bound, heap)
    inner = s.base[b]
    outer = s.mate[inner]
    _label_s(g, s, _top(s, outer), inner, outer, t, n, bound, heap)


@kernel
def _common_ancestor(s: State, v: int, w: int) -> Whole:
    """The S blossom where the tree paths from `v` and `w` to the root meet."""
    s.mark[-1] += 1
    stamp = s.mark[-1]
    a, b = _top(s, v), _top(s, w)
    while True:
        if a != -1:
            if s.mark[a] == stamp:
                return a
            s.mark[a] = stamp
            a = _grandparent(s, a)
        a, b = b, a


@kernel
def _grandparent(s: State, b: int) -> Whole:
    """Next S blossom towards the root, -1 beyond it."""
    if s.from_vertex[b] == -1:
        return -1
    inner = _top(s, s.from_vertex[b])
    return _top(s, s.from_vertex[inner])


@kernel
def _link(s: State, c: int, d: int, v: int, w: int) -> None:
    s.following[c] = d
    s.before[d] = c
    s.out[c] = v
    s.into[c] = w


@kernel
def _shrink(
    g: Graph,
    s: State,
    v: int,
    w: int,
    t: int,
    n: int,
    bound: Ints,
    heap: Heap,
) -> None:
    """Make one S blossom of the odd circle that the tight edge (v, w) closes."""
    meet = _common_ancestor(s, v, w)
    s.spare[-1] -= 1
    b = s.spare[s.spare[-1]]
    # One way down from the meeting point to v ...
    c, end_v, end_w = _top(s, v), v, w
    nxt = _top(s, w)
    _link(s, c, nxt, end_v, end_w)
    while c != meet:
        up = _top(s, s.from_vertex[c])
        _link(s, up, c, s.from_vertex[c], s.to_vertex[c])
        c = up
    # ... and from w back up to it.
    c = nxt
    while c != meet:
        up = _top(s, s.from_vertex[c])
        _link(s, c, up, s.to_vertex[c], s.from_vertex[c])
        c = up
    s.first[b] = meet
    s.base[b] = s.base[meet]
    s.parent[b] = -1
    s.label[b] = S
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
            count = _leaves(s, c, n, s.scratch[fresh:])
            if c != largest:
                group = s.group[s.base[c]]
                shift = s.lazy[group] - s.lazy[keep]
                if was_t:
                    shift += 2 * t
                _release_group(s, group)
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
        _scan(g, s, s.scratch[k], t, bound, heap)


@kernel
def _release_group(s: State, group: int) -> None:
    s.spare_group[s.spare_group[-1]] = group
    s.spare_group[-1] += 1


@kernel
def _dissolve(s: State, b: int, n: int) -> None:
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
            count = _leaves(s, c, n, s.scratch)
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
def _even_way(s: State, first: int, c: int) -> Whole:
    """True if child `c` reaches the first child in an even number of steps by `before`."""
    steps = 0
    child = first
    while child != c:
        child = s.following[child]
        steps += 1
    return steps % 2 == 0


@kernel
def _open_t(
    g: Graph,
    s: State,
    b: int,
    t: int,
    n: int,
    bound: Ints,
    heap: Heap,
) -> None:
    """Open T blossom `b` whose dual came down to 0; keep the even path from entry to base."""
    s.lazy[s.group[s.base[b]]] += t
    v, w = s.from_vertex[b], s.to_vertex[b]
    first = s.first[b]
    last = s.before[first]
    _dissolve(s, b, n)
    entry = _top(s, w)
    backwards = _even_way(s, first, entry)
    c = entry
    while c != first:
        _label_t(s, c, v, w, t, n, bound, heap)
        # c's base is matched to the next child on the way, which becomes S.
        step = s.before[c] if backwards else s.following[c]
        inner = s.base[c]
        _label_s(g, s, step, inner, s.mate[inner], t, n, bound, heap)
        if backwards:
            c = s.before[step]
            v, w = s.into[c], s.out[c]
        else:
            v, w = s.out[step], s.into[step]
            c = s.following[step]
    _label_t(s, first, v, w, t, n, bound, heap)
    # Children off the way are free again: their edges to S vertices count once more.
    c = last
    while c != first:
        if s.label[c] == FREE:
            count = _leaves(s, c, n, s.scratch)
            for k in range(count):
                w = s.scratch[k]
                for e in range(g.start[w], g.start[w + 1]):
                    x = np.int64(g.neighbour[e])
                    if s.label[_top(s, x)] == S:
                        due = _dual(s, w) + _dual(s, x) - g.weight2[e]
                        if due < bound[0]:
                            heapq.heappush(heap, (due, x, w))
        c = s.before[c]


@kernel
def _rotate(s: State, b: int, v: int, n: int) -> None:
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
            backwards = c != s.first[b] and _even_way(s, s.first[b], c)
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


@kernel
def _augment(s: State, v: int, partner: int, n: int) -> None:
    """Give S vertex `v` a new partner (-1: none) and rematch along the tree up to the root."""
    while True:
        b = _top(s, v)
        _rotate(s, b, v, n)
        s.mate[v] = partner
        if s.from_vertex[b] == -1:
            return
        inner = _top(s, s.from_vertex[b])
        v, partner = s.from_vertex[inner], s.to_vertex[inner]
        _rotate(s, inner, partner, n)
        s.mate[partner] = v


@kernel
def _finish(s: State, t: int, n: int) -> None:
    """Write lazy duals back, drop labels, open blossoms that ended with dual 0."""
    for k in range(s.touched[-1]):
        v = s.touched[k]
        s.seen[v] = 0
        b = _top(s, v)
        label = s.label[b]
        if label != FREE:
            s.label[b] = FREE
            s.lazy[s.group[v]] += -t if label == S else t
            if b >= n:
                s.z[b] += 2 * t if label == S else -2 * t
    for k in range(s.touched[-1]):
        b = _top(s, s.touched[k])
        while b >= n and s.z[b] == 0:
            _dissolve(s, b, n)
            b = _top(s, s.touched[k])
    s.touched[-1] = 0


@kernel
def _search(g: Graph, s: State, root: int, n: int, heap: Heap) -> None:
    """Match the free vertex `root`, or leave a vertex with dual 0 free in its place."""
    heap.clear()
    bound = np.empty(2, np.int64)
    bound[0] = _dual(s, root) + 1
    bound[1] = -1
    t: Whole = np.int64(0)
    none = np.int64(-1)
    _label_s(g, s, _top(s, root), none, none, t, n, bound, heap)
    while True:
        if len(heap) == 0 or (bound[1] >= 0 and heap[0][0] >= bound[0]):
            # No event before a dual comes down to 0: that vertex stays free.
            t = bound[0]
            _augment(s, bound[1], none, n)
            break
        t, v, w = heapq.heappop(heap)
        if v == EXPAND:
            if s.first[w] != -1 and s.label[w] == T and s.parent[w] == -1 and s.z[w] == 2 * t:
                _open_t(g, s, w, t, n, bound, heap)
            continue
        a, b = _top(s, v), _top(s, w)
        if a == b or s.label[b] == T:
            continue
        if s.label[b] == FREE:
            if _dual(s, v) + _dual(s, w) - t != _weight2(g, v, w):
                continue
            if s.mate[s.base[b]] == -1:
                _rotate(s, b, w, n)
                s.mate[w] = v
                _augment(s, v, w, n)
                break
            _grow(g, s, v, w, t, n, bound, heap)
        elif _dual(s, v) + _dual(s, w) - 2 * t == _weight2(g, v, w):
            _shrink(g, s, v, w, t, n, bound, heap)
    _finish(s, t, n)


@kernel
def _weight2(g: Graph, v: int, w: int) -> Whole:
    """Doubled weight of edge (v, w); neighbours are sorted."""
    low, high = g.start[v], g.start[v + 1] - 1
    while low < high:
        middle = (low + high) // 2
        if g.neighbour[middle] < w:
            low = middle + 1
        else:
            high = middle
    return g.weight2[low]


@kernel
def _greedy(g: Graph, s: State, n: int) -> None:
    """Feasible duals as low as a greedy pass gets them, and the tight edges it can match."""
    for v in range(n):
        for k in range(g.start[v], g.start[v + 1]):
            if g.weight2[k] > 2 * s.y[v]:
                s.y[v] = g.weight2[k] // 2
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


@kernel
def _advance(g: Graph, s: State, begin: int, end: int) -> None:
    """Search from each free vertex in [begin, end)."""
    n = np.int64(s.mate.shape[0])
    heap = [(np.int64(0), np.int64(0), np.int64(0))]
    for root in range(begin, end):
        if s.mate[root] == -1 and _dual(s, root) > 0:
            _search(g, s, root, n, heap)


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

    def bound2(self) -> int:
        """Twice the upper bound that the duals prove; as a Python integer it cannot overflow."""
        sizes = blossom_sizes(self.blossoms)
        inside = sum(b.z2 * (k // 2) for b, k in zip(self.blossoms, sizes, strict=True))
        return int(sum(self.y2.tolist())) + inside


Progress = Callable[[str, int, int], bool | None]


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
    a, b, weight = a[keep], b[keep], weight[keep]
    tail = np.concatenate([a, b])
    head = np.concatenate([b, a])
    order = np.lexsort((head, tail))
    start = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=n), out=start[1:])
    doubled = 2 * np.concatenate([weight, weight])[order]
    return Graph(start, head[order].astype(np.int32), doubled.astype(np.int64))


def maximum_weight_matching(
    n: int, a: Neighbours, b: Neighbours, weight: Ints, *, progress: Progress | None = None
) -> Matching:
    """The matching of greatest total weight, with its dual proof.

    Parameters
    ----------
    n, a, b, weight
        As `graph_of`; weights at most 2**40 in size.
    progress
        Called with (stage, done, total); a true answer cancels.

    Raises
    ------
    Cancelled
        When `progress` asked to stop.

    Notes
    -----
    Time O(n (m + n) log n) at worst; searches stay local after the greedy start, so in practice it
    grows about as m log n.
    """
    g = graph_of(n, a, b, weight)
    s = _new_state(n)
    _greedy(g, s, n)
    step = max(256, n // 50)
    for begin in range(0, n, step):
        if progress is not None and progress("solving", begin, n):
            raise Cancelled
        _advance(g, s, begin, min(n, begin + step))
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
