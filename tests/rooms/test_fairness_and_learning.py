"""Fair over all rounds; what the rounds teach, and a change the manager may take over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from peerloom.accounts.actions import read_records
from peerloom.accounts.models import Person
from peerloom.participants.models import Participant
from peerloom.programs import actions as programs
from peerloom.programs.models import Program
from peerloom.pulses.actions import note_answers
from peerloom.results.actions import take_edition
from peerloom.results.queries import lesson_of, program_fairness
from peerloom.rounds.actions import publish_round
from peerloom.rounds.models import MatchingRound
from peerloom.rounds.queries import kept_result
from tests.factories import make_participant, solved_round
from tests.rooms.asking import BEGINS, ENDS, dated, on, pulse_at

pytestmark = pytest.mark.django_db

ABLE = ("sql", "hiring", "design", "writing", "law")


@pytest.fixture
def published(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> MatchingRound:
    """Sixty people by what each can give the other alone, some much and some nothing."""
    exchange = next(c for c in program.policy["criterion"] if c["kind"] == "exchange")
    programs.set_policy(program, {**program.policy, "criterion": [exchange]}, by=manager)
    for k in range(60):
        # The first twenty want what nobody offers.
        wants = f"nothing{k}" if k < 20 else ABLE[k % 5]
        offers = "; ".join((ABLE[(k + 1) % 5], ABLE[(k + 4) % 5]))
        make_participant(program, f"Peer{k:02}", wants=wants, offers=offers, stage="3")
    dated(program)
    with on(BEGINS):
        solved = solved_round(program, manager, django_capture_on_commit_callbacks)
        publish_round(solved, by=manager)
    program.refresh_from_db()
    return solved


def answered(matching_round: MatchingRound, *, by_fit: bool) -> None:
    """Everybody says whether they would meet again: as the fit was, or all over the place."""
    program, at = matching_round.program, datetime(2026, 5, 5, 9, tzinfo=UTC)
    rows = []
    for n, p in enumerate(kept_result(matching_round).partnerships):
        fit = sum(sum(f.satisfaction) for f in p.fits) / 2e6 / len(p.fits)
        for k, member in enumerate(p.members):
            said = round(1 + 4 * fit) if by_fit else 1 + (7 * n + 3 * k) % 5
            place = Participant.objects.get(pk=int(member))
            rows.append((place, {"match.same_peer": min(5, max(1, said))}, at))
    note_answers(pulse_at(program, "midpoint"), rows)
    with on(ENDS):
        take_edition(program)


def test_what_went_along_with_good_partnerships_is_suggested_and_changes_nothing_by_itself(
    published: MatchingRound, manager: Person, client: Client
) -> None:
    answered(published, by_fit=True)
    program = published.program
    before = program.policy["criterion"][0]["weight"]

    lesson = lesson_of(program)

    [effect] = lesson.learned.effects
    assert effect.evidence
    assert effect.effect > 0
    assert lesson.suggested is not None
    assert lesson.again is not None
    # One criterion alone: its weight changes nothing yet, and the page says so.
    assert (lesson.again.people, lesson.again.placed, lesson.again.then) == (60, 60, 60)
    assert lesson.again.others == 0
    program.refresh_from_db()
    assert program.policy["criterion"][0]["weight"] == before

    client.force_login(manager)
    page = client.get(f"/manage/{program.pk}/learning/").content.decode()
    assert "Take the change over" in page
    client.post(f"/manage/{program.pk}/learning/")
    program.refresh_from_db()
    assert program.policy["criterion"][0]["weight"] == effect.suggested
    again = client.post(f"/manage/{program.pk}/learning/", follow=True)
    assert again.status_code == 200


def test_the_last_round_is_solved_again_as_it_was_whatever_has_been_asked_since(
    published: MatchingRound, manager: Person, client: Client
) -> None:
    answered(published, by_fit=True)
    program = published.program
    before = lesson_of(program).again
    asked = programs.write_question(program, label="Pets?", kind="text", by=manager)
    since = {"kind": "same", "field": asked.key, "name": "the same pets", "weight": "matters a lot"}
    criteria = [*program.policy["criterion"], since]
    programs.set_policy(program, {**program.policy, "criterion": criteria}, by=manager)

    lesson = lesson_of(program)

    assert lesson.suggested is not None
    assert lesson.again == before
    client.force_login(manager)
    assert client.get(f"/manage/{program.pk}/learning/").status_code == 200


def test_where_nothing_went_along_nothing_is_suggested(published: MatchingRound) -> None:
    answered(published, by_fit=False)

    lesson = lesson_of(published.program)

    assert lesson.learned.partnerships == 30
    assert lesson.suggested is None


def test_answers_that_are_in_no_figure_teach_nothing(published: MatchingRound) -> None:
    place = published.program.participants.first()
    assert place
    rows = [(place, {"match.same_peer": 5}, datetime(2026, 5, 5, 9, tzinfo=UTC))]
    note_answers(pulse_at(published.program, "midpoint"), rows)

    lesson = lesson_of(published.program)

    assert lesson.learned.partnerships == 0
    assert lesson.learned.words.startswith("Not enough evidence")


def test_partnerships_that_had_ended_before_are_not_learned_from(published: MatchingRound) -> None:
    early = published.program.partnerships.first()
    assert early
    type(early).objects.filter(pk=early.pk).update(
        state="ended", ended_at=datetime(2026, 2, 20, tzinfo=UTC)
    )
    answered(published, by_fit=True)

    assert lesson_of(published.program).learned.partnerships == 29


def test_groups_of_the_organisations_file_are_held_beside_each_other(
    published: MatchingRound, manager: Person, client: Client
) -> None:
    program = published.program
    people = list(program.participants.select_related("person").order_by("pk"))
    rows = [
        f"{p.person.email},{'Few' if k < 3 else 'Legal' if k < 20 else 'Sales'}"
        for k, p in enumerate(people)
    ]
    read_records(program.organisation, "\n".join(["email,unit", *rows]).encode(), by=manager)

    found = {f.by: f.audit for f in program_fairness(program)}

    # Three alone would be told, so the next smallest are hidden with them.
    assert "Unit" not in found or {g.name for g in found["Unit"].groups} == {"Sales"}
    rows = [row.replace(",Few", ",Legal") for row in rows]
    read_records(program.organisation, "\n".join(["email,unit", *rows]).encode(), by=manager)
    groups = {g.name: g for f in program_fairness(program) for g in f.audit.groups}
    # Those who want what nobody offers were placed, and got little.
    assert groups["Legal"].placed == groups["Sales"].placed == 1
    assert (groups["Legal"].satisfaction or 0) < (groups["Sales"].satisfaction or 0)
    assert groups["Legal"].flagged

    client.force_login(manager)
    content = client.get(f"/manage/{program.pk}/fairness/?as=csv").content.decode()
    assert content.splitlines()[0].startswith("by,group,people,share placed")
    assert "Unit,Legal,20,1.0" in content
    assert "look into this" in client.get(f"/manage/{program.pk}/fairness/").content.decode()
