"""Who may do what with care."""

from __future__ import annotations

from peerloom.accounts.models import Person
from peerloom.accounts.rules import RULES, manages
from peerloom.care.models import SupportRequest
from peerloom.participants.models import Participant
from peerloom.programs.models import Program
from peerloom.programs.queries import looked_after


def _looks_after(by: Person, request: SupportRequest) -> bool:
    own = looked_after(request.partnership.program, by)
    return request.partnership.members.filter(organisation__in=own).exists()


def _runs(by: Person, program: Program) -> bool:
    return manages(by, program.organisation_id)


def _is_self(by: Person, participant: Participant) -> bool:
    return participant.person_id == by.pk


RULES["care.handle"] = _looks_after
RULES["care.repair"] = _runs
RULES["care.part"] = _is_self
