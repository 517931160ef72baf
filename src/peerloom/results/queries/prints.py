"""Results on paper: one page for a sponsor, or everything with what it means."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone
from django.utils.formats import date_format

from peerloom.prints import printed
from peerloom.programs.library import OBJECTIVES
from peerloom.results.definitions import DEFINITIONS
from peerloom.results.figures import Figure, number
from peerloom.results.queries.editions import Results
from peerloom.results.queries.pictures import figure_plot, plot_file

_CLAIMS = {
    "count": "Counted: all of what happened.",
    "association": "An association: it went along with the program; that it came of it is not shown.",
    "drawn": "Places were drawn by lot: the difference came of the program.",
}


# A target within the interval could be reached or missed by chance alone.
_STANDING = {"reached": "reached", "near": "near it, within chance", "below": "not reached"}


def report_pdf(results: Results, kind: Literal["page", "report"]) -> bytes:
    """One page (`page`) or the full report, as PDF."""
    program = results.program
    counted = timezone.localtime(results.taken_at) if results.taken_at else None
    names = {o.key: o.name for o in OBJECTIVES}
    dates = [d for d in (program.starts_on, program.ends_on) if d]
    words: dict[str, Any] = {
        "name": program.name,
        "organisation": (results.organisation or program.organisation).name,
        "purpose": program.purpose,
        "objectives": [names[o] for o in program.objectives if o in names],
        "dates": " – ".join(date_format(d, "j M Y") for d in dates),
        "counted": date_format(counted, "j F Y") if counted else "not yet",
        "figures": [
            _figure(f, full=kind == "report") for f in results.figures if f.value is not None
        ],
        "missing": [
            {"name": f.name, "words": f.missing} for f in results.figures if f.value is None
        ],
    }
    return printed("sponsor" if kind == "page" else "report", words, "pdf")


def _figure(f: Figure, *, full: bool) -> dict[str, Any]:
    assert f.value is not None
    unit = " %" if f.unit == "%" else ""

    def said(x: float | None) -> str:
        return "" if x is None else number(x, f.digits)

    change = f.unit != "%" and f.before is not None
    d = DEFINITIONS.get(f.key)
    found: dict[str, Any] = {
        "name": f.name,
        "value": f"{'+' if change and f.value > 0 else ''}{said(f.value)}{unit}",
        "interval": f"{said(f.low)} to {said(f.high)}{unit}",
        "n": f"{f.n:,} of {f.of:,} {f.whom}" if f.of >= f.n else f"{f.n:,}",
        "target": f"{said(f.target)}{unit}" if f.target is not None else "",
        "standing": _STANDING.get(f.standing, ""),
        "words": f"{f.words}.",
        "claim": _CLAIMS.get(f.claim, ""),
    }
    if full:
        found |= {
            "beside": [_row(b.name, b.value, b.low, b.high, b.n, b.words) for b in f.beside],
            "groups": [
                _row(f"{g.by}: {g.group}", g.value, g.low, g.high, g.n, "") for g in f.groups
            ],
            "hidden": f.hidden,
            "plot": plot_file(f, "svg").decode() if figure_plot(f) else "",
            "definition": [
                [name, getattr(d, name.replace(" ", "_"))]
                for name in ("counts", "whom", "source", "how", "limits")
            ]
            if d
            else [],
        }
    return found


def _row(
    name: str, value: float, low: float | None, high: float | None, n: int | None, words: str
) -> dict[str, str]:
    interval = "" if low is None or high is None else f"{number(low, 1)} to {number(high, 1)}"
    return {
        "name": name, "value": number(value, 1), "interval": interval,
        "n": f"{n:,}" if n else "", "words": words,
    }  # fmt: skip
