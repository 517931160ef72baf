"""What is asked of results; each starts from the person who asks."""

from peerloom.results.definitions import DEFINITIONS, Definition
from peerloom.results.figures import Figure, number
from peerloom.results.queries.editions import (
    Results,
    read_programs,
    results_of,
)
from peerloom.results.queries.exports import (
    COLUMNS,
    DICTIONARY,
    dictionary_rows,
    figure_rows,
    sheet,
)
from peerloom.results.queries.pictures import figure_plot, figure_spec, plot_file
from peerloom.results.queries.prints import report_pdf

__all__ = [
    "COLUMNS",
    "DEFINITIONS",
    "DICTIONARY",
    "Definition",
    "Figure",
    "Results",
    "dictionary_rows",
    "figure_plot",
    "figure_rows",
    "figure_spec",
    "number",
    "plot_file",
    "read_programs",
    "report_pdf",
    "results_of",
    "sheet",
]
