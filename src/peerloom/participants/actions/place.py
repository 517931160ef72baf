"""A person's place in a program: joining, answers, goals, what the rounds make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from peerloom.accounts.actions import give_role
from peerloom.accounts.models import Organisation, Person, Role
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.core.parts import in_parts
from peerloom.core.words import later
from peerloom.participants.actions.skills import keep_words
from peerloom.participants.errors import ProgramClosed
from peerloom.participants.models import Consent, Goal, ImportFile, Participant
from peerloom.programs.models import Program, Question
from peerloom.programs.queries import organisations_in

State = Participant.State
FINDABLE = later(
    "Others in this program may find you by what you offer, and ask you for a conversation."
)


def as_it_is(participant: Participant) -> Participant:
    """The same, its state as it is now and for nobody else to change until the transaction ends."""
    rows = held(Participant.objects)
    participant.state = rows.only("state").get(pk=participant.pk).state
    return participant


@transaction.atomic
def join(program: Program, *, by: Person, organisation: Organisation | None = None) -> Participant:
    """A place in the program for `by`; the same one when there is one.

    Parameters
    ----------
    organisation
        Whose person they are, in a shared program; one that takes no part in it is passed over for
        the one that runs it.

    Raises
    ------
    ProgramClosed
        The program takes nobody new.
    """
    participant = Participant.objects.filter(program=program, person=by).first()
    if participant is None:
        if not program.takes_applications:
            raise ProgramClosed
        if organisation not in organisations_in(program):
            organisation = program.organisation
        # Somebody may press twice.
        participant, _made = Participant.objects.get_or_create(
            program=program,
            person=by,
            defaults={
                "organisation": organisation,
                "state": State.APPLYING,
                "time_zone": by.time_zone,
            },
        )
        give_role(participant.organisation, by, Role.PARTICIPANT)
    elif as_it_is(participant).state in (State.INVITED, State.LEFT, State.DECLINED):
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
    fresh = held(Participant.objects).get(pk=participant.pk)
    _note_sensitive(fresh, answers)
    fresh.answers = {**fresh.answers, **answers}
    if time_zone:
        fresh.time_zone = time_zone
    fresh.save(update_fields=["answers", "time_zone"])
    participant.answers, participant.time_zone = fresh.answers, fresh.time_zone
    skills = fresh.program.asked.filter(kind=Question.Kind.SKILLS, sensitive=False, key__in=answers)
    keep_words(fresh.program, [answers[q.key] for q in skills])
    return participant


def _note_sensitive(participant: Participant, answers: Mapping[str, str]) -> None:
    """A sensitive answer that is given or taken back is a yes or a no to its being used."""
    for question in participant.program.asked.filter(sensitive=True, key__in=answers):
        had, has = bool(participant.answers.get(question.key)), bool(answers[question.key])
        if had != has:
            agree(participant, Consent.About.SENSITIVE, has, f"{question.label} {question.help}")


def agree(participant: Participant, about: Consent.About, given: bool, words: str) -> None:
    """Keep a yes or a no with the words that were read; within the transaction of what it is about."""
    Consent.objects.create(participant=participant, about=about, given=given, words=words.strip())


@transaction.atomic
def be_found(participant: Participant, findable: bool, *, by: Person) -> Participant:
    """Agree to be found for what one offers, or no longer."""
    allow(by, "participants.answer", participant)
    participant.findable = findable
    participant.save(update_fields=["findable"])
    agree(participant, Consent.About.FINDABLE, findable, FINDABLE)
    record(
        by,
        "agreed to be found" if findable else "no longer found",
        participant,
        organisation_id=participant.organisation_id,
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
    for part in in_parts(people):
        Participant.objects.filter(pk__in=part).update(state=State.MATCHED, rounds_waited=0)


def look_again(people: Sequence[int]) -> None:
    """These participants (by number) look for a peer once more, if they were in a partnership.

    They count as having waited a round, so that they come before those who look for the first time.
    """
    matched = Participant.objects.filter(state=State.MATCHED)
    for part in in_parts(people):
        matched.filter(pk__in=part).update(
            state=State.LOOKING, rounds_waited=F("rounds_waited") + 1
        )


def rehome(program: Program, organisation: Organisation, own: Program) -> None:
    """Move an organisation's people, with all they said, into its own program of the same design."""
    people = program.participants.filter(organisation=organisation)
    skills = own.asked.filter(kind=Question.Kind.SKILLS, sensitive=False)
    keys = list(skills.values_list("key", flat=True))
    keep_words(own, [a.get(k, "") for a in people.values_list("answers", flat=True) for k in keys])
    people.update(program=own, crosses=[], crosses_at=None, cross_asked=[], cross_letter_at=None)
    ImportFile.objects.filter(program=program, organisation=organisation).update(program=own)


def count_waiting(people: Sequence[int]) -> None:
    """These participants (by number) waited one round more."""
    for part in in_parts(people):
        Participant.objects.filter(pk__in=part).update(rounds_waited=F("rounds_waited") + 1)


def now_looking(people: Sequence[Participant]) -> None:
    """These participants have a place from now on and look for a peer."""
    for part in in_parts(people):
        Participant.objects.filter(pk__in=[p.pk for p in part]).update(state=State.LOOKING)
