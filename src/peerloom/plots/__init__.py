"""Plots: Vega-Lite drawn to SVG in the page's own colours, with their numbers as a table.

No script on the page; they print, and follow light and dark because colours are the page's.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Literal

from peerloom.words import _, language

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
        f"<tr><td>{escape(d)}</td><td>{_signed(v)}</td></tr>"
        for d, v in zip(days, levels, strict=True)
    )
    return _figure(title, draw(spec), _("day"), up, rows)


def halves(days: Sequence[str], tenths: Sequence[int], title: str, lower: str, upper: str) -> str:
    """How something divides in two over days, and the table behind it.

    Parameters
    ----------
    days
        Labels, in order, each once.
    tenths
        Of the lower half, from 0 to 10; the upper is the rest.
    """
    points = [
        {"day": d, "part": part, "order": order, "share": share / 10}
        for d, v in zip(days, tenths, strict=True)
        for order, part, share in ((0, lower, v), (1, upper, 10 - v))
    ]
    spec: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": points},
        "width": 520,
        "height": 120,
        "background": None,
        "layer": [
            {
                "mark": {"type": "bar", "width": {"band": 0.8}},
                "encoding": {
                    "x": {
                        "field": "day",
                        "type": "ordinal",
                        "sort": None,
                        "title": None,
                        "axis": {"labelAngle": 0, "labelOverlap": True},
                    },
                    "y": {
                        "field": "share",
                        "type": "quantitative",
                        "stack": True,
                        "title": None,
                        "scale": {"domain": [0, 1]},
                        "axis": {"format": "%", "values": [0, 0.5, 1]},
                    },
                    "order": {"field": "order"},
                    "color": {
                        "field": "part",
                        "type": "nominal",
                        "title": None,
                        "scale": {
                            "domain": [lower, upper],
                            "range": ["var(--mentee)", "var(--mentor)"],
                        },
                        "legend": {"orient": "top", "labelColor": SOFT},
                    },
                },
            },
            {
                "mark": {"type": "rule", "color": INK, "strokeDash": [4, 4]},
                "encoding": {"y": {"datum": 0.5}},
            },
        ],
        "config": _LOOK,
    }
    rows = "".join(
        f"<tr><td>{escape(d)}</td><td>{10 * v} % {escape(lower)}, {100 - 10 * v} % "
        f"{escape(upper)}</td></tr>"
        for d, v in zip(days, tenths, strict=True)
    )
    return _figure(title, draw(spec), _("day"), _("share so far"), rows)


def _signed(level: int) -> str:
    return f"{level:+}" if level else "0"


def _figure(title: str, svg: str, first: str, second: str, rows: str) -> str:
    more = escape(_("The numbers as a table"))
    return (
        f'<figure role="img" aria-label="{escape(title)}">{svg}</figure>'
        f"<details><summary>{more}</summary><table><thead><tr>"
        f"<th>{escape(first)}</th><th>{escape(second)}</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></details>"
    )


# Where numbers and dates are written as in a language; English is how plots write by themselves.
_PLACES: dict[str, Literal["fr-FR", "es-ES"]] = {"fr": "fr-FR", "es": "es-ES"}


def draw(spec: dict[str, Any]) -> str:
    """SVG of a Vega-Lite specification."""
    import vl_convert  # slow to import, only pages with plots need it

    place = _PLACES.get(language())
    return str(vl_convert.vegalite_to_svg(spec, format_locale=place, time_format_locale=place))


# What the page's colours are on paper and in files.
PAPER = {
    "var(--ink)": "#23262f", "var(--soft)": "#5d6170", "var(--line)": "#e6dfd3",
    "var(--brand)": "#1d4e4f", "var(--mentor)": "#9a4e08", "var(--mentee)": "#3a4fb0",
    "var(--faint)": "#f3eee5",
}  # fmt: skip


def on_paper(svg: str) -> str:
    """A drawn plot in the colours of light paper, for files that no page colours."""
    for name, colour in PAPER.items():
        svg = svg.replace(name, colour)
    return svg


def png(svg: str, *, scale: float = 2) -> bytes:
    """A drawn plot as a picture."""
    import vl_convert

    head, mark, rest = on_paper(svg).partition(">")
    white = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return bytes(vl_convert.svg_to_png(head + mark + white + rest, scale=scale))
