"""Who may do what with a program's design."""

from __future__ import annotations

from peerloom.accounts.models import Organisation, Person
from peerloom.accounts.rules import RULES, manages
from peerloom.programs.models import PartnerOrganisation, Program


def _manages_organisation(by: Person, organisation: Organisation) -> bool:
    return manages(by, organisation.pk)


def _manages(by: Person, program: Program) -> bool:
    return manages(by, program.organisation_id)


def _is_asked(by: Person, part: PartnerOrganisation) -> bool:
    return by.email == part.email


def _manages_part(by: Person, part: PartnerOrganisation) -> bool:
    return part.organisation_id is not None and manages(by, part.organisation_id)


def _parts(by: Person, part: PartnerOrganisation) -> bool:
    return _manages_part(by, part) or _manages(by, part.program)


RULES["programs.create"] = _manages_organisation
RULES["programs.change"] = _manages
RULES["programs.answer_invitation"] = _is_asked
RULES["programs.set_terms"] = _manages_part
RULES["programs.part_ways"] = _parts
