"""Graphs to match: near neighbours like people's, and families that are hard for such solvers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Graph = tuple[int, Ints, Ints, Ints]  # vertices, ends, ends, weights

NEAREST = 20
FAMILIES = ("near", "ties", "equal", "nested", "two odd clusters", "near-complete")


def instance(family: str, n: int, seed: int = 1) -> Graph:
    """A graph of about n vertices; the same for the same arguments."""
    rng = np.random.default_rng([seed, n])
    if family == "nested":
        # A spiral of triangles: each blossom lies within the next.
        a = np.concatenate([np.arange(n - 1), np.arange(n - 2)])
        b = np.concatenate([np.arange(1, n), np.arange(2, n)])
        return n, a, b, np.where(b - a == 1, 1000 + a % 2, 1000)
    if family == "near-complete":
        a, b = np.triu_indices(n, 1)
        kept = rng.random(len(a)) < 0.95
        return n, a[kept], b[kept], rng.integers(0, 1_000_000, int(kept.sum()))
    if family == "two odd clusters":
        half = n // 2 | 1
        _, a, b, w = instance("near", half, seed)
        a, b = np.concatenate([a, a + half, [0]]), np.concatenate([b, b + half, [half]])
        return 2 * half, a, b, np.concatenate([w, w, [1]])
    n, a, b, w = _nearest(n, rng)
    if family == "ties":
        return n, a, b, 1 + w * 3 // 1_000_001
    return (n, a, b, np.full(len(w), 7)) if family == "equal" else (n, a, b, w)


def _nearest(n: int, rng: np.random.Generator) -> Graph:
    """Random unit vectors in 16 dimensions, each with its 20 nearest; similarity to a million."""
    x = rng.normal(size=(n, 16)).astype(np.float32)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    keys, weights = [], []
    for begin in range(0, n, 1000):
        near = x[begin : begin + 1000] @ x.T
        rows = np.arange(len(near))
        near[rows, begin + rows] = -2
        best = np.argpartition(-near, NEAREST, axis=1)[:, :NEAREST]
        i, j = np.repeat(begin + rows, NEAREST), best.ravel()
        keys.append(np.minimum(i, j) * n + np.maximum(i, j))
        weights.append(np.take_along_axis(near, best, axis=1).ravel())
    key, first = np.unique(np.concatenate(keys), return_index=True)
    similar = np.concatenate(weights)[first]
    return n, key // n, key % n, np.rint((1 + similar) / 2 * 1_000_000).astype(np.int64)
