"""Whether an answer, as a cell of text, is one that its question can have."""

from __future__ import annotations

from peerloom.calendars.weekly import HoursError, parse_hours
from peerloom.programs.models import Question

Kind = Question.Kind
LONGEST = {Kind.TEXT: 300}
USUALLY_LONGEST = 2000
MOST = 1e6


def cell_problem(question: Question | None, cell: str, *, offered: bool = False) -> str:
    """What is wrong with it, in words; empty if nothing is.

    Parameters
    ----------
    offered
        True: where a question has choices, the answer is of them. Files of people's answers from
        elsewhere may have others.
    """
    if question is None:
        return ""
    if not cell:
        return (
            "it has to be answered"
            if offered and question.required and question.kind != Kind.YES_NO
            else ""
        )
    if question.kind == Kind.NUMBER:
        try:
            float(cell.replace(",", "."))
        except ValueError:
            return f"'{cell[:40]}' is not a number"
    if question.kind == Kind.HOURS:
        try:
            parse_hours(cell)
        except HoursError as error:
            return str(error)
    if offered:
        return _own_problem(question, cell)
    return ""


def _own_problem(question: Question, cell: str) -> str:
    longest = LONGEST.get(Kind(question.kind), USUALLY_LONGEST)
    if len(cell) > longest:
        return f"'{cell[:40]}…' has more than {longest} characters"
    if question.kind == Kind.NUMBER and not 0 <= float(cell.replace(",", ".")) <= MOST:
        return f"'{cell[:40]}' is not between 0 and {MOST:.0f}"
    if question.kind in (Kind.CHOICE, Kind.MANY):
        parts = [cell] if question.kind == Kind.CHOICE else [p.strip() for p in cell.split(";")]
        if strange := [p for p in parts if p and p not in question.choices]:
            return f"'{strange[0][:40]}' is not one of the choices"
    if question.kind == Kind.YES_NO and cell != "yes":
        return f"'{cell[:40]}' is neither 'yes' nor empty"
    return ""
