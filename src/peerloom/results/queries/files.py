"""Results as files: a page, a report, tables, pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from peerloom.results.queries.editions import Results
from peerloom.results.queries.exports import (
    COLUMNS,
    DICTIONARY,
    dictionary_rows,
    figure_rows,
    sheet,
)
from peerloom.results.queries.prints import report_pdf
from peerloom.tables import write_csv

PDF = "application/pdf"
CSV = "text/csv; charset=utf-8"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLOTS = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True)
class ResultsFile:
    """What a file is, and how it is made."""

    content_type: str
    make: Callable[[Results], bytes]


FILES = {
    "page.pdf": ResultsFile(PDF, lambda results: report_pdf(results, "page")),
    "report.pdf": ResultsFile(PDF, lambda results: report_pdf(results, "report")),
    "figures.csv": ResultsFile(
        CSV, lambda results: write_csv(list(COLUMNS), figure_rows(results)).encode()
    ),
    "dictionary.csv": ResultsFile(
        CSV, lambda results: write_csv(list(DICTIONARY), dictionary_rows(results)).encode()
    ),
    "figures.xlsx": ResultsFile(SHEET, sheet),
}
