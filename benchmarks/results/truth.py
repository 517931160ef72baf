"""Do the figures tell the truth? Each estimator on many programs whose truth is known.

python -m benchmarks.results.truth [PROGRAMS]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.machine import machine
from benchmarks.results.programs import YEAR, Simulated, Truth, simulate, yearly
from peerloom.evidence import (
    Estimate,
    change,
    comparable,
    difference_of_means,
    kaplan_meier,
    stayed_longer,
    ties,
)

SCALE = (1.0, 5.0)
# Nothing, and something worth having.
NONE = Truth()
SOME = Truth(skill=0.5, stay=0.6, ties=3.0)
SHIFT = 0.4


@dataclass(frozen=True)
class Row:
    """One estimator under one truth."""

    name: str
    truth: float
    covered: float
    bias: float
    found: float
    naive: float
    naive_covered: float


Found = tuple[Estimate, Estimate]  # ours, and the naive one
Estimator = Callable[[Simulated], Found]


def growth(program: Simulated) -> Found:
    """Of those who answered twice; naive: all who answered last, less all who answered first."""
    both = program.joined & ~np.isnan(program.first) & ~np.isnan(program.last)
    ours = change(program.first[both], program.last[both], SCALE).change
    return ours, _plain(program)


def looking_back(program: Simulated) -> Found:
    """As they see it at the end; naive: from the first answer to the last."""
    both = program.joined & ~np.isnan(program.then) & ~np.isnan(program.first)
    ours = change(program.then[both], program.last[both], SCALE).change
    naive = change(program.first[both], program.last[both], SCALE).change
    return ours, naive


def _plain(program: Simulated) -> Estimate:
    last = program.last[program.joined & ~np.isnan(program.last)]
    first = program.first[program.joined & ~np.isnan(program.first)]
    return difference_of_means(last, first)


def retention(program: Simulated) -> Found:
    """Beside comparable others from the first day on; naive: everybody in the file."""
    there = program.days >= 0
    ours, others = program.joined & there, ~program.joined & there
    alike = comparable(_kinds(program, ours), _kinds(program, others))
    same = np.flatnonzero(ours)[np.array(alike.ours)]
    counts = alike.weights > 0
    mine = _curve(program.days[same])
    theirs = _curve(program.days[np.flatnonzero(others)[counts]], alike.weights[counts])
    everybody = _curve(np.maximum(0, program.days[~program.joined]))
    return stayed_longer(mine, theirs, YEAR), stayed_longer(mine, everybody, YEAR)


def _kinds(program: Simulated, who: np.ndarray) -> list[tuple[int, ...]]:
    return [tuple(k) for k in program.kind[who].tolist()]


def _curve(days: np.ndarray, weights: np.ndarray | None = None):  # type: ignore[no-untyped-def]
    until = YEAR + 30
    return kaplan_meier(np.minimum(days, until), days < until, weights)


def drawn(program: Simulated) -> Found:
    """Those drawn beside those not drawn; naive: beside those who did not apply."""
    said = ~np.isnan(program.last)
    ours = program.last[program.joined & said]
    others = program.last[program.applied & ~program.joined & said]
    naive = program.last[~program.applied & said]
    return difference_of_means(ours, others), difference_of_means(ours, naive)


def measure(name: str, estimator: Estimator, truth: Truth, right: float, times: int) -> Row:
    """How often the interval covers what is right, and how often it leaves out nothing."""
    pairs = [estimator(program) for program in _programs(truth, times)]
    ours, naive = ([p[k] for p in pairs] for k in (0, 1))
    return Row(
        name,
        right,
        _covering(ours, right),
        float(np.mean([e.value for e in ours])) - right,
        float(np.mean([e.clear for e in ours])),
        float(np.mean([e.value for e in naive])) - right,
        _covering(naive, right),
    )


def _covering(found: list[Estimate], right: float) -> float:
    return float(np.mean([e.low <= right <= e.high for e in found]))


def _programs(truth: Truth, times: int) -> Iterator[Simulated]:
    for seed in range(times):
        yield simulate(truth, np.random.default_rng(seed))


def right_of(estimator: Estimator, truth: Truth) -> float:
    """What an estimator would say of a very large program of the same kind."""
    rng = np.random.default_rng(10**6)
    whole = simulate(truth, rng, people=400_000, places=60_000, paired=False)
    return estimator(whole)[0].value


def right_stay(truth: Truth) -> float:
    """Difference in the share still there after a year, over those who join."""
    rng = np.random.default_rng(10**6)
    whole = simulate(truth, rng, people=400_000, places=60_000, paired=False)
    unit, stage, years = whole.kind[whole.joined].T
    yes, no = (np.full(len(unit), x) for x in (True, False))
    with_, without = (np.exp(-yearly(unit, stage, years, x, truth)) for x in (yes, no))
    return float((with_ - without).mean())


def chance(times: int) -> list[str]:
    """New ties: false alarms where partners are drawn, and what a share by itself says."""
    rows = []
    for name, truth in (("by chance", NONE), ("three times likelier across", SOME)):
        found = [
            (ties([[str(p.kind[a, 0]), str(p.kind[b, 0])] for a, b in p.pairs]))
            for p in _programs(truth, times)
        ]
        outside = np.mean([not t.low <= t.across <= t.high for t in found])
        rows.append(
            f"| {name} | {np.mean([t.across for t in found]):.1%} | "
            f"{np.mean([t.chance for t in found]):.1%} | {outside:.1%} |"
        )
    return rows


def main(times: int) -> None:
    """Print and keep the tables."""
    no_shift, shifted = NONE, Truth(skill=0.5, shift=SHIFT)
    rows = [
        measure("skills, first to last", growth, no_shift, 0.0, times),
        measure("skills, first to last", growth, SOME, right_of(growth, SOME), times),
        measure("skills, looking back", looking_back, Truth(shift=SHIFT), 0.0, times),
        measure(
            "skills, looking back", looking_back, shifted, right_of(looking_back, shifted), times
        ),
        measure("retention after a year", retention, NONE, 0.0, times),
        measure("retention after a year", retention, SOME, right_stay(SOME), times),
        measure("places drawn by lot", drawn, NONE, 0.0, times),
        measure("places drawn by lot", drawn, SOME, right_of(drawn, SOME), times),
    ]
    lines = [
        f"{machine()}; {times:,} programs each, of 120 places in an organisation of 800.",
        "",
        "| figure | truth | interval covers it | off by | effect found | naive figure off by | naive interval covers it |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {r.name} | {r.truth:+.3f} | {r.covered:.1%} | {r.bias:+.3f} | {r.found:.1%} | "
            f"{r.naive:+.3f} | {r.naive_covered:.1%} |"
            for r in rows
        ),
        "",
        "New ties: share of pairs across units, what chance would give, and how often the share lies outside the range of chance.",
        "",
        "| partners are put together | share across | by chance | outside |",
        "| --- | ---: | ---: | ---: |",
        *chance(max(100, times // 5)),
    ]
    print("\n".join(lines))
    (Path(__file__).parent / "results" / "truth.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(next((int(a) for a in sys.argv[1:] if a.isdigit()), 2000))
