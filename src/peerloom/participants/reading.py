"""Whether an answer, as a cell of text, is one that its question can have."""

from __future__ import annotations

from django.utils.translation import gettext as _

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
            _("it has to be answered")
            if offered and question.required and question.kind != Kind.YES_NO
            else ""
        )
    if question.kind == Kind.NUMBER:
        try:
            float(cell.replace(",", "."))
        except ValueError:
            return _("'{cell}' is not a number").format(cell=cell[:40])
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
        return _("'{cell}…' has more than {longest} characters").format(
            cell=cell[:40], longest=longest
        )
    if question.kind == Kind.NUMBER and not 0 <= float(cell.replace(",", ".")) <= MOST:
        return _("'{cell}' is not between 0 and {most:.0f}").format(cell=cell[:40], most=MOST)
    if question.kind in (Kind.CHOICE, Kind.MANY):
        parts = [cell] if question.kind == Kind.CHOICE else [p.strip() for p in cell.split(";")]
        if strange := [p for p in parts if p and p not in question.choices]:
            return _("'{strange}' is not one of the choices").format(strange=strange[0][:40])
    if question.kind == Kind.YES_NO and cell != "yes":
        return _("'{cell}' is neither 'yes' nor empty").format(cell=cell[:40])
    return ""
