"""Who may do what with places in programs."""

from __future__ import annotations

from peerloom.accounts.models import Organisation, Person
from peerloom.accounts.rules import RULES, manages
from peerloom.participants.models import Participant
from peerloom.programs.models import Program


def _is_self(by: Person, participant: Participant) -> bool:
    return participant.person_id == by.pk


def _manages(by: Person, program: Program) -> bool:
    return manages(by, program.organisation_id)


RULES["participants.answer"] = _is_self
RULES["participants.import"] = _manages
RULES["participants.invite"] = _manages
RULES["participants.observe"] = _manages


def _manages_organisation(by: Person, organisation: Organisation) -> bool:
    return manages(by, organisation.pk)


RULES["participants.merge_skills"] = _manages_organisation
