"""The report's page: what came out, how good it is, for whom, and the proof in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from pathlib import Path

from peerloom.matching.audit import audit
from peerloom.matching.explain import unplaced_in_words
from peerloom.matching.result import Partnership, Result
from peerloom.plots import bars


def write_report(result: Result, path: Path, answers: Mapping[str, str] | None = None) -> None:
    """Write the report: one file, styles and plots inside, no script."""
    path.write_text(report_html(result, answers or {}), "utf-8")


def report_html(result: Result, answers: Mapping[str, str]) -> str:
    """HTML of the report; the same round gives the same text.

    `answers` says for each person which group they count themselves to, for the audit.
    """
    style = resources.files("peerloom.matching.report").joinpath("report.css").read_text("utf-8")
    q = result.quality
    parts = [
        f"<h1>{q.placed} of {q.people} people placed</h1>",
        f"<p class=soft>{len(result.partnerships)} partnerships · {q.eligible_pairs:,} eligible "
        f"pairs · {len(result.policy.criteria)} criteria</p>",
        f"<section class=proof>{_proof(result)}</section>",
        f"<section><h2>Fit of the partnerships</h2>{_fit(result)}</section>",
        f"<section><h2>What made the fit</h2>{_criteria(result)}</section>",
        f"<section><h2>Who got what they hoped for</h2>{_best_few(result)}</section>",
        *(
            [f"<section><h2>Fair to everybody?</h2>{_audit(result, answers)}</section>"]
            if answers
            else []
        ),
        f"<section><h2>Not placed: {len(result.unplaced)}</h2>{_unplaced(result)}</section>",
        f"<section><h2>Partnerships</h2>{_partnerships(result)}</section>",
    ]
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Round</title>'
        f"<style>{style}</style><main>{''.join(parts)}</main></html>\n"
    )


def _proof(result: Result) -> str:
    c = result.certificate
    if result.policy.objective.circles:
        return (
            f"<strong>Within {100 * c.gap2 / max(1, c.bound2):.1f} % of what no circles can "
            f"exceed.</strong> These are worth {c.total2 / 2e6:,.2f}; whatever the circles, none are "
            f"worth more than {c.bound2 / 2e6:,.2f}. The best cannot be found for certain in any "
            "reasonable time, so the distance to that bound is said instead of a proof."
        )
    if c.gap2:
        missing = c.gap2 / 2e6
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


def _best_few(result: Result) -> str:
    q = result.quality
    others = q.placed - q.top_ten
    floor = ""
    if result.certificate.floor:
        floor = (
            f" The floor was raised to {result.certificate.minimum / 1e6:.3f}: any higher, and "
            "fewer people could be placed."
        )
    labels = ("one of their ten best", "another", "nobody")
    counts = (q.top_ten, others, q.people - q.placed)
    return (
        f"<p>{q.top_ten:,} of {q.placed:,} people placed are with one of the ten partners who "
        f"would score highest for them. Satisfaction is spread with a Gini coefficient of "
        f"{q.gini / 1e6:.2f} (0: all alike).{floor}</p>"
        + bars(labels, counts, "people by whom they are with", "with", "people")
    )


def _audit(result: Result, answers: Mapping[str, str]) -> str:
    found = audit(result, answers)
    rows = [
        (
            g.name,
            f"{g.people}",
            f"{100 * g.placed:.0f} %",
            f"{g.satisfaction:.2f} ({g.low:.2f} to {g.high:.2f})" if g.satisfaction else "",
            f"{g.impact:.2f}" + (" – look into this" if g.flagged else ""),
        )
        for g in found.groups
    ]
    hidden = (
        f"<p class=soft>{found.hidden} people are in groups too small to show.</p>"
        if found.hidden
        else ""
    )
    header = ("Group", "People", "Placed", "Satisfaction (95 %)", "Against the best served")
    return _table(header, rows) + hidden


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
    table = _table(
        ("Criterion", "Kind", "Mean part of the fit"),
        [(name, kind, f"{mean:.3f}") for name, kind, mean in rows],
    )
    parts = [(name, round(1000 * mean)) for name, _, mean in rows if mean]
    labels, values = [name for name, _ in parts], [value for _, value in parts]
    return bars(labels, values, "thousandths of the fit", "criterion", "of the fit") + table


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
