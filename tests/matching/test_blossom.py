"""The kernel against networkx and rustworkx, and its proof against every edge."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
import rustworkx as rx
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.matching.blossom import Matching, maximum_weight_matching
from peerloom.matching.errors import Cancelled
from peerloom.matching.parts import match_in_parts

Edges = list[tuple[int, int, int]]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, Edges]:
    """Dense and sparse, ties and zeros, huge weights, disconnected parts."""
    n = draw(st.integers(2, 14))
    every = [(i, j) for i in range(n) for j in range(i + 1, n)]
    chosen = draw(st.one_of(st.just(every), st.lists(st.sampled_from(every), unique=True)))
    top = draw(st.sampled_from((1, 2, 5, 1000, 2**40)))
    least = draw(st.sampled_from((0, 2**39)))
    return n, [(i, j, draw(st.integers(min(least, top), top))) for i, j in chosen]


def solve(n: int, edges: Edges, **more: Any) -> Matching:
    a, b, w = (np.array([e[k] for e in edges], np.int64) for k in range(3))
    return maximum_weight_matching(n, a.astype(np.int32), b.astype(np.int32), w, **more)


def weight_of(matching: Matching, edges: Edges) -> int:
    return sum(w for a, b, w in edges if matching.mate[a] == b)


def members(matching: Matching) -> list[set[int]]:
    found: list[set[int]] = []
    for blossom in matching.blossoms:
        found.append(set(blossom.people).union(*(found[k] for k in blossom.inside)))
    return found


def assert_proven(n: int, edges: Edges, matching: Matching) -> None:
    mate = matching.mate.tolist()
    assert all(mate[mate[v]] == v for v in range(n) if mate[v] >= 0)
    assert matching.bound2() == 2 * weight_of(matching, edges)
    assert (matching.y2 >= 0).all()
    sets = list(zip(members(matching), matching.blossoms, strict=True))
    assert all(len(m) % 2 and b.z2 > 0 for m, b in sets)
    for a, b, w in edges:
        z2 = sum(s.z2 for m, s in sets if a in m and b in m)
        assert matching.y2[a] + matching.y2[b] + z2 >= 2 * w


@settings(max_examples=2000, deadline=None)
@given(graphs())
def test_it_weighs_what_networkx_finds_and_proves_it(graph: tuple[int, Edges]) -> None:
    n, edges = graph
    theirs = nx.Graph()
    theirs.add_weighted_edges_from(edges)

    mine = solve(n, edges)

    best = sum(theirs[a][b]["weight"] for a, b in nx.max_weight_matching(theirs))
    assert weight_of(mine, edges) == best
    assert_proven(n, edges, mine)


@settings(max_examples=2000, deadline=None)
@given(graphs())
def test_events_that_no_longer_stand_may_go_at_any_moment(graph: tuple[int, Edges]) -> None:
    """Swept before every step: the same weight, and proven."""
    n, edges = graph
    swept = solve(n, edges, sweep=0)

    assert weight_of(swept, edges) == weight_of(solve(n, edges), edges)
    assert_proven(n, edges, swept)


@settings(max_examples=500, deadline=None)
@given(graphs())
def test_a_bonus_for_each_edge_gives_most_edges_first(graph: tuple[int, Edges]) -> None:
    n, edges = graph
    bonus = (n + 1) * 2**40
    theirs = nx.Graph()
    theirs.add_weighted_edges_from(edges)

    mine = solve(n, [(a, b, w + bonus) for a, b, w in edges])

    best = nx.max_weight_matching(theirs, maxcardinality=True)
    assert (mine.mate >= 0).sum() == 2 * len(best)
    assert weight_of(mine, edges) == sum(theirs[a][b]["weight"] for a, b in best)


@pytest.mark.parametrize("shape", ["near", "ties", "equal", "nested", "odd clusters"])
def test_it_weighs_what_rustworkx_finds_on_middling_graphs(shape: str) -> None:
    n, edges = middling(shape)
    graph = rx.PyGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(edges)

    mine = solve(n, edges)

    best = rx.max_weight_matching(graph, weight_fn=int)
    assert weight_of(mine, edges) == sum(graph.get_edge_data(a, b) for a, b in best)
    assert_proven(n, edges, mine)


def middling(shape: str) -> tuple[int, Edges]:
    rng = np.random.default_rng(7)
    if shape == "nested":
        # A spiral of triangles: each blossom lies within the next.
        edges = [(k, k + 1, 1000 + k % 2) for k in range(400)]
        return 401, edges + [(k, k + 2, 1000) for k in range(399)]
    if shape == "odd clusters":
        halves = [range(51), range(51, 102)]
        near = [(i, j, int(rng.integers(900, 1000))) for h in halves for i in h for j in h if i < j]
        return 102, [*near, (0, 101, 1)]
    n = 300
    points = rng.random((n, 2))
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    far = {p: float(np.hypot(*(points[p[0]] - points[p[1]]))) for p in pairs}
    near_pairs = [p for p in pairs if far[p] < 0.2]
    weights = {
        "near": lambda p: int(1e6 * (1 - far[p])),
        "ties": lambda p: int(5 * (1 - far[p])),
        "equal": lambda p: 7,
    }[shape]
    return n, [(a, b, weights((a, b))) for a, b in near_pairs]


def test_it_stops_when_asked() -> None:
    with pytest.raises(Cancelled):
        solve(2, [(0, 1, 1)], progress=lambda stage, done, total: True)


@settings(max_examples=500, deadline=None)
@given(graphs(), st.data())
def test_it_may_begin_from_the_answer_for_another_graph(
    graph: tuple[int, Edges], data: st.DataObject
) -> None:
    n, edges = graph
    before = [(a, b, data.draw(st.integers(0, 2 * w + 1))) for a, b, w in edges]
    kept = data.draw(st.lists(st.sampled_from(before), unique=True)) if before else []

    mine = solve(n, edges, start=solve(n, kept))

    assert weight_of(mine, edges) == weight_of(solve(n, edges), edges)
    assert_proven(n, edges, mine)


@settings(max_examples=300, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=4), st.booleans())
def test_parts_solved_apart_are_the_answer_for_the_whole(
    parts: list[tuple[int, Edges]], again: bool
) -> None:
    edges: Edges = []
    n = 0
    for size, inside in parts:
        edges += [(a + n, b + n, w) for a, b, w in inside]
        n += size
    a, b, w = (np.array([e[k] for e in edges], np.int64) for k in range(3))
    start = solve(n, edges[::2]) if again else None

    mine = match_in_parts(n, a, b, w, start=start, worth_parting=2)

    assert weight_of(mine, edges) == weight_of(solve(n, edges), edges)
    assert_proven(n, edges, mine)
