"""What this room holds of a person."""

from __future__ import annotations

from typing import Any

from peerloom.accounts.models import Person
from peerloom.core.holdings import declare
from peerloom.partnerships.models import PartnershipMember


def read(person: Person) -> list[dict[str, Any]]:
    """Their partnerships: with whom, since when, and why."""
    parts = PartnershipMember.objects.filter(participant__person=person).select_related(
        "partnership__program"
    )
    return [
        {
            "program": part.partnership.program.name,
            "since": part.partnership.opened_at,
            "state": part.partnership.get_state_display(),
            "with": list(
                part.partnership.members.exclude(person=person).values_list(
                    "person__name", flat=True
                )
            ),
            "gives": part.gives,
            "gets": part.gets,
            "shared": part.shared,
        }
        for part in parts.order_by("pk")
    ]


declare("partnerships", ("partnerships.Partnership", "partnerships.PartnershipMember"), read)
