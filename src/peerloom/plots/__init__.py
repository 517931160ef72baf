"""Plots: Vega-Lite drawn to SVG in the page's own colours, with their numbers as a table.

No script on the page; they print, and follow light and dark because colours are the page's.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

INK, SOFT, LINE = "var(--ink)", "var(--soft)", "var(--line)"


_LOOK = {
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "titleFontWeight": "normal",
    },
}


def bars(
    labels: Sequence[str],
    counts: Sequence[int],
    title: str,
    across: str,
    up: str,
    *,
    width: int = 640,
    column: str = "",
) -> str:
    """Bars of counts in the colours of the page, and the table behind them.

    `column` heads the labels in the table. `width` in pixels is what the text is drawn for; the plot scales to its column.
    """
    spec: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": [{"x": x, "y": y} for x, y in zip(labels, counts, strict=True)]},
        "mark": {"type": "bar", "color": "var(--brand)"},
        "width": width,
        "height": 180,
        "background": None,
        "encoding": {
            "x": {
                "field": "x",
                "type": "ordinal",
                "sort": None,
                "title": across,
                "axis": {"labelAngle": 0, "labelOverlap": True},
            },
            "y": {
                "field": "y",
                "type": "quantitative",
                "title": up,
                # Counts: no ticks between whole numbers.
                "axis": {"tickMinStep": 1, "format": ",d"},
            },
        },
        "config": _LOOK,
    }
    rows = "".join(
        f"<tr><td>{escape(x)}</td><td>{y}</td></tr>" for x, y in zip(labels, counts, strict=True)
    )
    return _figure(title, draw(spec), column or across, up, rows)


def steps(days: Sequence[str], levels: Sequence[int], title: str, up: str) -> str:
    """A level that moves in steps over days, from -2 to 2, and the table behind it.

    Parameters
    ----------
    days
        ISO dates, in order.
    """
    points = [{"day": d, "level": v} for d, v in zip(days, levels, strict=True)]
    spec: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": points},
        "mark": {
            "type": "line",
            "interpolate": "step-after",
            "point": {"color": "var(--brand)"},
            "color": "var(--brand)",
        },
        "width": 520,
        "height": 110,
        "background": None,
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None},
            "y": {
                "field": "level",
                "type": "quantitative",
                "title": up,
                "scale": {"domain": [-2, 2]},
                "axis": {
                    "tickMinStep": 1,
                    "labelExpr": "datum.value > 0 ? '+' + datum.value : datum.value",
                },
            },
        },
        "config": _LOOK,
    }
    rows = "".join(
        f"<tr><td>{escape(d)}</td><td>{v:+}</td></tr>" for d, v in zip(days, levels, strict=True)
    )
    return _figure(title, draw(spec), "day", up, rows)


def _figure(title: str, svg: str, first: str, second: str, rows: str) -> str:
    return (
        f'<figure role="img" aria-label="{escape(title)}">{svg}</figure>'
        f"<details><summary>The numbers as a table</summary><table><thead><tr>"
        f"<th>{escape(first)}</th><th>{escape(second)}</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></details>"
    )


def draw(spec: dict[str, Any]) -> str:
    """SVG of a Vega-Lite specification."""
    import vl_convert  # slow to import, only pages with plots need it

    return str(vl_convert.vegalite_to_svg(spec))
