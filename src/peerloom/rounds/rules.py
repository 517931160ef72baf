"""Who may do what with rounds."""

from __future__ import annotations

from peerloom.accounts.models import Person
from peerloom.accounts.rules import RULES, manages
from peerloom.programs.models import Program
from peerloom.rounds.models import MatchingRound


def _manages_program(by: Person, program: Program) -> bool:
    return manages(by, program.organisation_id)


def _manages_round(by: Person, matching_round: MatchingRound) -> bool:
    return manages(by, matching_round.program.organisation_id)


RULES["rounds.start"] = _manages_program
RULES["rounds.change"] = _manages_round
RULES["rounds.publish"] = _manages_round
