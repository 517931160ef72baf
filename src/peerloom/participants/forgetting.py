"""Emptying places: of somebody who is erased, or of programs whose time is over."""

from __future__ import annotations

from django.db.models import QuerySet

from peerloom.accounts.models import Person
from peerloom.participants.actions.recruiting import fill_places
from peerloom.participants.models import (
    Away,
    Consent,
    Goal,
    ImportFile,
    Observation,
    Participant,
    Ticket,
    TrainingProgress,
)
from peerloom.programs.models import Program

State = Participant.State
OUT = (State.LEFT, State.DECLINED)


def empty_places(places: QuerySet[Participant], *, left: bool) -> int:
    """Take out what was said at these places and noted of them; of how many.

    Parameters
    ----------
    left
        Their people take part no longer: a free place goes to the next in line.
    """
    numbers = list(places.values_list("pk", flat=True))
    for model in (Goal, TrainingProgress, Away, Observation, *((Consent,) if left else ())):
        model._default_manager.filter(participant__in=numbers).delete()
    said = {"answers": {}, "time_zone": "", "findable": False, "crosses": [], "cross_asked": []}
    Participant.objects.filter(pk__in=numbers).update(**said, crosses_at=None)
    if left:
        Ticket.objects.filter(participant__in=numbers).update(participant=None)
        going = Participant.objects.filter(pk__in=numbers).exclude(state__in=OUT)
        programs = set(going.values_list("program", flat=True))
        going.update(state=State.LEFT, paused_until=None)
        for program in Program.objects.filter(pk__in=programs):
            fill_places(program)
    return len(numbers)


def empty_files(person: Person) -> None:
    """Files in which a person stands: those read in lose their rows, others go whole."""
    programs = Program.objects.filter(participants__person=person)
    address = person.email.encode()
    for file in ImportFile.objects.filter(program__in=programs):
        if address in bytes(file.content).lower():
            if file.state == ImportFile.State.APPLIED:
                file.content = b""
                file.save(update_fields=["content"])
            else:
                file.delete()
