"""A figure drawn: for pages with its table, for files by itself."""

from __future__ import annotations

from typing import Any, Literal

from django.utils.translation import gettext as _

from peerloom.core.words import later
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
from peerloom.results.figures import UNITS, Figure, group_words

_DAYS, _STILL = later("days since the program began"), later("still here")


def figure_plot(f: Figure) -> str:
    """The figure as a page shows it; empty where a plot would say no more than the number."""
    if f.value is None:
        return ""
    name = _("{figure}, drawn").format(figure=f.name)
    if f.curves:
        return curves(_lines(f), name, str(_DAYS), str(_STILL))
    if len(f.trend) > 2:
        return course([p.at for p in f.trend], [p.value for p in f.trend], name, _unit(f))
    rows = _rows(f)
    return ranges(rows, name, _unit(f), target=f.target) if len(rows) > 1 else ""


def figure_spec(f: Figure) -> dict[str, Any]:
    """The figure's plot as a Vega-Lite specification."""
    if f.curves:
        return curves_spec(_lines(f), str(_DAYS), str(_STILL))
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
    rows = [Range(_("everybody"), f.value, f.low, f.high)]
    # A T-score, a change beside a share: other units, so not on the same axis.
    same = (
        _("by chance"),
        _("as they see it looking back"),
        _("met at all"),
        _("still talk at the end"),
    )
    rows += [Range(str(b.name), b.value, b.low, b.high) for b in f.beside if b.name in same]
    if f.before is not None and f.unit == "%":
        rows.append(Range(_("the same people before"), f.before))
    return rows + [Range(group_words(g), g.value, g.low, g.high) for g in f.groups]


def _lines(f: Figure) -> list[Line]:
    return [Line(str(c["name"]), c["days"], c["stayed"], c["low"], c["high"]) for c in f.curves]


def _unit(f: Figure) -> str:
    return str(UNITS.get(f.unit, f.unit))
