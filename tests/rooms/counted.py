"""What tests of results share: who is in a program, what they answer, a figure of that day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from peerloom.participants.models import Participant
from peerloom.programs.models import Program
from peerloom.pulses.actions import note_answers
from peerloom.results.actions import take_edition
from peerloom.results.queries import Figure
from tests.rooms.asking import BEGINS, ENDS, on, pulse_at

Said = Mapping[str, int]
AFTER = ENDS + timedelta(days=1)


def people(program: Program) -> list[Participant]:
    return list(program.participants.order_by("person__name"))


def said(program: Program, moment: str, answers: Sequence[Said], day: date = BEGINS) -> None:
    """What the first so many of them answer."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    rows = zip(people(program), answers, strict=False)
    note_answers(pulse_at(program, moment), [(p, dict(a), at) for p, a in rows])


def figure(program: Program, key: str, day: date = AFTER) -> Figure:
    with on(day):
        edition = take_edition(program)
    return next(Figure.from_dict(f) for f in edition.figures if f["key"] == key)
