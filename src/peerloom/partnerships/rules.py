"""Who may do what between partners: members alone, each with what is theirs."""

from __future__ import annotations

from typing import Any

from peerloom.accounts.models import Person
from peerloom.accounts.rules import RULES
from peerloom.partnerships.models import Partnership, PartnershipMember, Thanks


def _is_member(by: Person, partnership: Partnership) -> bool:
    return partnership.parts.filter(participant__person=by).exists()


def _is_oneself(by: Person, member: PartnershipMember) -> bool:
    return member.participant.person_id == by.pk


def _owns(by: Person, thing: Any) -> bool:
    return _is_oneself(by, thing.owner)


RULES["partnerships.take_part"] = _is_member


def _is_thanked(by: Person, thanks: Thanks) -> bool:
    return _is_oneself(by, thanks.receiver)


RULES["partnerships.own"] = _owns
RULES["partnerships.thanked"] = _is_thanked
