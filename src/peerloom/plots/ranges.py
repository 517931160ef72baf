"""Plots of figures with their uncertainty: ranges beside each other, courses, curves of who stayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from peerloom.plots import _LOOK, INK, SOFT, _figure, draw
from peerloom.words import _

_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


@dataclass(frozen=True)
class Range:
    """A value with its interval, where it has one."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Line:
    """A course over days since the beginning, with its band."""

    name: str
    days: Sequence[float]
    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def ranges(rows: Sequence[Range], title: str, across: str, *, target: float | None = None) -> str:
    """Dots with their 95 % intervals, one below the other, and the table behind them.

    Parameters
    ----------
    target
        A dashed line, where there is one.
    """
    return _figure(
        title, draw(ranges_spec(rows, across, target=target)), _("What"), across, _table(rows)
    )


def ranges_spec(
    rows: Sequence[Range], across: str, *, target: float | None = None
) -> dict[str, Any]:
    """The specification of `ranges`."""
    values = [{"name": r.name, "value": r.value, "low": r.low, "high": r.high} for r in rows]
    y = {"field": "name", "type": "nominal", "sort": None, "title": None,
         "axis": {"labelLimit": 220}}  # fmt: skip
    x = {"type": "quantitative", "title": across, "scale": {"zero": False, "nice": True}}
    layers: list[dict[str, Any]] = [
        {
            "transform": [{"filter": "datum.low !== null"}],
            "mark": {"type": "rule", "color": SOFT, "strokeWidth": 3},
            "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
        },
        {
            "mark": {
                "type": "point",
                "filled": True,
                "size": 90,
                "color": "var(--brand)",
                "opacity": 1,
            },
            "encoding": {"y": y, "x": {**x, "field": "value"}},
        },
    ]
    if target is not None:
        layers.append(
            {
                "mark": {"type": "rule", "color": INK, "strokeDash": [4, 4]},
                "encoding": {"x": {"datum": target}},
            }
        )
    return {
        "$schema": _SCHEMA,
        "data": {"values": values},
        "width": 420,
        "height": {"step": 26},
        "background": None,
        "layer": layers,
        "config": _LOOK,
    }


def course_spec(days: Sequence[str], values: Sequence[float], up: str) -> dict[str, Any]:
    """A value at some days, joined."""
    points = [{"day": d, "value": v} for d, v in zip(days, values, strict=True)]
    return {
        "$schema": _SCHEMA,
        "data": {"values": points},
        "mark": {"type": "line", "color": "var(--brand)", "point": {"color": "var(--brand)"}},
        "width": 420,
        "height": 120,
        "background": None,
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None,
                  "axis": {"format": "%b %Y", "labelOverlap": True, "tickCount": "month"}},
            "y": {"field": "value", "type": "quantitative", "title": up,
                  "scale": {"zero": False, "nice": True}},
        },
        "config": _LOOK,
    }  # fmt: skip


def course(days: Sequence[str], values: Sequence[float], title: str, up: str) -> str:
    """A value at some days, and the table behind it."""
    rows = "".join(
        f"<tr><td>{escape(d)}</td><td>{v:.1f}</td></tr>" for d, v in zip(days, values, strict=True)
    )
    return _figure(title, draw(course_spec(days, values, up)), _("day"), up, rows)


def curves_spec(lines: Sequence[Line], across: str, up: str) -> dict[str, Any]:
    """Shares over days with their bands, two at most."""
    values = [
        {"name": line.name, "day": d, "value": v, "low": a, "high": b}
        for line in lines
        for d, v, a, b in zip(line.days, line.values, line.low, line.high, strict=True)
    ]
    colour = {
        "field": "name",
        "type": "nominal",
        "title": None,
        "scale": {
            "domain": [line.name for line in lines],
            "range": ["var(--brand)", "var(--mentor)"][: len(lines)],
        },
        "legend": {"orient": "top", "labelColor": SOFT},
    }
    x = {"field": "day", "type": "quantitative", "title": across}
    y = {"type": "quantitative", "title": up, "axis": {"format": "%"}, "scale": {"zero": False}}
    return {
        "$schema": _SCHEMA,
        "data": {"values": values},
        "width": 420,
        "height": 180,
        "background": None,
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.18},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"},
                             "color": colour},
            },
            {
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"x": x, "y": {**y, "field": "value"}, "color": colour,
                             "strokeDash": {"field": "name", "type": "nominal", "legend": None}},
            },
        ],
        "config": _LOOK,
    }  # fmt: skip


def curves(lines: Sequence[Line], title: str, across: str, up: str) -> str:
    """Shares over days with their bands, and the table behind them."""
    rows = "".join(
        f"<tr><td>{escape(line.name)}, {across} {d:g}</td><td>{100 * v:.0f} % "
        f"({_span(f'{100 * a:.0f}', f'{100 * b:.0f}')})</td></tr>"
        for line in lines
        for d, v, a, b in zip(line.days, line.values, line.low, line.high, strict=True)
    )
    return _figure(title, draw(curves_spec(lines, across, up)), _("What"), up, rows)


def _span(low: str, high: str) -> str:
    return escape(_("{low} to {high}").format(low=low, high=high))


def _table(rows: Sequence[Range]) -> str:
    def interval(r: Range) -> str:
        return (
            ""
            if r.low is None or r.high is None
            else f" ({_span(f'{r.low:.1f}', f'{r.high:.1f}')})"
        )

    return "".join(
        f"<tr><td>{escape(r.name)}</td><td>{r.value:.1f}{interval(r)}</td></tr>" for r in rows
    )
