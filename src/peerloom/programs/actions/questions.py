"""What a program asks."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.programs.designs import library_questions
from peerloom.programs.errors import QuestionPromised
from peerloom.programs.keys import free_key
from peerloom.programs.library import BESIDES, QUESTIONS, RESERVED, columns_of, criteria_for, key_of
from peerloom.programs.models import Program, Question


@transaction.atomic
def choose_questions(program: Program, keys: set[str], *, by: Person) -> Program:
    """Ask these of the library's questions; the program's own stay as they are.

    Answers to a question no longer asked are kept, and come back with it. Criteria that read one
    leave the policy, and those that can be read again return to a draft's.
    """
    allow(by, "programs.change", program)
    known = {s.key for s in QUESTIONS}
    before = set(program.asked.values_list("key", flat=True))
    program.questions.filter(key__in=known - keys).update(dropped=True)
    ask(program, keys & known)
    _hold_to_questions(program, new=keys - before)
    record(by, "chose questions", program, organisation_id=program.organisation_id)
    return program


def ask(program: Program, keys: set[str]) -> None:
    """Ask some of the library's questions, in its order among each other."""
    program.questions.filter(key__in=keys).update(dropped=False)
    missing = keys - set(program.questions.values_list("key", flat=True))
    places = {s.key: k for k, s in enumerate(QUESTIONS)}
    for question in library_questions(missing, program.language):
        Question.objects.create(program=program, position=places[question["key"]], **question)


def _hold_to_questions(program: Program, *, new: set[str]) -> None:
    """Take out criteria whose questions are not asked; a draft gets those that read new ones."""
    asked = set(program.asked.values_list("key", flat=True)) | BESIDES
    criteria = [c for c in program.policy["criterion"] if columns_of(c) <= asked]
    if program.state == Program.State.DRAFT:
        have = {key_of(c) for c in criteria}
        offered = criteria_for(program.objectives, asked, language=program.language)
        criteria += [c for c in offered if key_of(c) not in have and columns_of(c) & new]
    program.policy = {**program.policy, "criterion": criteria}
    program.save(update_fields=["policy"])


@transaction.atomic
def add_question(
    program: Program,
    *,
    key: str,
    label: str,
    kind: str,
    by: Person,
    step: str = "you",
    seen_by: str = Question.Seen.MANAGER,
    sensitive: bool = False,
) -> Question:
    """Ask something of the program's own; asking it twice changes nothing."""
    allow(by, "programs.change", program)
    question, _ = Question.objects.get_or_create(
        program=program,
        key=key,
        defaults={
            "label": label,
            "kind": kind,
            "step": step,
            "seen_by": seen_by,
            "sensitive": sensitive,
            "position": 100 + program.questions.count(),
        },
    )
    if question.dropped:
        question.dropped = False
        question.save(update_fields=["dropped"])
    return question


# From the fewest readers to the most.
_READERS: list[str] = [
    Question.Seen.MATCHING.value,
    Question.Seen.MANAGER.value,
    Question.Seen.PARTNER.value,
]


@transaction.atomic
def write_question(
    program: Program,
    *,
    label: str,
    kind: str,
    by: Person,
    question: Question | None = None,
    **rest: Any,
) -> Question:
    """Change a question, or ask one of the program's own.

    Parameters
    ----------
    rest
        `help`, `choices`, `required`, `seen_by`, `sensitive`, `step`, `texts`, as stored.

    Raises
    ------
    QuestionPromised
        The program is open, so people answer or answered under what the form said: the kind
        stays, and nobody reads more than they were told.
    """
    allow(by, "programs.change", program)
    if question is None:
        last = program.questions.aggregate(Max("position"))["position__max"] or 0
        question = Question(program=program, position=last + 1)
        question.key = free_key(
            [*program.questions.values_list("key", flat=True), *RESERVED], label
        )
    elif program.state != Program.State.DRAFT:
        seen_by = rest.get("seen_by", question.seen_by)
        if kind != question.kind:
            raise QuestionPromised(
                _("its kind stays as it is; ask another question and stop asking this one")
            )
        if _READERS.index(seen_by) > _READERS.index(question.seen_by):
            raise QuestionPromised(_("nobody more may read what was answered before"))
        if question.sensitive and not rest.get("sensitive", question.sensitive):
            raise QuestionPromised(_("it stays sensitive, as those who answered were told"))
    question.label, question.kind = label, kind
    for name, value in rest.items():
        setattr(question, name, value)
    question.save()
    record(by, "wrote question", question, organisation_id=program.organisation_id)
    return question


@transaction.atomic
def stop_asking(question: Question, *, by: Person) -> None:
    """No longer ask; answers are kept, and criteria that read it leave the policy."""
    program = question.program
    allow(by, "programs.change", program)
    question.dropped = True
    question.save(update_fields=["dropped"])
    _hold_to_questions(program, new=set())
    record(by, "stopped asking", question, organisation_id=program.organisation_id)


@transaction.atomic
def ask_again(question: Question, *, by: Person) -> None:
    """Ask again; the answers given before come back with it."""
    program = question.program
    allow(by, "programs.change", program)
    question.dropped = False
    question.save(update_fields=["dropped"])
    _hold_to_questions(program, new={question.key})
    record(by, "asked again", question, organisation_id=program.organisation_id)


@transaction.atomic
def move_question(question: Question, *, up: bool, by: Person) -> None:
    """One place up or down among the questions asked in its step; one not asked stays."""
    program = question.program
    allow(by, "programs.change", program)
    asked = list(program.asked.all())
    mates = [q for q in asked if q.step == question.step]
    if question not in mates:
        return
    at = mates.index(question)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(mates):
        return
    one, other = asked.index(question), asked.index(mates[to])
    asked[one], asked[other] = asked[other], asked[one]
    for position, q in enumerate(asked):
        q.position = position
    Question.objects.bulk_update(asked, ["position"])
