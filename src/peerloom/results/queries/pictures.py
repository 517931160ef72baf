"""A figure drawn: for pages with its table, for files by itself."""

from __future__ import annotations

from typing import Any, Literal

from peerloom.plots import draw, on_paper, png
from peerloom.plots.ranges import (
    Line,
    Range,
    course,
    course_spec,
    curves,
    curves_spec,
    ranges,
    ranges_spec,
)
from peerloom.results.figures import Figure

_DAYS, _STILL = "days since the program began", "still here"


def figure_plot(f: Figure) -> str:
    """The figure as a page shows it; empty where a plot would say no more than the number."""
    if f.value is None:
        return ""
    name = f"{f.name}, drawn"
    if f.curves:
        return curves(_lines(f), name, _DAYS, _STILL)
    if len(f.trend) > 2:
        return course([p.at for p in f.trend], [p.value for p in f.trend], name, _unit(f))
    rows = _rows(f)
    return ranges(rows, name, _unit(f), target=f.target) if len(rows) > 1 else ""


def figure_spec(f: Figure) -> dict[str, Any]:
    """The figure's plot as a Vega-Lite specification."""
    if f.curves:
        return curves_spec(_lines(f), _DAYS, _STILL)
    if len(f.trend) > 2:
        return course_spec([p.at for p in f.trend], [p.value for p in f.trend], _unit(f))
    return ranges_spec(_rows(f), _unit(f), target=f.target)


def plot_file(f: Figure, form: Literal["svg", "png"]) -> bytes:
    """The figure's plot as a file, in colours for paper."""
    svg = draw(figure_spec(f))
    return png(svg) if form == "png" else on_paper(svg).encode()


def _rows(f: Figure) -> list[Range]:
    """The figure, what stands beside it in the same unit, and its groups."""
    assert f.value is not None
    rows = [Range("everybody", f.value, f.low, f.high)]
    # A T-score, a change beside a share: other units, so not on the same axis.
    same = ("by chance", "as they see it looking back", "met at all", "still talk at the end")
    rows += [Range(b.name, b.value, b.low, b.high) for b in f.beside if b.name in same]
    if f.before is not None and f.unit == "%":
        rows.append(Range("the same people before", f.before))
    return rows + [Range(f"{g.by}: {g.group}", g.value, g.low, g.high) for g in f.groups]


def _lines(f: Figure) -> list[Line]:
    return [Line(c["name"], c["days"], c["stayed"], c["low"], c["high"]) for c in f.curves]


def _unit(f: Figure) -> str:
    return "%" if f.unit == "%" else f.unit
