"""Days and meetings that pass quickly, for tests of care."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import time_machine

from peerloom.accounts.models import Person
from peerloom.care import actions as care
from peerloom.care.models import CareSignal
from peerloom.partnerships import actions
from peerloom.partnerships.models import Partnership
from peerloom.programs.models import Program
from tests.rooms.partners import NOW, Pair


@contextmanager
def day(number: float) -> Iterator[None]:
    """So many days after the start, in the morning."""
    with time_machine.travel(NOW + timedelta(days=number), tick=False):
        yield


def run(program: Program) -> None:
    Program.objects.filter(pk=program.pk).update(state=Program.State.RUNNING)


def meet(pair: Pair, on: float, mine: dict[str, int], theirs: dict[str, int] | None) -> None:
    """A meeting and what both say of it; None for somebody who says nothing."""
    partnership, ana, ben = pair
    with day(on):
        meeting = actions.note_that_we_met(partnership, NOW + timedelta(days=on), by=ana)
        actions.check_in(meeting, mine, by=ana)
        if theirs is not None:
            actions.check_in(meeting, theirs, by=ben)


ASKS, SHARES = {"hats": 0, "talk": 2, "worth": 3}, {"hats": 4, "talk": 2, "worth": 3}


def agree(pair: Pair) -> None:
    partnership, ana, ben = pair
    actions.write_agreement(partnership, {"rhythm": "Mondays"}, seen=(1, 0), by=ana)
    for who in (ana, ben):
        actions.accept_agreement(partnership, seen=(1, 1), by=who)


def look(*numbers: float) -> None:
    for number in numbers:
        with day(number):
            care.watch()


def signal(partnership: Partnership, kind: str = "leaning") -> CareSignal:
    return CareSignal.objects.get(partnership=partnership, kind=kind)


def leaning(pair: Pair, *, meetings: int = 4) -> None:
    """Ana asks, Ben shares, every two weeks from the first day on; nobody looks yet."""
    run(pair[0].program)
    agree(pair)
    for k in range(meetings):
        meet(pair, 14 * k, ASKS, SHARES)


def read_by(person: Person) -> list[str]:
    from peerloom.messaging.models import OutboxMessage

    sent = OutboxMessage.objects.filter(to=person.email, kind__in=("nudge", "ended"))
    return list(sent.order_by("pk").values_list("subject", flat=True))
