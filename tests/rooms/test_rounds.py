"""Rounds: solved, reviewed, published once, and safe when things go wrong."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerloom.accounts.actions import Newcomer, ensure_participants
from peerloom.accounts.errors import NotAllowed
from peerloom.accounts.models import Organisation, Person
from peerloom.core import jobs
from peerloom.core.models import AuditEntry, Job
from peerloom.matching import verify
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.actions import set_places
from peerloom.participants.models import Participant
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.queries import past_pairs
from peerloom.programs.actions import set_policy
from peerloom.programs.models import Program
from peerloom.rounds import actions, queries
from peerloom.rounds.actions.voices import make_short_lists
from peerloom.rounds.errors import NobodyToMatch, PeopleLeft, PolicyRefused, RoundNotReady
from peerloom.rounds.models import MatchingRound, PairRule
from tests.factories import make_participant, make_people, make_person, solved_round


def test_a_round_places_everybody_and_is_proven(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    make_people(program, 9)

    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)

    assert matching_round.state == "ready"
    assert sorted(p.members.count() for p in matching_round.proposals.all()) == [2, 2, 2, 3]
    assert verify(queries.kept_result(matching_round)) == []


def test_a_published_round_is_solved_to_the_same_bytes_from_its_snapshot(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    from peerloom.matching import match

    make_people(program, 12)
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    kept = queries.kept_result(matching_round)

    again = match(kept.pool, kept.policy, locks=kept.locks, never=kept.never)

    assert again.to_json() == kept.to_json()


def test_publishing_opens_partnerships_and_writes_to_each_once(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    make_people(program, 6)
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)

    actions.publish_round(matching_round, by=manager)
    actions.publish_round(matching_round, by=manager)

    assert Partnership.objects.count() == 3
    assert OutboxMessage.objects.filter(kind="introduction").count() == 6
    assert set(program.participants.values_list("state", flat=True)) == {"matched"}
    assert AuditEntry.objects.filter(verb="published").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_publishing_at_once_publish_once(
    organisation: Organisation, program: Program, manager: Person
) -> None:
    other = make_person("ola@loomworks.example", organisation, "manager")
    make_people(program, 8)
    matching_round = actions.start_round(program, by=manager)
    ready = threading.Barrier(2)
    failures: list[BaseException] = []

    def press(by: Person) -> None:
        try:
            ready.wait()
            actions.publish_round(MatchingRound.objects.get(pk=matching_round.pk), by=by)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(by,)) for by in (manager, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert Partnership.objects.count() == 4
    assert OutboxMessage.objects.filter(kind="introduction").count() == 8


def test_nobody_who_found_a_partner_meanwhile_is_published_twice(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    people = make_people(program, 4)
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    people[0].state = "left"
    people[0].save()

    with pytest.raises(PeopleLeft, match="Peer000"):
        actions.publish_round(matching_round, by=manager)

    assert Partnership.objects.count() == 0
    assert OutboxMessage.objects.count() == 0


def test_a_pinned_pair_stays_and_one_kept_apart_does_not(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    people = make_people(program, 8)
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    apart = sorted(m.pk for m in matching_round.proposals.first().members.all())
    free = [p.pk for p in people if p.pk not in apart]
    actions.rule_pair(matching_round, *apart, PairRule.Kind.FORBID, by=manager)
    actions.rule_pair(matching_round, free[0], free[1], PairRule.Kind.PIN, by=manager)

    with django_capture_on_commit_callbacks(execute=True):
        actions.solve_again(matching_round, by=manager)

    matching_round.refresh_from_db()
    together = [sorted(m.pk for m in p.members.all()) for p in matching_round.proposals.all()]
    assert apart not in together
    assert sorted(free[:2]) in together
    assert verify(queries.kept_result(matching_round)) == []


def test_a_swap_costs_what_it_says(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    people = make_people(program, 10)
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    before = matching_round.result["quality"]["total"]
    cheapest = queries.swaps_for(matching_round, people[0], manager)[0]

    pairs = [(a.pk, b.pk) for a, b, _ in cheapest.pairs]
    with django_capture_on_commit_callbacks(execute=True):
        actions.swap(matching_round, pairs, by=manager)

    matching_round.refresh_from_db()
    lost = (before - matching_round.result["quality"]["total"]) / 1e6
    assert lost == pytest.approx(cheapest.cost, abs=1e-6)
    assert cheapest.cost >= 0


def test_past_partners_never_meet_again(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    make_people(program, 8)
    first = solved_round(program, manager, django_capture_on_commit_callbacks)
    actions.publish_round(first, by=manager)
    before = set(past_pairs(program))
    program.participants.update(state="looking")

    second = solved_round(program, manager, django_capture_on_commit_callbacks)

    now = {tuple(sorted(m.pk for m in p.members.all())) for p in second.proposals.all()}
    assert len(now) == 4
    assert not now & before


def test_those_who_waited_come_first(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    program.policy["objective"]["trios"] = False
    program.save()
    people = make_people(program, 5)
    people[4].rounds_waited = 1
    people[4].save()

    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    actions.publish_round(matching_round, by=manager)

    people[4].refresh_from_db()
    assert people[4].state == "matched"
    waiting = program.participants.get(state="looking")
    assert waiting.rounds_waited == 1


def test_nobody_to_match_is_said_before_anything_changes(program: Program, manager: Person) -> None:
    make_participant(program, "Ana")

    with pytest.raises(NobodyToMatch, match="Only one person"):
        actions.start_round(program, by=manager)

    assert not program.rounds.exists()


def test_a_misspelt_field_names_the_nearest(program: Program, manager: Person) -> None:
    make_people(program, 2)
    program.policy["criterion"][0]["field"] = "stagee"
    program.save()

    with pytest.raises(PolicyRefused, match="Did you mean 'stage'"):
        actions.start_round(program, by=manager)


def test_must_haves_that_nobody_meets_leave_everybody_with_words(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    for k in range(4):
        make_participant(program, f"P{k}", stage=str(40 * k))

    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)

    assert not matching_round.proposals.exists()
    unplaced = queries.unplaced_of(matching_round)
    views = queries.unplaced_views(matching_round, unplaced, manager)
    assert len(views) == 4
    assert all("a close career stage shuts out 3" in v.why for v in views)
    assert all("a close career stage (40 apart instead of 5)" in v.change for v in views)


def test_an_answer_the_engine_cannot_read_fails_with_words(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    make_people(program, 3)
    make_participant(program, "Odd", stage="many")

    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)

    assert matching_round.state == "solving"
    assert matching_round.job.state == "failed"
    assert "'many' is not a number" in matching_round.job.words


def test_a_cancelled_solve_changes_nothing(program: Program, manager: Person) -> None:
    make_people(program, 4)
    matching_round = actions.start_round(program, by=manager)
    jobs.cancel(matching_round.job)

    actions.solve.call(job_id=matching_round.job.pk, round_id=matching_round.pk)

    matching_round.refresh_from_db()
    assert matching_round.job.state == "cancelled"
    assert matching_round.result is None


def test_a_job_whose_process_was_killed_can_be_taken_again(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    make_people(program, 4)
    matching_round = actions.start_round(program, by=manager)
    long_ago = timezone.now() - timedelta(minutes=5)
    Job.objects.filter(pk=matching_round.job.pk).update(state="running", heard_at=long_ago)
    matching_round.refresh_from_db()
    assert matching_round.job.is_lost

    with django_capture_on_commit_callbacks(execute=True):
        actions.solve_again(matching_round, by=manager)

    matching_round.refresh_from_db()
    assert matching_round.state == "ready"


def test_a_job_is_claimed_by_one_worker(db: None) -> None:
    job = Job.objects.create(kind="solve")

    assert jobs.claim(job)
    assert not jobs.claim(job)


def test_a_round_being_solved_is_not_solved_beside_itself(
    program: Program, manager: Person
) -> None:
    make_people(program, 4)
    matching_round = actions.start_round(program, by=manager)

    with pytest.raises(RoundNotReady):
        actions.solve_again(matching_round, by=manager)


def test_a_manager_of_another_organisation_may_not(program: Program, manager: Person) -> None:
    from tests.factories import make_organisation

    stranger = make_person("eve@other.example", make_organisation("Other"), "manager", "admin")

    with pytest.raises(NotAllowed):
        actions.start_round(program, by=stranger)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such limit")
def test_a_thousand_people_fit_through_the_smallest_sqlite(
    program: Program, manager: Person, as_manager: Client, django_capture_on_commit_callbacks: Any
) -> None:
    """Some builds take 999 values in one statement."""
    people = ensure_participants(
        program.organisation, [Newcomer(f"p{k}@loomworks.example") for k in range(1100)]
    )
    Participant.objects.bulk_create(
        Participant(
            program=program, person=p, organisation=program.organisation, state="waiting",
            answers={"stage": str(k % 7)},
        )
        for k, p in enumerate(people.values())
    )  # fmt: skip
    assert connection.connection is not None
    kept = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
    try:
        assert set_places(program, None, by=manager) == 1100
        make_short_lists(program, named=False, by=manager)
        matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
        mover = matching_round.proposals.first().members.first()
        at = [program.pk, matching_round.pk]
        pages = [reverse("round", args=at), reverse("round_swap", args=[*at, mover.pk])]
        pages.append(reverse("partnerships", args=[program.pk]))
        assert [as_manager.get(page).status_code for page in pages] == [200, 200, 200]
        with django_capture_on_commit_callbacks(execute=True):
            actions.publish_round(matching_round, by=manager)
        assert [as_manager.get(page).status_code for page in pages] == [200, 302, 200]
    finally:
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, kept)

    assert program.participants.filter(state="matched").count() == 1100
    assert Partnership.objects.count() == 550


@pytest.mark.parametrize("circles", [False, True])
def test_what_needs_a_look_is_told_from_the_rest(
    program: Program, manager: Person, circles: bool
) -> None:
    """A trio or a pair in which somebody gets little; a circle only where it fits little in all."""
    if circles:
        program.circle_least, program.circle_most = 3, 5
        program.save()
    people = make_people(program, 30)
    matching_round = MatchingRound.objects.create(program=program, number=1)
    made = {}
    for size in (2, 3, 4):
        for score, lowest in ((500_000, 500_000), (500_000, 399_999), (249_999, 399_999)):
            one = matching_round.proposals.create(score=score, lowest=lowest, pinned=size == 3)
            one.members.set(people[:size])
            made[size, score, lowest] = one

    look = set(queries.proposals_of(matching_round, "look"))

    for (size, score, lowest), one in made.items():
        of_circle = circles and size > 2
        needs = score < 250_000 if of_circle else size == 3 or lowest < 400_000
        assert (one in look) == needs, (size, score, lowest)
    everything = list(queries.proposals_of(matching_round))
    assert {p.pk for p in everything if p.needs_look} == {p.pk for p in look}
    assert [p.score for p in everything] == sorted(p.score for p in everything)
    assert queries.proposals_of(matching_round, "pinned").count() == 3


def test_a_policy_that_was_changed_while_lists_were_made_stays(
    program: Program, manager: Person
) -> None:
    make_people(program, 6)
    begun = Program.objects.get(pk=program.pk)
    heavier = [{**c, "weight": 7.0} for c in program.policy["criterion"]]
    set_policy(program, {**program.policy, "criterion": heavier}, by=manager)

    make_short_lists(begun, named=False, by=manager)

    program.refresh_from_db()
    *before, wish = program.policy["criterion"]
    assert before == heavier
    assert wish["kind"] == "rank"
