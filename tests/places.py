"""Real things of one organisation, to walk its pages with."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.care.actions import ask_for_help
from peerloom.participants import imports
from peerloom.participants.actions import add_away, observe
from peerloom.participants.models import Goal
from peerloom.partnerships import actions as together
from peerloom.programs.models import Program
from peerloom.rounds.actions import publish_round
from tests.factories import bring_in, make_organisation, make_people, solved_round


@pytest.fixture
def places(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> dict[str, Any]:
    """Arguments that reach real things of one organisation."""
    people = make_people(program, 4)
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    publish_round(matching_round, by=manager)
    file = imports.upload(program, name="x.csv", content=b"email\na@x.example\n", by=manager)
    part = bring_in(program, make_organisation("Partner"), by=manager)
    pair = program.partnerships.first()
    assert pair
    me = pair.parts.first().participant.person
    meeting = together.note_that_we_met(pair, timezone.now(), by=me)
    item = together.add_item(meeting, "A question", hat="mentee", by=me)
    step = together.add_step(meeting, "Try it", by=me)
    goal = Goal.objects.create(participant=pair.parts.first().participant, kind="skill", text="SQL")
    learned = together.note_learning(pair, "Ask first", by=me)
    thanks = together.thank(pair, pair.parts.last().pk, "Your time", by=me)
    return {
        "meeting_id": meeting.pk,
        "item_id": item.pk,
        "step_id": step.pk,
        "goal_id": goal.pk,
        "moment_id": learned.pk,
        "thanks_id": thanks.pk,
        "which": "shared",
        # Guides and trainings: each page takes its own kind.
        "request_id": ask_for_help(pair, by=me).pk,
        "token": "nobody-knows-it",
        "key": "care_help",
        "secret": "nobody-knows-it",
        "part_id": part.pk,
        "program_id": program.pk,
        "question_id": program.questions.first().pk,
        "pulse_id": program.pulses.first().pk,
        "away_id": add_away(
            people[0], first=date(2026, 2, 1), last=date(2026, 2, 2), by=people[0].person
        ).pk,
        "observation_id": observe(
            people[0], kind="learns", text="By doing.", made_on=date(2026, 2, 1), by=manager
        ).pk,
        "skill_id": program.organisation.skills.create(name="sql", key="sql").pk,
        "material_id": program.materials.first().pk,
        "verb": "stop",
        "round_id": matching_round.pk,
        "file_id": file.pk,
        "participant_id": people[0].pk,
        "place_id": people[0].pk,
        "partnership_id": program.partnerships.first().pk,
        "form": "svg",
        "name": "figures.csv",
        "slug": program.organisation.slug,
        "step": "you",
        "role": "manager",
    }
