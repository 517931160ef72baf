"""Pausing, coming back, leaving a program; what becomes of partnerships is the caller's."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.participants.actions.recruiting import fill_places
from peerloom.participants.models import Participant
from peerloom.programs.actions import hold_program

State = Participant.State


def stop(participant: Participant, *, until: date | None = None) -> None:
    """No longer takes part: until a day, or (None) for good; called where the program is held.

    Their answers are kept, so that they can come back.
    """
    participant.state = State.PAUSED if until else State.LEFT
    participant.paused_until = until
    participant.save(update_fields=["state", "paused_until"])
    fill_places(participant.program)


@transaction.atomic
def come_back(participant: Participant, *, by: Person) -> Participant:
    """Take part again before the pause is over, as `by` themselves say."""
    allow(by, "participants.answer", participant)
    hold_program(participant.program_id)
    fresh = held(Participant.objects).get(pk=participant.pk)
    if fresh.state == State.PAUSED:
        _back(fresh)
        record(by, "came back", fresh, organisation_id=fresh.organisation_id)
    participant.refresh_from_db(fields=["state", "paused_until"])
    return participant


def end_pauses() -> int:
    """Bring back those whose pause is over; how many."""
    due = Participant.objects.filter(state=State.PAUSED, paused_until__lte=timezone.localdate())
    count = 0
    for number, program in list(due.values_list("pk", "program")):
        with transaction.atomic():
            hold_program(program)
            one = held(due).filter(pk=number).first()
            if one:
                _back(one)
                count += 1
    return count


def _back(participant: Participant) -> None:
    """Where all places are taken by now they stand in line, by when they joined first."""
    participant.state, participant.paused_until = State.WAITING, None
    participant.save(update_fields=["state", "paused_until"])
    fill_places(participant.program)
