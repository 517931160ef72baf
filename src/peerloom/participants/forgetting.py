"""Emptying places: of somebody who is erased, or of programs whose time is over."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from peerloom.accounts.models import Person
from peerloom.participants.actions.recruiting import fill_places
from peerloom.participants.models import (
    Away,
    Consent,
    Goal,
    ImportFile,
    Observation,
    Participant,
    Skill,
    Ticket,
    TrainingProgress,
)
from peerloom.participants.queries.skills import compared, items_of
from peerloom.programs.models import Program, Question

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
    if left:
        _forget_words(numbers)
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


def _forget_words(numbers: list[int]) -> None:
    """Words for skills that nobody else wrote are no longer the organisation's."""
    for place in Participant.objects.filter(pk__in=numbers).select_related("program"):
        skills = Question.objects.filter(
            program__organisation=place.program.organisation_id, kind=Question.Kind.SKILLS
        )
        keys = set(skills.values_list("key", flat=True))
        others = Participant.objects.filter(
            program__organisation=place.program.organisation_id
        ).exclude(pk__in=numbers)
        for word in {i for k in keys for i in items_of(place.answers.get(k, ""))}:
            said = Q()
            for key in keys:
                said |= Q(**{f"answers__{key}__icontains": word})
            if not others.filter(said).exists():
                Skill.objects.filter(
                    organisation=place.program.organisation_id, key=compared(word), others=None
                ).delete()


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
