"""What may be done with a program's design."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from peerloom.accounts.models import Organisation, Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.programs.errors import NotReadyToOpen
from peerloom.programs.library import QUESTIONS, Suggestion, derive_policy, with_format
from peerloom.programs.models import Program, Question


@transaction.atomic
def create_program(
    organisation: Organisation, *, name: str, purpose: str, objectives: list[str], by: Person
) -> Program:
    """A draft with a purpose; it asks the usual questions and has the policy they allow."""
    allow(by, "programs.create", organisation)
    program = Program.objects.create(
        organisation=organisation,
        name=name,
        slug=_free_slug(name),
        purpose=purpose,
        objectives=objectives,
        # A season to start from: most programs begin soon and run for half a year.
        starts_on=timezone.localdate() + timedelta(days=14),
        ends_on=timezone.localdate() + timedelta(days=14 + 182),
    )
    _ask(program, [s for s in QUESTIONS if s.usual])
    _derive(program)
    record(by, "created", program, organisation_id=organisation.pk)
    return program


def _free_slug(name: str) -> str:
    slug = slugify(name)[:60] or "program"
    if Program.objects.filter(slug=slug).exists():
        slug = f"{slug}-{get_random_string(5, 'abcdefghjkmnpqrstuvwxyz23456789')}"
    return slug


@transaction.atomic
def change_purpose(
    program: Program, *, name: str, purpose: str, objectives: list[str], by: Person
) -> Program:
    """Change what the program is for; a draft's policy follows, an open one's is left alone."""
    allow(by, "programs.change", program)
    changed = set(objectives) != set(program.objectives)
    program.name, program.purpose, program.objectives = name, purpose, objectives
    program.save(update_fields=["name", "purpose", "objectives"])
    if changed and program.state == Program.State.DRAFT:
        _derive(program)
    record(by, "changed purpose", program, organisation_id=program.organisation_id)
    return program


@transaction.atomic
def change_format(
    program: Program,
    *,
    starts_on: date | None,
    ends_on: date | None,
    apply_by: date | None,
    cadence: str,
    meeting_minutes: int,
    trios: bool,
    by: Person,
    size: tuple[int, int] = (2, 2),
) -> Program:
    """Change dates, rhythm, and whether people meet in pairs or in circles of a size."""
    allow(by, "programs.change", program)
    program.starts_on, program.ends_on, program.apply_by = starts_on, ends_on, apply_by
    program.cadence, program.meeting_minutes, program.trios = cadence, meeting_minutes, trios
    program.circle_least, program.circle_most = size
    program.policy = with_format(program.policy, trios=trios, size=size)
    program.save()
    record(by, "changed format", program, organisation_id=program.organisation_id)
    return program


@transaction.atomic
def choose_questions(program: Program, keys: set[str], *, by: Person) -> Program:
    """Ask these of the library's questions; the program's own stay as they are.

    Answers to a question no longer asked are kept, and come back with it.
    """
    allow(by, "programs.change", program)
    known = {s.key: s for s in QUESTIONS}
    program.questions.filter(key__in=set(known) - keys).delete()
    have = set(program.questions.values_list("key", flat=True))
    _ask(program, [s for k, s in known.items() if k in keys - have])
    if program.state == Program.State.DRAFT:
        _derive(program)
    record(by, "chose questions", program, organisation_id=program.organisation_id)
    return program


def _ask(program: Program, suggestions: list[Suggestion]) -> None:
    places = {s.key: k for k, s in enumerate(QUESTIONS)}
    for s in suggestions:
        Question.objects.create(
            program=program,
            key=s.key,
            kind=s.kind,
            label=s.label,
            help=s.help,
            choices=list(s.choices),
            seen_by=s.seen_by,
            sensitive=s.sensitive,
            step=s.step,
            required=s.required,
            position=places[s.key],
        )


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
    return question


def _derive(program: Program) -> None:
    asked = set(program.questions.values_list("key", flat=True))
    program.policy = derive_policy(program.objectives, asked)
    size = (program.circle_least, program.circle_most)
    program.policy = with_format(program.policy, trios=program.trios, size=size)
    program.save(update_fields=["policy"])


@transaction.atomic
def set_policy(program: Program, policy: dict[str, Any], *, by: Person) -> Program:
    """Keep a policy that the engine has accepted (see `rounds.policies`)."""
    allow(by, "programs.change", program)
    program.policy = policy
    program.save(update_fields=["policy"])
    record(by, "changed policy", program, organisation_id=program.organisation_id)
    return program


@transaction.atomic
def open_program(program: Program, *, by: Person) -> Program:
    """Let people join.

    Raises
    ------
    NotReadyToOpen
        What is missing, by name.
    """
    allow(by, "programs.change", program)
    missing = []
    if not program.purpose.strip():
        missing.append("a purpose in a sentence or two")
    if not (program.starts_on and program.ends_on):
        missing.append("a first and a last day")
    if not program.questions.exists():
        missing.append("at least one question")
    if missing:
        raise NotReadyToOpen(missing)
    program.state = Program.State.RECRUITING
    program.save(update_fields=["state"])
    record(by, "opened", program, organisation_id=program.organisation_id)
    return program


def start_running(program: Program) -> None:
    """The first partnerships are open."""
    if program.state in (Program.State.DRAFT, Program.State.RECRUITING):
        program.state = Program.State.RUNNING
        program.save(update_fields=["state"])
