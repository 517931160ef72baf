"""The kernel beside its peers on the same graphs, each in a process of its own.

`python -m benchmarks.matching.kernel` prints a table and writes it, with a plot, to `results/`.
LEMON takes part where Debian's liblemon-dev and g++ are there.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.machine import machine
from benchmarks.matching.instances import FAMILIES, Graph, Ints, instance

HERE = Path(__file__).parent
RESULTS = HERE / "results"
SIZES = {"near": (1_000, 10_000, 30_000, 100_000), "near-complete": (500,)}
HARD = (10_000,)
# Above this many edges a peer is left out: it would take longer than all others together.
LARGEST = {
    "peerloom": 10**9,
    "LEMON 1.3": 10**9,
    "rustworkx": 130_000,
    "networkx": 20_000,
    "scipy, bipartite relaxation": 400_000,
}
LEMON = Path(tempfile.gettempdir()) / "peerloom-bench-lemon"


def build_lemon() -> bool:
    """Build the LEMON driver; False where it cannot be."""
    if not shutil.which("g++") or not Path("/usr/include/lemon/matching.h").exists():
        return False
    command = ["g++", "-O3", "-o", str(LEMON), str(HERE / "lemon.cpp")]
    return subprocess.run(command, check=False).returncode == 0


def solve(peer: str, graph: Graph) -> tuple[float, int, float]:
    """Seconds of the solve alone, the weight found, and peak memory of the process in MB."""
    if peer == "LEMON 1.3":
        return _lemon(*graph)
    seconds, weight = _solve(peer, graph)
    return seconds, weight, _peak()


def _peak() -> float:
    """Peak memory in MB; what a process inherits from the one that started it does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _lemon(n: int, a: Ints, b: Ints, w: Ints) -> tuple[float, int, float]:
    edges = (f"{i} {j} {x}\n" for i, j, x in zip(a, b, w, strict=True))
    text = f"{n} {len(a)}\n" + "".join(edges)
    done = subprocess.run([str(LEMON)], input=text, capture_output=True, text=True, check=True)
    seconds, weight, peak = done.stdout.split()
    return float(seconds), int(weight), int(peak) / 1024


def _solve(peer: str, graph: Graph) -> tuple[float, int]:
    n, a, b, w = graph
    if peer == "peerloom":
        from peerloom.matching.blossom import maximum_weight_matching

        ends = a.astype(np.int32), b.astype(np.int32)
        maximum_weight_matching(4, ends[0][:0], ends[1][:0], w[:0])
        start = time.perf_counter()
        found = maximum_weight_matching(n, *ends, w)
        spent = time.perf_counter() - start
        assert found.bound2() % 2 == 0
        return spent, found.bound2() // 2
    edges = list(zip(a.tolist(), b.tolist(), w.tolist(), strict=True))
    if peer == "rustworkx":
        import rustworkx

        theirs = rustworkx.PyGraph()
        theirs.add_nodes_from(range(n))
        theirs.add_edges_from(edges)
        start = time.perf_counter()
        pairs = rustworkx.max_weight_matching(theirs, weight_fn=int)
        spent = time.perf_counter() - start
        return spent, sum(theirs.get_edge_data(i, j) for i, j in pairs)
    if peer == "networkx":
        import networkx

        graph_ = networkx.Graph()
        graph_.add_weighted_edges_from(edges)
        start = time.perf_counter()
        pairs = networkx.max_weight_matching(graph_)
        spent = time.perf_counter() - start
        return spent, sum(graph_[i][j]["weight"] for i, j in pairs)
    return _relaxation(n, a, b, w)


def _relaxation(n: int, a: object, b: object, w: object) -> tuple[float, int]:
    """An upper bound, not a matching: everybody twice, and staying alone allowed."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    rows = np.concatenate([a, b, np.arange(n)])  # type: ignore[list-item]
    columns = np.concatenate([b, a, np.arange(n)])  # type: ignore[list-item]
    # One more than the weight, so that an edge of weight 0 is there too.
    weights = np.concatenate([w, w, np.zeros(n, np.int64)]) + 1  # type: ignore[list-item]
    table = coo_array((weights, (rows, columns)), (n, n)).tocsr()
    start = time.perf_counter()
    i, j = min_weight_full_bipartite_matching(table, maximize=True)
    spent = time.perf_counter() - start
    return spent, int(table[i, j].sum() - n) // 2


def one(peer: str, family: str, n: int) -> dict[str, float]:
    """A measurement in a process of its own: seconds, weight, peak memory with the graph in it."""
    file = Path(tempfile.gettempdir()) / f"peerloom-bench-{family.replace(' ', '-')}-{n}.npz"
    if not file.exists():
        vertices, a, b, w = instance(family, n)
        np.savez(file, n=vertices, a=a, b=b, w=w)
    command = [sys.executable, "-m", "benchmarks.matching.kernel", peer, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure everything; print and keep the table and the plot."""
    peers = [p for p in LARGEST if p != "LEMON 1.3" or build_lemon()]
    lines = [
        f"Measured on {machine()}. Seconds of the solve alone; MB of the whole process, with the graph read.",
        "",
    ]
    lines += ["| graph | vertices | edges | " + " | ".join(peers) + " |"]
    lines += ["| --- | --- | --- |" + " --- |" * len(peers)]
    points = []
    for family in FAMILIES:
        for n in SIZES.get(family, HARD):
            cells, weights = [], {}
            edges = 0
            for peer in peers:
                if edges > LARGEST[peer]:
                    cells.append("–")
                    continue
                got = one(peer, family, n)
                weights[peer], edges = got["weight"], int(got["edges"])
                cells.append(f"{got['seconds']:.3f} s, {got['mb']:.0f} MB")
                if family == "near":
                    points.append(
                        {"n": n, "seconds": got["seconds"], "mb": got["mb"], "with": peer}
                    )
            exact = {w for p, w in weights.items() if not p.startswith("scipy")}
            assert len(exact) == 1, (family, n, weights)
            lines.append(f"| {family} | {n:,} | {edges:,} | " + " | ".join(cells) + " |")
            print(lines[-1], flush=True)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "kernel.md").write_text("\n".join(lines) + "\n")
    for what, title in (("seconds", "seconds of the solve"), ("mb", "MB of the process")):
        (RESULTS / f"kernel-{what}.svg").write_text(_plot(points, what, title))


def _plot(points: list[dict[str, object]], what: str, title: str) -> str:
    import vl_convert

    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": points},
        "width": 520, "height": 300, "background": "white",
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "n", "type": "quantitative", "scale": {"type": "log"}, "title": "people"},
            "y": {"field": what, "type": "quantitative", "scale": {"type": "log"}, "title": title},
            "color": {"field": "with", "type": "nominal", "title": None},
        },
    }  # fmt: skip
    return str(vl_convert.vegalite_to_svg(spec))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        held = np.load(sys.argv[2])
        read = int(held["n"]), held["a"], held["b"], held["w"]
        seconds, weight, mb = solve(sys.argv[1], read)
        found = {"seconds": seconds, "weight": weight, "mb": mb, "edges": len(read[1])}
        print(json.dumps(found))
    else:
        main()
