"""Five hundred departures on real people's answers: how many others each re-pairing touches.

python -m benchmarks.matching.repairing [DEPARTURES]
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.machine import machine
from benchmarks.matching.people import policy as survey_policy
from benchmarks.matching.people import resampled
from peerloom.matching import frontier, match, repair, standing_of


def main(count: int) -> None:
    """Somebody leaves a proven round, or two part; those left over are placed anew."""
    pool, policy = resampled(400), survey_policy(trios=False)
    first = match(pool, policy)
    chance = random.Random(5)
    ids = sorted(m for p in first.partnerships for m in p.members)
    touched, rematched, took, gains = [], [], [], []
    for k in range(count):
        some = chance.sample(ids, chance.choice((2, 2, 4)))
        standing = standing_of(first, gone=some[: len(some) // 2], parted=some[len(some) // 2 :])
        began = time.perf_counter()
        result = repair(standing)
        took.append(time.perf_counter() - began)
        touched.append(result.touched)
        waiting = len(standing.pool) - 2 * len(standing.pairs)
        rematched.append(
            min(waiting, result.quality.placed - 2 * len(standing.pairs)) / max(1, waiting)
        )
        if k < 20:
            steps = frontier(standing)
            gains.append((steps[-1].touched, (steps[-1].total - steps[0].total) / 1e6))
    lines = [
        f"{machine()}. {count} times, of 400 people of the survey with {len(policy.criteria)} criteria, "
        "one or two leave and one or two partnerships part; those left over are placed anew, most "
        "people first, then fewest others touched, then the best total.",
        "",
        "| | median | 95 of 100 | most |",
        "| --- | ---: | ---: | ---: |",
        row("other partnerships touched", touched, "{:.0f}"),
        row("share of those who wait that is placed", rematched, "{:.2f}"),
        row("seconds", took, "{:.2f}"),
        "",
        "Where everything may be touched (the far end of the frontier, first 20): "
        f"{np.median([t for t, _ in gains]):.0f} partnerships end for "
        f"{np.median([g for _, g in gains]):.2f} perfect fits more.",
    ]
    print("\n".join(lines))
    if count >= 500:
        Path(__file__).with_name("results").joinpath("repairing.md").write_text(
            "\n".join(lines) + "\n"
        )


def row(name: str, values: list[float], shown: str) -> str:
    cells = [np.median(values), np.percentile(values, 95), max(values)]
    return f"| {name} | " + " | ".join(shown.format(c) for c in cells) + " |"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
