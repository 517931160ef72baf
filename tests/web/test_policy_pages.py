"""The policy's page: what is tried shows its effect, what the engine refuses is not kept."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from peerloom.programs.models import Program, Question
from peerloom.rounds.queries import effect
from tests.factories import make_participant, make_people


def test_a_policy_the_engine_refuses_is_not_kept(as_manager: Client, program: Program) -> None:
    before = program.policy

    answer = as_manager.post(
        reverse("policy", args=[program.pk]), {"strength_0": "must", "tolerance_0": "soon"}
    )

    program.refresh_from_db()
    assert answer.status_code == 422
    assert "tolerance must be a number" in answer.content.decode()
    assert program.policy == before


def test_the_effect_of_a_policy_is_shown_before_it_is_kept(
    as_manager: Client, program: Program
) -> None:
    make_people(program, 8)
    before = program.policy
    address = reverse("policy_effect", args=[program.pk])

    loose = as_manager.post(address, {"strength_0": "must", "tolerance_0": "9"}).content.decode()
    tight = as_manager.post(address, {"strength_0": "must", "tolerance_0": "0"}).content.decode()

    program.refresh_from_db()
    assert "28 of 28" in loose
    assert "1 of 28" in tight
    assert program.policy == before


def test_of_many_people_some_are_looked_at_and_the_page_says_so(
    as_manager: Client, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effect, "ALL", 10)
    monkeypatch.setattr(effect, "DRAWN", 6)
    make_people(program, 12)

    seen = effect.policy_effect(program)
    page = as_manager.post(reverse("policy_effect", args=[program.pk])).content.decode()

    assert (seen.people, seen.looked_at, sum(seen.histogram)) == (12, 6, 6)
    assert "an estimate from 6 people drawn at random, each with all 12" in page
    assert "of 6" in page


def test_the_effect_of_a_policy_is_shown_by_group(as_manager: Client, program: Program) -> None:
    said = ["Online"] * 20 + ["In person"] * 12 + ["Either"] * 5 + ["By letter"] * 3
    for person, way in zip(make_people(program, 40), said, strict=True):
        person.answers["way_to_meet"] = way
        person.save()
    address = reverse("policy_effect", args=[program.pk])

    shown = as_manager.post(address, {"strength_0": "must", "tolerance_0": "9"}).content.decode()

    assert "For whom: How do you like to meet?" in shown
    assert "In person" in shown
    # Three people are hidden, and with them the next smallest group, or the rest would tell.
    assert "By letter" not in shown
    assert "Either" not in shown


def test_a_question_of_ones_own_becomes_a_criterion(as_manager: Client, program: Program) -> None:
    make_participant(program, "Ana", stage="1", site="Paris")
    make_participant(program, "Ben", stage="1", site="Lagos")
    Question.objects.create(program=program, key="site", kind="text", label="Where do you work?")

    as_manager.post(reverse("policy_add", args=[program.pk]), {"kind": "same", "field": "site"})
    program.refresh_from_db()
    place = len(program.policy["criterion"]) - 1
    as_manager.post(reverse("policy", args=[program.pk]), {f"strength_{place}": "must"})

    program.refresh_from_db()
    assert program.policy["criterion"][place]["must"] is True
    page = as_manager.get(reverse("policy", args=[program.pk])).content.decode()
    assert "the same answer: Where do you work?" in page
    assert "0 of 1" in page


def test_a_criterion_over_no_question_is_not_added(as_manager: Client, program: Program) -> None:
    before = program.policy
    address = reverse("policy_add", args=[program.pk])

    for data in ({"kind": "same", "field": "nothing"}, {"kind": "exchange", "field": "wants"}):
        assert as_manager.post(address, data).status_code == 422

    program.refresh_from_db()
    assert program.policy == before
