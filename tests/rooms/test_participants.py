"""Places in programs: joining, inviting, and who may."""

from __future__ import annotations

from typing import Any

import pytest

from peerloom.accounts.errors import NotAllowed
from peerloom.accounts.models import Person
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.actions import apply, invite, join, save_answers
from peerloom.participants.errors import ProgramClosed
from peerloom.programs.actions import open_program
from peerloom.programs.errors import NotReadyToOpen
from peerloom.programs.models import Program
from tests.factories import make_participant, make_person


def test_joining_twice_is_one_place(program: Program) -> None:
    ana = make_person("ana@loomworks.example", program.organisation)

    assert join(program, by=ana).pk == join(program, by=ana).pk


def test_a_closed_program_takes_nobody(program: Program) -> None:
    program.state = Program.State.CLOSED
    program.save()

    with pytest.raises(ProgramClosed):
        join(program, by=make_person("ana@loomworks.example", program.organisation))


def test_nobody_is_invited_twice(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    people = [make_participant(program, n, state="invited") for n in ("Ana", "Ben")]
    people.append(make_participant(program, "Eva"))

    assert invite(program, people, by=manager) == 2
    invite(program, people, by=manager)

    assert sorted(OutboxMessage.objects.values_list("to", flat=True)) == [
        "ana@loomworks.example",
        "ben@loomworks.example",
    ]
    assert "/p/new-leads/" in OutboxMessage.objects.first().text  # type: ignore[union-attr]


def test_one_may_answer_for_oneself_alone(program: Program, manager: Person) -> None:
    ana = make_participant(program, "Ana", state="applying", stage="3")

    with pytest.raises(NotAllowed):
        save_answers(ana, {"stage": "9"}, by=manager)
    with pytest.raises(NotAllowed):
        apply(ana, by=manager)


def test_saving_one_step_keeps_the_answers_of_another_tab(program: Program) -> None:
    ana = make_participant(program, "Ana", state="applying")
    stale = type(ana).objects.get(pk=ana.pk)
    save_answers(ana, {"stage": "3"}, by=ana.person)

    save_answers(stale, {"function": "Legal"}, by=ana.person)

    ana.refresh_from_db()
    assert ana.answers == {"stage": "3", "function": "Legal"}


def test_a_program_says_all_it_needs_before_it_opens(program: Program, manager: Person) -> None:
    program.purpose, program.starts_on = "", None
    program.questions.all().delete()

    with pytest.raises(NotReadyToOpen) as error:
        open_program(program, by=manager)

    assert error.value.missing == [
        "a purpose in a sentence or two",
        "a first and a last day",
        "at least one question",
    ]
