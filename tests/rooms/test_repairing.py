"""New partners for those who wait: nobody else touched unless the manager says so."""

from __future__ import annotations

import random
from typing import Any

import pytest

from peerloom.accounts.models import Person
from peerloom.care import actions as care
from peerloom.care.errors import RepairRefused
from peerloom.care.models import Repairing
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.models import Participant
from peerloom.partnerships.actions import open_partnership
from peerloom.partnerships.models import Partnership
from peerloom.programs.actions import set_safeguards
from peerloom.programs.models import Program
from peerloom.rounds.actions import find_repairs
from tests.factories import SKILLS, make_participant
from tests.rooms.caring import day, run

pytestmark = pytest.mark.django_db
CHOICE = {"early": "usual", "sure": "usual", "rhythm": "usual", "off": ()}


def person(
    program: Program, name: str, wants: str, offers: str, state: str = "looking"
) -> Participant:
    return make_participant(program, name, state=state, wants=wants, offers=offers, stage="3")


@pytest.fixture
def waiting(program: Program) -> list[Participant]:
    """Two who wait and a pair that stands."""
    run(program)
    pair = [person(program, n, "sql", "sql", "matched") for n in ("Ana", "Ben")]
    open_partnership(pair)
    return [person(program, n, "sql", "sql") for n in ("Cleo", "Dan")]


def ready(program: Program, manager: Person, capture: Any, *, others: bool = False) -> Repairing:
    with capture(execute=True):
        repairing = care.start_repairing(program, others=others, by=manager)
    repairing.refresh_from_db()
    return repairing


def test_those_who_wait_get_each_other_and_nobody_else_is_touched(
    program: Program,
    manager: Person,
    waiting: list[Participant],
    django_capture_on_commit_callbacks: Any,
) -> None:
    standing = Partnership.objects.get()
    repairing = ready(program, manager, django_capture_on_commit_callbacks, others=True)

    assert [w["ends"] for w in repairing.ways] == [[]]
    assert care.take_way(repairing, 0, by=manager) == 2
    assert care.take_way(repairing, 0, by=manager) == 2

    standing.refresh_from_db()
    assert standing.is_open
    new = Partnership.objects.exclude(pk=standing.pk).get()
    assert {p.pk for p in new.members.all()} == {p.pk for p in waiting}
    letters = OutboxMessage.objects.filter(kind="introduction")
    assert {m.to for m in letters} == {p.person.email for p in waiting}


def test_who_were_together_are_not_brought_together_again(
    program: Program,
    manager: Person,
    waiting: list[Participant],
    django_capture_on_commit_callbacks: Any,
) -> None:
    old = open_partnership(waiting)
    Partnership.objects.filter(pk=old.pk).update(state="ended")

    quiet = ready(program, manager, django_capture_on_commit_callbacks)
    assert quiet.ways == []
    others = ready(program, manager, django_capture_on_commit_callbacks, others=True)
    # One pair ends for it and all four are placed; two kept apart by their past are not.
    way = next(w for w in others.ways if w["ends"])
    assert way["placed"] == 2
    care.take_way(others, others.ways.index(way), by=manager)
    assert Partnership.objects.filter(state="open").count() == 2
    assert Participant.objects.filter(state="matched").count() == 4
    told = OutboxMessage.objects.filter(kind="ended")
    assert told.count() == 2


def test_one_alone_may_join_a_pair_where_the_program_has_trios(
    program: Program,
    manager: Person,
    waiting: list[Participant],
    django_capture_on_commit_callbacks: Any,
) -> None:
    Participant.objects.filter(pk=waiting[1].pk).update(state="left")
    repairing = ready(program, manager, django_capture_on_commit_callbacks, others=True)

    assert [w["grows"] for w in repairing.ways] == [[[Partnership.objects.get().pk, waiting[0].pk]]]
    care.take_way(repairing, 0, by=manager)
    assert Partnership.objects.get(state="open").members.count() == 3
    # They go on together, and are introduced as three rather than told of an end.
    assert not OutboxMessage.objects.filter(kind="ended").exists()
    assert OutboxMessage.objects.filter(kind="introduction").count() == 3


def test_what_changed_meanwhile_is_refused_and_nothing_happens(
    program: Program,
    manager: Person,
    waiting: list[Participant],
    django_capture_on_commit_callbacks: Any,
) -> None:
    repairing = ready(program, manager, django_capture_on_commit_callbacks)
    Participant.objects.filter(pk=waiting[0].pk).update(state="left")

    with pytest.raises(RepairRefused, match="left or found a peer"):
        care.take_way(repairing, 0, by=manager)
    with pytest.raises(RepairRefused, match="set aside"):
        care.take_way(repairing, 7, by=manager)
    assert Partnership.objects.count() == 1
    Participant.objects.filter(state="looking").update(state="left")
    with pytest.raises(RepairRefused, match="Nobody waits"):
        care.start_repairing(program, others=False, by=manager)


def test_each_week_by_itself_where_it_is_switched_on(
    program: Program,
    manager: Person,
    waiting: list[Participant],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with day(0):
        assert care.repair_weekly() == 0
        set_safeguards(program, **CHOICE, unasked=False, repairs=True, by=manager)
        with django_capture_on_commit_callbacks(execute=True):
            assert care.repair_weekly() == 1
            assert care.repair_weekly() == 0
        assert Repairing.objects.get().state == "taken"
        assert Participant.objects.filter(state="looking").count() == 0
        for name in ("Eva", "Finn"):
            person(program, name, "sql", "sql")
    with day(6), django_capture_on_commit_callbacks(execute=True):
        assert care.repair_weekly() == 0
    with day(8), django_capture_on_commit_callbacks(execute=True):
        assert care.repair_weekly() == 1


def test_a_circle_with_room_takes_in_who_waits(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    run(program)
    Program.objects.filter(pk=program.pk).update(circle_least=3, circle_most=4)
    program.refresh_from_db()
    members = [person(program, n, "sql", "sql", "matched") for n in ("Ana", "Ben", "Cleo")]
    circle = open_partnership(members)
    alone = person(program, "Dan", "sql", "sql")

    repairing = ready(program, manager, django_capture_on_commit_callbacks)
    care.take_way(repairing, 0, by=manager)

    circle.refresh_from_db()
    assert not circle.is_open
    new = Partnership.objects.get(state="open")
    assert {p.pk for p in new.members.all()} == {p.pk for p in [*members, alone]}


def test_over_many_departures_hardly_anybody_else_is_touched(program: Program) -> None:
    """As `benchmarks/matching/repairing`, on a pool small enough for a test."""
    run(program)
    chance = random.Random(3)
    people = [
        person(
            program,
            f"P{k:02}",
            chance.choice(SKILLS),
            "; ".join(chance.sample(SKILLS, 2)),
            "matched",
        )
        for k in range(16)
    ]
    for k in range(0, 16, 2):
        open_partnership(people[k : k + 2])
    touched = []
    for k in range(0, 16, 4):
        # One of two pairs each leaves; the others look for someone new.
        Participant.objects.filter(pk__in=[people[k].pk, people[k + 2].pk]).update(state="left")
        Participant.objects.filter(pk__in=[people[k + 1].pk, people[k + 3].pk]).update(
            state="looking"
        )
        broken = Partnership.objects.filter(members__in=[people[k].pk, people[k + 2].pk])
        Partnership.objects.filter(pk__in=list(broken.values_list("pk", flat=True))).update(
            state="ended"
        )
        ways = find_repairs(program, others=True)
        touched.append(min((w.touched for w in ways), default=0))
    assert sorted(touched)[2] == 0
    assert max(touched) <= 2
