"""What the shipped thresholds do to made-up partnerships, beside plainer rules on the same answers.

python -m benchmarks.balance.thresholds [PAIRS]
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import machine
from peerloom.balance import (
    GENTLE,
    STRICT,
    USUAL,
    WORLDS,
    Facts,
    Met,
    Now,
    Rung,
    Safeguards,
    Said,
    Step,
    Threshold,
    World,
    climb,
    outcome,
    read_signals,
)
from peerloom.balance.safeguards import EARLY, SURE
from peerloom.balance.simulate import evidence, tell

MEETINGS = 12
# The operating points that the work began with, of check-ins alone: limit, sure, weight, prior;
# share of balanced pairs flagged within twelve meetings; of leaning ones by meeting 4, 5, 12.
BEGAN = (
    (Threshold(0.65, 0.90, 3, 2), "2.8", "27 / 40 / 82"),
    (Threshold(0.65, 0.80, 2, 1.5), "5.9", "47 / 59 / 90"),
    (Threshold(0.65, 0.75, 2, 1), "15.5", "72 / 80 / 97"),
)
ALONE = {"agenda": 0.0, "feels": 0.0}


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def first_table(n: int) -> list[str]:
    """Check-ins alone: the estimate by itself, where it is held to the table that it began with."""
    rows = [
        "| limit, sure, weight, prior | balanced, flagged by 12 | began with "
        "| leaning, found by 4 / 5 / 12 | began with |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    balanced = World("", 0.5, swing=1.5, answers=1.0, **ALONE)  # type: ignore[arg-type]
    leaning = World("", 0.86, answers=1.0, **ALONE)  # type: ignore[arg-type]
    for t, flagged, found in (*BEGAN, (GENTLE, "", ""), (STRICT, "", "")):
        off, on = (flags(w, t, n) for w in (balanced, leaning))
        by = " / ".join(percent(on[k - 1]) for k in (4, 5, 12))
        rows.append(
            f"| {t.limit}, {t.sure}, {t.weight:g}, {t.prior:g} | {percent(off[11])} | {flagged} "
            f"| {by} | {found} |"
        )
    return rows


def flags(world: World, threshold: Threshold, n: int) -> NDArray[np.float64]:
    """Share of pairs over the threshold at some meeting so far."""
    from peerloom.balance.simulate import _leans

    told = tell(world, n, MEETINGS, np.random.default_rng(1))
    x, count = evidence(told)
    return np.maximum.accumulate(_leans(x, count, threshold), axis=1).mean(axis=0)


def plain_rule(world: World, limit: float, n: int) -> NDArray[np.float64]:
    """The rule one would write first: the mean of all answers lies beyond a limit, from three on."""
    told = tell(world, n, MEETINGS, np.random.default_rng(1))
    x, count = evidence(told)
    known = count > 0
    many = known.cumsum(axis=1)
    mean = np.where(known, x, 0).cumsum(axis=1) / np.maximum(many, 1)
    over = (many >= 3) & (np.abs(mean - 0.5) > limit - 0.5)
    return np.maximum.accumulate(over, axis=1).mean(axis=0)


def ladder_table(n: int) -> list[str]:
    """All evidence and the whole ladder."""
    rows = [
        "| pairs | step 1 by meeting 4 | by 8 | by 12 | step 2 by 12 | step 3 by 8 | by 12 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for world in WORLDS:
        o = outcome(world, USUAL, n=n, meetings=MEETINGS)
        cells = [o.by(Step(s), m) for s, m in ((1, 4), (1, 8), (1, 12), (2, 12), (3, 8), (3, 12))]
        rows.append(f"| {world.name} | " + " | ".join(map(percent, cells)) + " |")
    for name, shares in CIRCLES.items():
        cells = circle_shares(shares, max(200, n // 40))
        rows.append(f"| {name} | " + " | ".join(map(percent, cells)) + " |")
    return rows


# A circle's long-run parts in all the asking.
CIRCLES = {
    "circle of four, balanced": (0.25, 0.25, 0.25, 0.25),
    "circle of four, one asks most": (0.7, 0.1, 0.1, 0.1),
    "circle of four, one never asks": (0.33, 0.32, 0.32, 0.03),
}


def circle_shares(shares: tuple[float, ...], n: int) -> list[float]:
    """As a row of the ladder's table; one circle after the other, by the shipped signals."""
    random = np.random.default_rng(2)
    members = tuple(range(len(shares)))
    reached = np.zeros((5, MEETINGS))
    for _ in range(n):
        rung, met, highest = Rung(), [], 0
        for t in range(MEETINGS):
            part = random.dirichlet(np.array(shares) * 12)
            met.append(_circle_meeting(t, part, random))
            facts = Facts(members, met[0].on, met[-1].on, 14, met=tuple(met), agreed_on=met[0].on)
            signal = read_signals(facts).get("leaning")
            talked = rung.step == Step.BOTH_TOGETHER
            now = Now(met[-1].on, signal.level if signal else 0, t + 1, talked=talked)
            rung = climb(rung, now)
            highest = max(highest, rung.step)
            reached[: highest + 1, t] += 1
    reached /= n
    return [
        float(reached[s, m - 1]) for s, m in ((1, 4), (1, 8), (1, 12), (2, 12), (3, 8), (3, 12))
    ]


