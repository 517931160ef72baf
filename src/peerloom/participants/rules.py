"""Who may do what with places in programs."""

from __future__ import annotations

from peerloom.accounts.models import Organisation, Person
from peerloom.accounts.rules import RULES, manages
from peerloom.participants.models import ImportFile, Participant
from peerloom.programs.models import Program
from peerloom.programs.queries import looked_after


def _is_self(by: Person, participant: Participant) -> bool:
    return participant.person_id == by.pk


def _looks_after(by: Person, participant: Participant) -> bool:
    return manages(by, participant.organisation_id)


def _brings_people(by: Person, program: Program) -> bool:
    return bool(looked_after(program, by))


def _has_file(by: Person, file: ImportFile) -> bool:
    return manages(by, file.organisation_id)


def _runs(by: Person, program: Program) -> bool:
    return manages(by, program.organisation_id)


RULES["participants.answer"] = _is_self
RULES["participants.invite"] = _brings_people
RULES["participants.import"] = _has_file
RULES["participants.observe"] = _looks_after
RULES["participants.decline"] = _looks_after
RULES["participants.set_places"] = _runs


def _manages_organisation(by: Person, organisation: Organisation) -> bool:
    return manages(by, organisation.pk)


RULES["participants.merge_skills"] = _manages_organisation
