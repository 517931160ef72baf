"""Who may do what with pulses."""

from __future__ import annotations

from peerloom.accounts.models import Person
from peerloom.accounts.rules import RULES
from peerloom.pulses.models import PulseReply


def _is_own(by: Person, reply: PulseReply) -> bool:
    return reply.participant.person_id == by.pk


RULES["pulses.answer"] = _is_own
