"""A person's place in a program: joining, answers, goals, what the rounds make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from peerloom.accounts.actions import give_role
from peerloom.accounts.models import Person, Role
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.participants.actions.skills import keep_words
from peerloom.participants.errors import ProgramClosed
from peerloom.participants.models import Goal, Participant
from peerloom.programs.models import Program, Question

State = Participant.State


@transaction.atomic
def join(program: Program, *, by: Person) -> Participant:
    """A place in the program for `by`; the same one when there is one.

    Raises
    ------
    ProgramClosed
        The program takes nobody new.
    """
    participant = Participant.objects.filter(program=program, person=by).first()
    if participant is None:
        if not program.takes_applications:
            raise ProgramClosed
        participant = Participant.objects.create(
            program=program, person=by, state=State.APPLYING, time_zone=by.time_zone
        )
        give_role(program.organisation, by, Role.PARTICIPANT)
    elif participant.state in (State.INVITED, State.LEFT, State.DECLINED):
        if not program.takes_applications:
            raise ProgramClosed
        participant.state = State.APPLYING
        participant.save(update_fields=["state"])
    return participant


@transaction.atomic
def save_answers(
    participant: Participant, answers: Mapping[str, str], *, by: Person, time_zone: str = ""
) -> Participant:
    """Keep some answers; those not named stay as they were."""
    allow(by, "participants.answer", participant)
    fresh = Participant.objects.select_for_update().get(pk=participant.pk)
    fresh.answers = {**fresh.answers, **answers}
    if time_zone:
        fresh.time_zone = time_zone
    fresh.save(update_fields=["answers", "time_zone"])
    participant.answers, participant.time_zone = fresh.answers, fresh.time_zone
    skills = fresh.program.asked.filter(kind=Question.Kind.SKILLS, sensitive=False, key__in=answers)
    keep_words(fresh.program, [answers[q.key] for q in skills])
    return participant


@transaction.atomic
def be_found(participant: Participant, findable: bool, *, by: Person) -> Participant:
    """Agree to be found for what one offers, or no longer."""
    allow(by, "participants.answer", participant)
    participant.findable = findable
    participant.save(update_fields=["findable"])
    organisation = participant.program.organisation_id
    record(
        by,
        "agreed to be found" if findable else "no longer found",
        participant,
        organisation_id=organisation,
    )
    return participant


@dataclass(frozen=True)
class StatedGoal:
    """A goal as a person states it."""

    kind: str
    text: str
    success: str = ""
    less: str = ""
    more: str = ""


@transaction.atomic
def state_goals(
    participant: Participant, goals: Sequence[StatedGoal], *, by: Person
) -> Participant:
    """The participant's goals from now on; the first one said stays the first, whatever its words."""
    allow(by, "participants.answer", participant)
    said = [g for g in goals if g.text]
    have = list(participant.goals.all())
    for goal, stated in zip(have, said, strict=False):
        for name, value in vars(stated).items():
            setattr(goal, name, value)
        goal.save()
    participant.goals.filter(pk__in=[g.pk for g in have[len(said) :]]).delete()
    Goal.objects.bulk_create(Goal(participant=participant, **vars(g)) for g in said[len(have) :])
    return participant


def mark_matched(people: Sequence[int]) -> None:
    """These participants (by number) are in a partnership now."""
    Participant.objects.filter(pk__in=people).update(state=State.MATCHED, rounds_waited=0)


def count_waiting(people: Sequence[int]) -> None:
    """These participants (by number) waited one round more."""
    for participant in Participant.objects.filter(pk__in=people).select_for_update():
        participant.rounds_waited += 1
        participant.save(update_fields=["rounds_waited"])
