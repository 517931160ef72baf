"""Circles of 5,000 resampled people: random, greedy, annealing, exchange, and ours, in one run.

`python -m benchmarks.matching.circles [people]`. All maximise the same worth under the same must-
haves; annealing and exchange get the time that ours took.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.machine import machine
from benchmarks.matching.people import policy, resampled
from peerloom.matching.circles import sizes_for, solve_circles
from peerloom.matching.circles.search import grow
from peerloom.matching.circles.table import Table, table_of
from peerloom.matching.circles.worth import MAY_NOT, Places, coverage, worth
from peerloom.matching.compiled import kernel
from peerloom.matching.encoding import encode

SIZE = (4, 5)
CHUNK = 200_000  # steps between two looks at the clock


@kernel
def swaps(t: Table, members: Places, sizes: Places, steps: int, heat: float, seed: int) -> int:  # type: ignore[misc]
    """Plain annealing: two people of two circles, drawn evenly; at heat 0 an exchange method."""
    np.random.seed(seed)
    circles = sizes.shape[0]
    for _ in range(steps):
        g, h = np.random.randint(circles), np.random.randint(circles)
        if g == h:
            continue
        x, y = np.random.randint(sizes[g]), np.random.randint(sizes[h])
        before_g, before_h = worth(t, members[g], sizes[g]), worth(t, members[h], sizes[h])
        members[g, x], members[h, y] = members[h, y], members[g, x]
        left, right = worth(t, members[g], sizes[g]), worth(t, members[h], sizes[h])
        gain = max(0, left) + max(0, right) - max(0, before_g) - max(0, before_h)
        fine = gain >= 0 or (heat > 0 and np.random.random() < np.exp(gain / heat))
        if not fine:
            members[g, x], members[h, y] = members[h, y], members[g, x]
    return 0


def measure(t: Table, members: Places, sizes: Places) -> tuple[float, float, int]:
    """Worth in all, mean coverage of those who want something, circles that break a must-have."""
    total, covered, broken = 0, [], 0
    for circle, size in zip(members, sizes.tolist(), strict=True):
        value = worth(t, circle, size) if size else 0
        broken += value == MAY_NOT
        total += max(0, value)
        for x in range(size):
            if t.counts.any(axis=0)[circle[x]]:
                covered.append(coverage(t, circle, size, x) / 1e6)
    return total / 1e6, float(np.mean(covered)), broken


def main(n: int) -> None:
    """Measure; print and keep the table."""
    encoded = encode(resampled(n), policy(size=list(SIZE)))
    solve_circles(encode(resampled(60), policy(size=list(SIZE))), steps=5)
    table = table_of(encoded, range(n))
    targets = np.array(sizes_for(n, *SIZE), np.int64)
    rng = np.random.default_rng(3)
    rows = []

    start = time.perf_counter()
    ours = solve_circles(encoded)
    seconds = time.perf_counter() - start
    bound = ours.bound / 1e6
    members = np.full((len(ours.circles), SIZE[1]), -1, np.int64)
    for g, circle in enumerate(ours.circles):
        members[g, : len(circle)] = circle
    sizes = np.array([len(c) for c in ours.circles], np.int64)
    rows.append(("ours", seconds, *measure(table, members, sizes)))

    chance = np.full((len(targets), SIZE[1]), -1, np.int64)
    order = iter(rng.permutation(n).tolist())
    for g, size in enumerate(targets.tolist()):
        chance[g, :size] = [next(order) for _ in range(size)]
    rows.append(("random", 0.0, *measure(table, chance, targets)))

    near = np.argsort(-table.score, axis=1)[:, :30].astype(np.int64)
    everybody = np.arange(n, dtype=np.int64)
    grow(table, everybody, near, *SIZE, targets[:1])
    start = time.perf_counter()
    first, first_sizes = grow(table, everybody, near, *SIZE, targets)
    rows.append(("greedy", time.perf_counter() - start, *measure(table, first, first_sizes)))
    # Circles that greed could not fill stay empty.
    first, first_sizes = first[first_sizes > 0], first_sizes[first_sizes > 0]

    for name, hot in (("simulated annealing", 90_000.0), ("exchange (anticlustering)", 0.0)):
        here, start, k = first.copy(), time.perf_counter(), 0
        swaps(table, here.copy(), first_sizes, 1, hot, 1)
        while (part := (time.perf_counter() - start) / seconds) < 1:
            swaps(table, here, first_sizes, CHUNK, hot * 0.03**part if hot else 0.0, k)
            k += 1
        rows.append((name, seconds, *measure(table, here, first_sizes)))
    greedy = next(r[2] for r in rows if r[0] == "greedy")
    lines = [
        f"Measured on {machine()}; {n:,} resampled people, circles of {SIZE[0]} to {SIZE[1]}, 12 "
        f"criteria. No circles are worth more than {bound:,.1f}.",
        "",
        "| | seconds | worth | of the bound | of what greedy leaves | mean coverage | circles that "
        "break a must-have |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, spent, total, covered, broken in sorted(rows, key=lambda r: r[2]):
        closed = (total - greedy) / (bound - greedy)
        lines.append(
            f"| {name} | {spent:.1f} | {total:,.1f} | {100 * total / bound:.1f} % | "
            f"{100 * closed:.0f} % | {covered:.2f} | {broken} |"
        )
    print("\n".join(lines))
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    (results / "circles.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
