"""The report's page: what came out, how good it is, for whom, and the proof in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources
from pathlib import Path

from peerloom.matching.explain import unplaced_in_words
from peerloom.matching.result import Partnership, Result
from peerloom.plots import bars


def write_report(result: Result, path: Path) -> None:
    """Write the report: one file, styles and plots inside, no script."""
    path.write_text(report_html(result), "utf-8")


def report_html(result: Result) -> str:
    """HTML of the report; the same round gives the same text."""
    style = resources.files("peerloom.matching.report").joinpath("report.css").read_text("utf-8")
    q = result.quality
    parts = [
        f"<h1>{q.placed} of {q.people} people placed</h1>",
        f"<p class=soft>{len(result.partnerships)} partnerships · {q.eligible_pairs:,} eligible "
        f"pairs · {len(result.policy.criteria)} criteria</p>",
        f"<section class=proof>{_proof(result)}</section>",
        f"<section><h2>Fit of the partnerships</h2>{_fit(result)}</section>",
        f"<section><h2>What made the fit</h2>{_criteria(result)}</section>",
        f"<section><h2>Not placed: {len(result.unplaced)}</h2>{_unplaced(result)}</section>",
        f"<section><h2>Partnerships</h2>{_partnerships(result)}</section>",
    ]
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Round</title>'
        f"<style>{style}</style><main>{''.join(parts)}</main></html>\n"
    )


def _proof(result: Result) -> str:
    if result.certificate.gap2:
        missing = result.certificate.gap2 / 2e6
        return f"<strong>Not proven best.</strong> At most {missing:.6f} could still be gained."
    aim = (
        "places more of them, or as many with a higher total"
        if result.policy.objective.place == "everyone"
        else "scores higher in total"
    )
    return (
        f"<strong>Proven best.</strong> No other way to pair these people {aim}; every one of the "
        f"{result.quality.eligible_pairs:,} eligible pairs was held against the proof. Check it "
        "yourself: <code>peerloom verify round.json</code>"
    )


def _fit(result: Result) -> str:
    q = result.quality
    counts = [0] * 20
    for p in result.partnerships:
        counts[min(19, p.score * 20 // 1_000_000)] += 1
    labels = [f"{k / 20:.2f}" for k in range(20)]
    low, middle, high = (v / 1e6 for v in q.quartiles)
    words = (
        f"Lowest {q.lowest / 1e6:.2f}, middle half {low:.2f} to {high:.2f}, median {middle:.2f}. "
        f"{q.top_ten} of {q.placed} got one of their ten best. {q.blocking_pairs:,} pairs would "
        "both rather have each other."
    )
    return f"<p>{words}</p>" + bars(labels, counts, "partnerships by fit", "fit", "partnerships")


def _criteria(result: Result) -> str:
    rows = []
    for c, criterion in enumerate(result.policy.criteria):
        points = [x for p in result.partnerships for f in p.fits for x in f.points[c]]
        mean = sum(points) / max(1, len(points)) / 1e6
        kind = (
            "must-have"
            if criterion.demands and not criterion.weight
            else f"weight {criterion.weight:g}"
        )
        rows.append((criterion.name, kind, mean))
    return _table(
        ("Criterion", "Kind", "Mean part of the fit"),
        [(name, kind, f"{mean:.3f}") for name, kind, mean in rows],
    )


def _unplaced(result: Result) -> str:
    if not result.unplaced:
        return "<p>Everybody has a partnership.</p>"
    words = unplaced_in_words([c.name for c in result.policy.criteria])
    return _table(
        ("Person", "Why", "Smallest change"), [(u.person, *words(u)) for u in result.unplaced]
    )


def _partnerships(result: Result) -> str:
    names = [c.name for c in result.policy.criteria]
    ranked = sorted(result.partnerships, key=lambda p: (p.score, p.members))
    rows = [("; ".join(p.members), f"{p.score / 1e6:.3f}", _why(p, names)) for p in ranked]
    return _table(("People", "Fit", "What it comes from"), rows)


def _why(partnership: Partnership, names: list[str]) -> str:
    totals = [
        sum(sum(fit.points[c]) for fit in partnership.fits) // (2 * len(partnership.fits))
        for c in range(len(names))
    ]
    best = sorted(range(len(names)), key=lambda c: (-totals[c], c))[:3]
    return ", ".join(f"{names[c]} {totals[c] / 1e6:.2f}" for c in best if totals[c])


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(h)}</th>" for h in header)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
