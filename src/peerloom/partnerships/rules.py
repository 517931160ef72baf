"""Who may see and do what in a partnership."""

from __future__ import annotations

from peerloom.accounts.models import Person
from peerloom.accounts.rules import RULES
from peerloom.partnerships.models import Partnership


def _is_member(by: Person, partnership: Partnership) -> bool:
    return partnership.parts.filter(participant__person=by).exists()


RULES["partnerships.read"] = _is_member
