"""The demo's organisations and one they have nothing to do with, and numbers of what is there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from peerloom.accounts.models import Organisation
from peerloom.care.models import SupportRequest
from peerloom.demo.build import build_demo
from peerloom.participants.models import Away, Goal, ImportFile, Observation, Participant, Skill
from peerloom.partnerships import actions as together
from peerloom.partnerships.models import Meeting, Partnership
from peerloom.programs import actions as programs
from peerloom.programs.models import Material, PartnerOrganisation, Program, Pulse, Question
from peerloom.rounds.actions import publish_round, start_round
from peerloom.rounds.models import MatchingRound
from tests.factories import make_organisation, make_people, make_person, make_program

KINDS: dict[str, Any] = {
    "program_id": Program, "participant_id": Participant, "place_id": Participant,
    "partnership_id": Partnership, "meeting_id": Meeting, "round_id": MatchingRound,
    "file_id": ImportFile, "request_id": SupportRequest, "part_id": PartnerOrganisation,
    "question_id": Question, "material_id": Material, "pulse_id": Pulse, "goal_id": Goal,
    "observation_id": Observation, "away_id": Away, "skill_id": Skill,
}  # fmt: skip
FIXED: dict[str, list[str]] = {
    "which": ["own", "shared"], "form": ["svg", "png", "pdf", "csv", "xlsx", "json"],
    "verb": ["up", "down", "done", "drop", "stop", "take", "share"],
    "step": ["you", "hopes", "purpose", "format", "questions", "done"],
    "key": ["care_help", "commitment", "meetings"], "name": ["figures.csv", "figures.xlsx", "x"],
    "role": ["manager"], "token": ["none"], "secret": ["none"],
}  # fmt: skip


def build_world() -> None:
    """Two sides: the demo, and an organisation whose every name says that it is the other."""
    build_demo(fresh=False, say=lambda _: None)
    elsewhere = make_organisation("Elsewhere")
    boss = make_person(
        "boss@elsewhere.example", elsewhere, "manager", "admin", "sponsor", name="kin2x boss"
    )
    program = make_program(elsewhere, boss, name="kin2x program")
    today = date.today()
    programs.change_format(
        program, starts_on=today - timedelta(days=30), ends_on=today + timedelta(days=90),
        apply_by=None, cadence="fortnightly", meeting_minutes=60, trios=True, by=boss,
    )  # fmt: skip
    for one in make_people(program, 12):
        one.person.name = f"kin2x {one.person.name}"
        one.person.save(update_fields=["name"])
    publish_round(MatchingRound.objects.get(pk=start_round(program, by=boss).pk), by=boss)
    for pair in program.partnerships.all():
        me = pair.parts.all()[0].participant.person
        meeting = together.note_that_we_met(pair, timezone.now(), by=me)
        together.add_item(meeting, f"heron{pair.pk}x", hat="mentee", by=me)
        together.write_private_note(meeting, f"finch{me.pk}x", seen=0, by=me)


def numbers() -> dict[str, Any]:
    """For each part of an address, what is there now; `meeting_partnership` says whose meeting."""
    found: dict[str, Any] = {
        name: list(kind.objects.order_by("?").values_list("pk", flat=True)[:60])
        for name, kind in KINDS.items()
    }
    found["slug"] = [
        *Organisation.objects.values_list("slug", flat=True),
        *Program.objects.values_list("slug", flat=True),
    ]
    found["meeting_partnership"] = dict(Meeting.objects.values_list("pk", "partnership_id"))
    return found | FIXED
