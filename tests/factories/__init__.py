"""Plain functions that make what tests need, through the actions people use where there are any."""

from __future__ import annotations

from datetime import date
from typing import Any

from peerloom.accounts.actions import ensure_person, give_role
from peerloom.accounts.models import Organisation, Person, Role
from peerloom.participants.models import Participant
from peerloom.programs import actions
from peerloom.programs.models import PartnerOrganisation, Program
from peerloom.programs.queries import FIGURES, fields_of
from peerloom.rounds.actions import start_round
from peerloom.rounds.models import MatchingRound

SKILLS = ("sql", "hiring", "negotiation", "design", "writing")


def make_organisation(name: str) -> Organisation:
    return Organisation.objects.create(name=name, slug=name.lower())


def make_person(email: str, organisation: Organisation, *roles: str, name: str = "") -> Person:
    person = ensure_person(email, name=name or email.split("@")[0].title())
    for role in roles:
        give_role(organisation, person, Role(role))
    return person


def make_program(
    organisation: Organisation, by: Person, *, name: str = "New leads", **more: Any
) -> Program:
    program = actions.create_program(
        organisation, name=name, purpose="Lead with a peer.", objectives=["skills"], by=by
    )
    actions.change_format(
        program,
        starts_on=date(2026, 1, 5),
        ends_on=date(2026, 6, 26),
        apply_by=None,
        cadence="fortnightly",
        meeting_minutes=60,
        trios=more.get("trios", True),
        by=by,
    )
    return actions.open_program(program, by=by)


def make_participant(
    program: Program,
    name: str,
    *,
    state: str = "looking",
    organisation: Organisation | None = None,
    **answers: str,
) -> Participant:
    here = organisation or program.organisation
    person = make_person(f"{name.lower()}@{here.slug}.example", here, "participant", name=name)
    return Participant.objects.create(
        program=program, person=person, organisation=here, state=state, answers=answers
    )


def make_people(program: Program, count: int) -> list[Participant]:
    """People whose wants and offers go round in a circle."""
    return [
        make_participant(
            program,
            f"Peer{k:03}",
            stage=str(k % 7),
            wants=SKILLS[k % 5],
            offers=f"{SKILLS[(k + 1) % 5]}; {SKILLS[(k + 2) % 5]}",
            function=("sales", "legal", "research")[k % 3],
        )
        for k in range(count)
    ]


def bring_in(program: Program, organisation: Organisation, *, by: Person) -> PartnerOrganisation:
    """Another organisation in a program; all its answers and figures may cross."""
    boss = make_person(f"boss@{organisation.slug}.example", organisation, "manager")
    part = actions.invite_organisation(program, email=boss.email, by=by)
    return actions.bring_organisation(
        part,
        organisation,
        by=boss,
        fields=[f.key for f in fields_of(program)],
        figures=list(FIGURES),
    )


def solved_round(program: Program, by: Person, capture: Any) -> MatchingRound:
    """A round solved at once; `capture` is django_capture_on_commit_callbacks."""
    with capture(execute=True):
        matching_round = start_round(program, by=by)
    matching_round.refresh_from_db()
    return matching_round
