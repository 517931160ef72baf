"""Pulses in a program that began on a Monday in February, for tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import time_machine

from peerloom.participants.models import Participant
from peerloom.programs.models import Program, Pulse
from peerloom.pulses import actions
from peerloom.pulses.models import PulseReply

BEGINS, ENDS = date(2026, 2, 2), date(2026, 8, 3)


@contextmanager
def on(day: date, hour: int = 9) -> Iterator[None]:
    """A day, at an hour (UTC)."""
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        yield


def dated(program: Program) -> Program:
    """The program runs from February to August."""
    Program.objects.filter(pk=program.pk).update(
        state=Program.State.RUNNING, starts_on=BEGINS, ends_on=ENDS
    )
    program.refresh_from_db()
    Participant.objects.filter(program=program).update(applied_at=datetime(2026, 1, 20, tzinfo=UTC))
    return program


def pulse_at(program: Program, moment: str) -> Pulse:
    return program.pulses.select_related("program").get(moment=moment)


def ask(day: date = BEGINS) -> int:
    with on(day):
        return actions.ask_pulses()


def answer(
    participant: Participant, moment: str, said: Mapping[str, object], day: date
) -> PulseReply:
    """As somebody who opens the link of their letter on that day."""
    reply = PulseReply.objects.select_related("pulse__program", "participant__person").get(
        participant=participant, pulse__moment=moment
    )
    with on(day, 12):
        return actions.answer(reply, {k: str(v) for k, v in said.items()}, by=participant.person)


def weeks(n: float) -> timedelta:
    return timedelta(weeks=n)
