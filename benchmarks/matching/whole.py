"""Whole jobs, warm: 12 criteria, resampled people, proven over all pairs, checked independently.

`python -m benchmarks.matching.whole [people ...]`
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.matching.people import policy, resampled
from peerloom.matching import match, verify

SIZES = (1_000, 10_000, 100_000)


def main(sizes: tuple[int, ...]) -> None:
    """Measure each size; print and keep the table."""
    verify(match(resampled(300), policy()))
    lines = [
        f"Measured on {machine()}, warm, from people in memory to the finished result; resampled "
        "people, 12 criteria.",
        "",
        "| people | eligible pairs | match | read | solve | figures and reasons | gap | checker | "
        "checker's verdict | peak memory |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for n in sizes:
        people = resampled(n)
        start = time.perf_counter()
        result = match(people, policy())
        spent = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        start = time.perf_counter()
        problems = verify(result)
        checked = time.perf_counter() - start
        t = result.timings
        lines.append(
            f"| {n:,} | {result.quality.eligible_pairs:,} | {spent:.1f} s | {t['read']:.1f} s | "
            f"{t['solve']:.1f} s | {t['explain']:.1f} s | {result.certificate.gap2} | {checked:.1f} s "
            f"| {'everything holds' if not problems else problems[0]} | {peak:,.0f} MB |"
        )
        print(lines[-1], flush=True)
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    (results / "whole.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(tuple(int(a) for a in sys.argv[1:]) or SIZES)
