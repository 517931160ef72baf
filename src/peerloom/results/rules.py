"""Who may do what with results."""

from __future__ import annotations

from peerloom.accounts.models import Person, Role
from peerloom.accounts.rules import RULES, has_role, manages
from peerloom.programs.models import PartnerOrganisation, Program

_READERS = (Role.MANAGER, Role.ADMIN, Role.SPONSOR)


def _runs(by: Person, program: Program) -> bool:
    return manages(by, program.organisation_id)


def _reads(by: Person, program: Program) -> bool:
    if has_role(by, program.organisation_id, *_READERS):
        return True
    parts = program.partners.filter(state=PartnerOrganisation.State.JOINED)
    return any(
        has_role(by, number, *_READERS)
        for number in parts.values_list("organisation", flat=True)
        if number
    )


RULES["results.count"] = _runs
RULES["results.read"] = _reads
