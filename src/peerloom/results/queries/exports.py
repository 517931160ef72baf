"""Figures as tables: CSV and a spreadsheet, with what each column and figure means."""

from __future__ import annotations

import io
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from peerloom.core.words import later
from peerloom.results.definitions import DEFINITIONS
from peerloom.results.figures import Figure, group_words
from peerloom.results.queries.editions import Results
from peerloom.tables import plain

COLUMNS = {
    "figure": later("Key of the figure."),
    "name": later("Its name."),
    "of": later(
        "Whom it is of: everybody, a breakdown's group, something it is held against, or a day."
    ),
    "value": later("The figure, in its unit."),
    "low": later("Lower end of its 95 % interval (of chance: where 95 % of random drawings lie)."),
    "high": later("Upper end."),
    "n": later(
        "How many people (or partnerships, ties, answers) it rests on; never fewer than five."
    ),
    "asked": later("How many could have been in it."),
    "unit": later("%, or points of its scale."),
    "baseline": later("Where it stood before, as the manager set it."),
    "target": later("Where it should go, as the manager set it."),
    "claim": later(
        "count: of what happened; association: it went along with; drawn: places were drawn by lot."
    ),
    "counted_on": later("Day it was counted on."),
    "words": later("The sentence that may be quoted, or why there is no figure."),
}
Cell = object


def figure_rows(results: Results) -> list[list[Cell]]:
    """Rows under `COLUMNS`: each figure, then its groups, what it is beside, its course."""
    return [row for figure in results.figures for row in _rows(figure)]


def _rows(f: Figure) -> list[list[Cell]]:
    everybody = _("everybody")

    def row(of: str, value: Any, low: Any, high: Any, n: Any, words: str = "") -> list[Cell]:
        whole = of == everybody
        numbers = [None if x is None else round(x, 3) for x in (value, low, high)]
        aims = [f.baseline, f.target] if whole else [None, None]
        asked = f.of or None
        return [f.key, f.name, of, *numbers, n or None, asked if whole else None, f.unit, *aims,
                f.claim, f.counted_on, words]  # fmt: skip

    rows = [row(everybody, f.value, f.low, f.high, f.n, f.words or f.missing)]
    if f.before is not None:
        rows.append(row(_("before, the same people"), f.before, None, None, f.n))
    rows += [row(b.name, b.value, b.low, b.high, b.n, b.words) for b in f.beside]
    rows += [row(group_words(g), g.value, g.low, g.high, g.n) for g in f.groups]
    rows += [row(p.at, p.value, p.low, p.high, p.n) for p in f.trend]
    for curve in f.curves:
        points = zip(curve["days"], curve["stayed"], curve["low"], curve["high"], strict=True)
        rows += [
            row(
                _("{curve}, day {day}").format(curve=curve["name"], day=d),
                100 * s,
                100 * low,
                100 * high,
                None,
            )
            for d, s, low, high in points
        ]
    return rows


def dictionary_rows(results: Results) -> list[list[Cell]]:
    """What every column and every figure means."""
    rows: list[list[Cell]] = [
        ["column", name, text, "", "", "", ""] for name, text in COLUMNS.items()
    ]
    for figure in results.figures:
        d = DEFINITIONS.get(figure.key)
        if d:
            rows.append(["figure", figure.key, d.counts, d.whom, d.source, d.how, d.limits])
    return rows


DICTIONARY = (
    later("kind"),
    later("name"),
    later("meaning"),
    later("of whom"),
    later("from"),
    later("how"),
    later("what it cannot say"),
)


def sheet(results: Results) -> bytes:
    """A spreadsheet of two leaves: the figures, and what they mean."""
    # Slow to import, and for a spreadsheet alone.
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    first = book.active
    assert first is not None
    first.title = _("Figures")
    meaning = book.create_sheet(_("What it means"))
    leaves = ((first, list(COLUMNS), figure_rows(results)),
              (meaning, list(DICTIONARY), dictionary_rows(results)))  # fmt: skip
    for leaf, header, rows in leaves:
        leaf.append([str(name) for name in header])
        for row in rows:
            leaf.append([plain(str(c) if isinstance(c, Promise) else c) for c in row])
        for cell in leaf[1]:
            cell.font = Font(bold=True)
        leaf.freeze_panes = "A2"
        for column in leaf.columns:
            longest = max(len(str(c.value or "")) for c in column)
            leaf.column_dimensions[column[0].column_letter].width = min(60, max(8, longest + 2))
            for c in column:
                c.alignment = Alignment(vertical="top", wrap_text=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