def _circle_meeting(t: int, part: NDArray[np.float64], random: np.random.Generator) -> Met:
    k = len(part)
    said = {}
    for who in range(k):
        # Twice the fair part of the asking is 'mostly asked', none of it 'mostly shared'.
        value = 4 * (1 - part[who] * k / 2) + random.normal(0, 0.6)
        if random.random() < 0.85:
            said[who] = Said(hats=int(np.clip(round(value), 0, 4)))
    return Met(date(2026, 1, 5) + timedelta(days=14 * t), said)


def rules_table(n: int) -> list[str]:
    """Beside a plain rule that flags as many of the leaning ones."""
    rows = [
        "| rule | balanced, flagged by 12 | mild by 12 | leaning by 4 | by 8 | drifting by 12 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    balanced, leaning, mild, drifting = WORLDS[0], WORLDS[1], WORLDS[2], WORLDS[4]
    ours = {w.name: outcome(w, USUAL, n=n) for w in (balanced, leaning, mild, drifting)}
    for step, name in (
        (1, "Peerloom, partners see it (step 1)"),
        (3, "Peerloom, help offered (step 3)"),
    ):
        cells = [
            ours[balanced.name].by(Step(step), 12), ours[mild.name].by(Step(step), 12),
            ours[leaning.name].by(Step(step), 4), ours[leaning.name].by(Step(step), 8),
            ours[drifting.name].by(Step(step), 12),
        ]  # fmt: skip
        rows.append(f"| {name} | " + " | ".join(map(percent, cells)) + " |")
    for limit in (0.65, 0.7, 0.75, 0.8):
        r = {w.name: plain_rule(w, limit, n) for w in (balanced, leaning, mild, drifting)}
        cells = [
            r[balanced.name][11], r[mild.name][11], r[leaning.name][3], r[leaning.name][7],
            r[drifting.name][11],
        ]  # fmt: skip
        rows.append(
            f"| mean of the answers beyond {limit} | " + " | ".join(map(percent, cells)) + " |"
        )
    return rows


def choices_table(n: int) -> list[str]:
    """What each choice of a manager does."""
    rows = [
        "| partners hear | help is offered | balanced at step 1 | at step 3 | leaning at step 1 by 8 "
        "| at step 3 by 12 |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for early, gentle in EARLY.items():
        for sure, strict in SURE.items():
            s = Safeguards(gentle=gentle, strict=strict)
            off, on = (outcome(w, s, n=n) for w in WORLDS[:2])
            cells = [
                off.by(Step(1), 12),
                off.by(Step(3), 12),
                on.by(Step(1), 8),
                on.by(Step(3), 12),
            ]
            rows.append(f"| {early} | {sure} | " + " | ".join(map(percent, cells)) + " |")
    return rows


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    began = time.perf_counter()
    parts = [
        "# Thresholds",
        f"Percent of {n:,} made-up pairs a row (circles: {max(200, n // 40):,}), a meeting every two "
        "weeks, nothing mended. `python -m benchmarks.balance.thresholds`. " + machine() + ".",
        "## The estimate by itself, from check-ins alone",
        *first_table(n),
        "## The whole ladder, with agendas and what people feel",
        *ladder_table(n),
        "## Beside a plain rule on the same answers",
        *rules_table(n),
        "## What a manager's choices do",
        *choices_table(n // 4),
    ]
    text = "\n".join(
        f"\n{p}\n" if p.startswith("#") or p.startswith("Percent") else p for p in parts
    )
    text = text.strip() + "\n"
    print(text)
    print(f"{time.perf_counter() - began:.0f} s")
    if n >= 20_000:
        Path(__file__).with_name("results").joinpath("thresholds.md").write_text(text)


if __name__ == "__main__":
    main()
