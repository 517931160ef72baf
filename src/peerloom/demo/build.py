"""Builds the demo organisation through the same actions that people use."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from importlib import resources
from random import Random

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from peerloom.accounts.actions import ensure_person, give_role, start_organisation
from peerloom.accounts.models import Organisation, Person, Role
from peerloom.core.models import AuditKey, Job
from peerloom.demo.finished import (
    answer_pulse,
    ask_one_now,
    give_outcome,
    give_records,
)
from peerloom.demo.history import give_history
from peerloom.demo.made_up import ZONES, MadeUp, make_up
from peerloom.participants import imports
from peerloom.participants.actions import let_cross
from peerloom.participants.models import ImportFile, Participant
from peerloom.participants.queries import items_of
from peerloom.programs import actions as programs
from peerloom.programs.library import CRITERIA
from peerloom.programs.models import Program, Pulse, Question
from peerloom.programs.queries import FIGURES, fields_of
from peerloom.results.actions import take_edition
from peerloom.rounds import actions as rounds
from peerloom.rounds.models import MatchingRound
from peerloom.tables import read_csv, write_csv

Row = dict[str, str]
QUESTIONS = ("stage", "function", "hopes", "wants", "offers", "challenges", "way_to_meet", "hours")
MATCHED, RECRUITING = 180, 46
# People of the shared program: its own, and those of the other organisation.
SHARED, OTHERS = slice(200, 226), slice(300, 318)
FINISHED = slice(330, 470)


def build_demo(*, fresh: bool, say: Callable[[str], None]) -> None:
    """Make the demo organisation, unless it is there already.

    Raises
    ------
    RuntimeError
        The database holds an organisation that is not the demo's.
    """
    if fresh:
        # While it has its key the database keeps the log from being deleted.
        AuditKey.objects.all().delete()
        call_command("flush", verbosity=0, interactive=False)
        shutil.rmtree(settings.EMAIL_FILE_PATH, ignore_errors=True)
    if Organisation.objects.filter(slug="loomworks").exists():
        return
    if Organisation.objects.exists():
        raise RuntimeError(
            "This database holds an organisation of its own; the demo needs another."
        )
    people = survey_people()
    with transaction.atomic():
        manager = _team()
        organisation = Organisation.objects.get(slug="loomworks")
        today = date.today()
        say("  a program in its fifth month ...")
        running = _program(
            organisation, manager, "Learning across teams",
            "Two people from different teams swap what they know for what they want to learn.",
            ["skills", "connect"], today - timedelta(days=150), today + timedelta(days=60),
        )  # fmt: skip
        _bring_in(running, people[:MATCHED], manager)
        say("  a program ready to match, with all 607 people ...")
        ready = _program(
            organisation, manager, "New team leads",
            "Lead your first team with somebody at your side who does it for the first time too.",
            ["skills", "belonging", "grow"], today + timedelta(days=14), today + timedelta(days=196),
        )  # fmt: skip
        _bring_in(ready, people, manager)
        say("  a program that recruits ...")
        recruiting = _program(
            organisation, manager, "Women and allies in technology",
            "A network led by its members: peers who know the same situation, and say so.",
            ["belonging", "grow"], today + timedelta(days=40), today + timedelta(days=220),
            extra=("gender", "wants_same_gender"),
        )  # fmt: skip
        _bring_in(recruiting, people[-RECRUITING:], manager)
        _spread_states(recruiting)
        Participant.objects.filter(
            program=recruiting, person__email="participant@demo.example"
        ).delete()
        say("  a program shared with another organisation ...")
        shared = _program(
            organisation, manager, "Across the harbour",
            "Two small technology teams on one quay learn from each other.",
            ["skills", "grow"], today + timedelta(days=21), today + timedelta(days=200),
        )  # fmt: skip
        _bring_in(shared, people[SHARED], manager)
        _share(shared, manager, people[OTHERS])
        say("  a program that is over ...")
        began = today - timedelta(days=400)
        finished = _program(
            organisation, manager, "New to leading",
            "People who lead for the first time find their way, and each other.",
            ["skills", "connect", "grow", "lead", "arrive"], began, began + timedelta(days=182),
        )  # fmt: skip
        _bring_in(finished, people[FINISHED], manager)
        give_records(organisation, [made for _, made in people], manager, began)
    say("  matching and publishing the first ...")
    _match_and_publish(running, manager)
    _match_and_publish(finished, manager)
    say("  five months of meetings ...")
    with transaction.atomic():
        give_history(running)
        answer_pulse(running, Pulse.When.BASELINE, Random(3))
        answer_pulse(running, Pulse.When.MIDPOINT, Random(4))
        ask_one_now(running, manager)
        give_outcome(finished, manager)
    say("  what they were worth ...")
    for program in (running, finished):
        take_edition(program)
    _match(shared, manager)


def roles() -> list[str]:
    """What people of the survey work on, the most frequent first."""
    counts = Counter(role for row, _ in survey_people() for role in items_of(row["roles"]))
    return [role for role, _ in counts.most_common()]


def survey_people() -> list[tuple[Row, MadeUp]]:
    """Survey rows, each with what is made up for it."""
    folder = resources.files("peerloom.demo").joinpath("so2019")
    rows, _ = read_csv(folder.joinpath("people.csv").read_bytes())
    made = make_up(len(rows))
    # The demo's participant is one of the first program's people.
    first = MadeUp("Ana Nováková", "participant@demo.example", made[0].hours, HOPE, "")
    return list(zip(rows, [first, *made[1:]], strict=True))


HOPE = "to move from doing to delegating"


def _team() -> Person:
    start_organisation(
        name="Loomworks",
        manager_name="Ada Mwangi",
        email="admin@demo.example",
        time_zone="Europe/Paris",
    )
    organisation = Organisation.objects.get()
    manager = ensure_person("manager@demo.example", name="Mika Korhonen", time_zone="Europe/Paris")
    give_role(organisation, manager, Role.MANAGER)
    sponsor = ensure_person("sponsor@demo.example", name="Selin Demir", time_zone="Europe/Paris")
    give_role(organisation, sponsor, Role.SPONSOR)
    return manager


def _program(
    organisation: Organisation,
    by: Person,
    name: str,
    purpose: str,
    objectives: list[str],
    starts: date,
    ends: date,
    extra: Sequence[str] = (),
) -> Program:
    program = programs.create_program(
        organisation, name=name, purpose=purpose, objectives=objectives, by=by
    )
    programs.change_format(
        program,
        starts_on=starts,
        ends_on=ends,
        apply_by=None,
        cadence=Program.Cadence.FORTNIGHTLY,
        meeting_minutes=60,
        trios=True,
        by=by,
    )
    programs.choose_questions(program, {*QUESTIONS, *extra}, by=by)
    # The survey's roles are several choices, not a few words.
    program.questions.filter(key="function").update(kind=Question.Kind.MANY, choices=roles())
    return programs.open_program(program, by=by)


def _bring_in(program: Program, people: Sequence[tuple[Row, MadeUp]], by: Person) -> None:
    """Import people the way a manager does."""
    content = _csv(program, people)
    file = imports.upload(program, name="people.csv", content=content.encode(), by=by)
    imports.set_mapping(file, file.mapping, by=by)
    job = Job.objects.create(kind="import")
    imports.run_import.call(job_id=job.pk, file_id=file.pk, looking=True, by=by.pk)
    ImportFile.objects.filter(pk=file.pk).update(job=job)


def _csv(program: Program, people: Sequence[tuple[Row, MadeUp]]) -> str:
    asked = set(program.asked.values_list("key", flat=True))
    source = {
        "stage": lambda r, m: r["years_professional"],
        "function": lambda r, m: r["roles"],
        "wants": lambda r, m: r["wants"],
        "offers": lambda r, m: r["offers"],
        "challenges": lambda r, m: r["challenges"],
        "way_to_meet": lambda r, m: r["sociability"].replace(" (in person)", ""),
        "gender": lambda r, m: r["gender"],
        "hours": lambda r, m: m.hours,
        "hopes": lambda r, m: m.hopes,
        "wants_same_gender": lambda r, m: m.wants_same_gender,
    }
    keys = [k for k in source if k in asked]
    rows = [
        [m.email, m.name, ZONES.get(r["country"], ""), *(source[k](r, m) for k in keys)]
        for r, m in people
    ]
    return write_csv(["email", "name", "time_zone", *keys], rows)


def _spread_states(program: Program) -> None:
    """Some are invited and have not begun, some are half way."""
    people = list(program.participants.order_by("pk"))
    for k, participant in enumerate(people):
        if k % 3 == 1:
            participant.state, participant.answers = Participant.State.INVITED, {}
            participant.applied_at = None
        elif k % 5 == 2:
            participant.state, participant.applied_at = Participant.State.APPLYING, None
    Participant.objects.bulk_update(people, ["state", "answers", "applied_at"])


def _share(program: Program, by: Person, people: Sequence[tuple[Row, MadeUp]]) -> None:
    """Another organisation takes part with people of its own; most agree that answers cross."""
    boss = ensure_person("partner@demo.example", name="Noor Haddad", time_zone="Europe/Lisbon")
    part = programs.invite_organisation(program, email=boss.email, by=by)
    programs.bring_organisation(
        part,
        None,
        name="Harbour Software",
        by=boss,
        fields=[f.key for f in fields_of(program)],
        figures=list(FIGURES),
    )
    theirs = [(r, replace(m, email=m.email.replace("@", "@harbour."))) for r, m in people]
    _bring_in(program, theirs, boss)
    rule = {
        n: v for n, v in CRITERIA["another_organisation"].items() if n not in ("must", "missing")
    }
    wish = {**rule, "name": "another organisation, no competitor", "weight": "matters"}
    criteria = [*program.policy["criterion"], wish]
    programs.set_policy(program, {**program.policy, "criterion": criteria}, by=by)
    for k, participant in enumerate(program.participants.select_related("program", "person")):
        if k % 6 != 5:
            let_cross(participant, k % 12 != 4, by=participant.person)


def _match(program: Program, by: Person) -> MatchingRound:
    matching_round = rounds.start_round(program, by=by)
    # Solved here rather than by a worker, which has not started yet.
    assert matching_round.job is not None
    rounds.solve.call(job_id=matching_round.job.pk, round_id=matching_round.pk)
    return matching_round


def _match_and_publish(program: Program, by: Person) -> None:
    matching_round = _match(program, by)
    rounds.publish_round(matching_round, by=by)
    begun = timezone.make_aware(datetime.combine(program.starts_on or date.today(), time(9)))
    program.partnerships.update(opened_at=begun)
    program.participants.update(applied_at=begun - timedelta(days=20))
    program.rounds.update(created_at=begun, published_at=begun)
