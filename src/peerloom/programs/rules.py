"""Who may do what with a program's design."""

from __future__ import annotations

from peerloom.accounts.models import Organisation, Person
from peerloom.accounts.rules import RULES, manages
from peerloom.programs.models import Program


def _manages_organisation(by: Person, organisation: Organisation) -> bool:
    return manages(by, organisation.pk)


def _manages(by: Person, program: Program) -> bool:
    return manages(by, program.organisation_id)


RULES["programs.create"] = _manages_organisation
RULES["programs.change"] = _manages
