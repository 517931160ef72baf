"""What is asked of results; each starts from the person who asks."""

from peerloom.results.definitions import DEFINITIONS, Definition
from peerloom.results.figures import Figure, number
from peerloom.results.queries.editions import (
    Results,
    counting_of,
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
from peerloom.results.queries.fairness import FAIRNESS_COLUMNS, Fairness, program_fairness
from peerloom.results.queries.files import FILES, PLOTS
from peerloom.results.queries.learning import Lesson, lesson_of
from peerloom.results.queries.pictures import figure_plot, figure_spec, plot_file
from peerloom.results.queries.prints import report_pdf

__all__ = [
    "COLUMNS",
    "DEFINITIONS",
    "DICTIONARY",
    "FAIRNESS_COLUMNS",
    "FILES",
    "PLOTS",
    "Definition",
    "Fairness",
    "Figure",
    "Lesson",
    "Results",
    "counting_of",
    "dictionary_rows",
    "figure_plot",
    "figure_rows",
    "figure_spec",
    "lesson_of",
    "number",
    "plot_file",
    "program_fairness",
    "read_programs",
    "report_pdf",
    "results_of",
    "sheet",
]
