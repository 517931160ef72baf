"""Circles from the wizard to the letters; the floor, the audit and the comparison of rounds."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from peerloom.accounts.models import Person
from peerloom.matching import verify
from peerloom.messaging.models import OutboxMessage
from peerloom.partnerships.models import Partnership
from peerloom.programs.actions import choose_questions
from peerloom.programs.models import Program
from peerloom.rounds import queries
from peerloom.rounds.actions import publish_round
from peerloom.web.forms.manager import Format
from tests.factories import make_participant, make_people, solved_round

FORMAT = {
    "starts_on": "2026-01-05",
    "ends_on": "2026-06-26",
    "cadence": "fortnightly",
    "meeting_minutes": "60",
    "meet": "circles",
    "circle_least": "4",
    "circle_most": "5",
}


def in_circles(as_manager: Client, program: Program) -> Program:
    as_manager.post(reverse("setup", args=[program.pk, "format"]), FORMAT)
    program.refresh_from_db()
    return program


def test_a_program_in_circles_matches_publishes_and_writes_to_all(
    as_manager: Client, manager: Person, program: Program, django_capture_on_commit_callbacks: Any
) -> None:
    make_people(in_circles(as_manager, program), 13)

    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    page = as_manager.get(reverse("round", args=[program.pk, matching_round.pk])).content.decode()
    publish_round(matching_round, by=manager)

    sizes = sorted(p.parts.count() for p in Partnership.objects.all())
    assert sizes == [4, 4, 5]
    assert "of what no circles can exceed" in page
    assert "a trio" not in page
    assert verify(queries.kept_result(matching_round)) == []
    letters = OutboxMessage.objects.all()
    assert letters.count() == 13
    assert all("your peers in New leads" in letter.subject for letter in letters)
    member = Partnership.objects.get(pk=Partnership.objects.first().pk).parts.first()  # type: ignore[union-attr]
    reader = Client()
    reader.force_login(member.participant.person)  # type: ignore[union-attr]
    seen = reader.get(reverse("partnership", args=[member.partnership_id]))  # type: ignore[union-attr]
    assert b"Why all of you" in seen.content


def test_changing_the_questions_keeps_circles(
    as_manager: Client, manager: Person, program: Program
) -> None:
    in_circles(as_manager, program)
    program.state = "draft"
    program.save()

    choose_questions(program, {"stage", "wants", "offers"}, by=manager)

    program.refresh_from_db()
    assert program.policy["objective"]["size"] == [4, 5]


@pytest.mark.parametrize(
    ("least", "most", "field"),
    [("5", "4", "circle_most"), ("2", "4", "circle_least"), ("", "", "circle_least"),
     ("3", "9", "circle_most")],
)  # fmt: skip
def test_sizes_that_are_no_circles_are_explained(least: str, most: str, field: str) -> None:
    form = Format({**FORMAT, "circle_least": least, "circle_most": most})

    assert not form.is_valid()
    assert field in form.errors


def test_the_database_knows_pairs_and_circles_alone(program: Program) -> None:
    program.circle_least, program.circle_most = 2, 5

    with pytest.raises(IntegrityError), transaction.atomic():
        program.save()


def test_the_floor_is_a_choice_of_the_policy_and_shown_with_the_round(
    as_manager: Client, manager: Person, program: Program, django_capture_on_commit_callbacks: Any
) -> None:
    make_people(program, 12)
    as_manager.post(reverse("policy", args=[program.pk]), {"place": "floor"})
    program.refresh_from_db()
    assert program.policy["objective"]["raise_floor"] is True

    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    page = as_manager.get(reverse("round", args=[program.pk, matching_round.pk]))

    assert b"The lowest fit was raised as far as it goes" in page.content
    assert verify(queries.kept_result(matching_round)) == []


def test_the_audit_shows_groups_of_five_and_hides_smaller_ones(
    as_manager: Client, manager: Person, program: Program, django_capture_on_commit_callbacks: Any
) -> None:
    question = program.questions.create(key="site", kind="choice", label="Where?", choices=[])
    program.questions.create(key="secret", kind="choice", label="Who?", sensitive=True)
    for k in range(16):
        site = "paris" if k < 9 else "lagos" if k < 14 else "oslo"
        make_participant(program, f"Peer{k:02}", stage="3", site=site, secret="a")
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    address = reverse("round", args=[program.pk, matching_round.pk])

    page = as_manager.get(address, {"by": "site"}).content.decode()

    assert question in queries.audit_choices(matching_round.program)
    assert "Who?" not in page
    assert "paris" in page
    # Oslo is two people; with it alone hidden, it would follow from the total.
    assert "oslo" not in page.split("Fair to everybody?")[1]
    assert "lagos" not in page.split("Fair to everybody?")[1]
    assert "7 people are in groups too small to show" in page


def test_two_rounds_stand_side_by_side(
    as_manager: Client, manager: Person, program: Program, django_capture_on_commit_callbacks: Any
) -> None:
    address = reverse("rounds_compare", args=[program.pk])
    assert b"It takes two solved rounds" in as_manager.get(address).content
    make_people(program, 12)
    solved_round(program, manager, django_capture_on_commit_callbacks)
    as_manager.post(reverse("policy", args=[program.pk]), {"place": "best", "minimum": "0.9"})
    second = solved_round(program, manager, django_capture_on_commit_callbacks)

    rows = {r.name: r for r in queries.compare_rounds(*queries.comparable_rounds(program)[::-1])}
    page = as_manager.get(address, {"first": "1", "second": "2"})

    assert rows["People placed"].first == "12 of 12"
    assert rows["People placed"].second == f"{second.result['quality']['placed']} of 12"
    assert rows["Lowest fit"].second >= "0.90" or rows["Lowest fit"].second == "0.00"
    assert b"Round 2" in page.content


def test_trying_a_policy_says_how_a_round_would_come_out(
    as_manager: Client, manager: Person, program: Program, django_capture_on_commit_callbacks: Any
) -> None:
    make_people(program, 12)
    effect = queries.policy_effect(program)
    page = as_manager.get(reverse("policy", args=[program.pk])).content.decode()

    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)

    quality = matching_round.result["quality"]
    assert effect.placed == quality["placed"] == 12
    assert effect.mean == quality["mean"] / 1e6
    assert effect.lowest == quality["lowest"] / 1e6
    assert "would be placed now" in page
