"""What this room holds of a person."""

from __future__ import annotations

from typing import Any

from peerloom.accounts.models import Person
from peerloom.care.models import Nudge, NudgeLimit, Parting, SupportRequest, WorksForUs
from peerloom.core.holdings import declare


def read(person: Person) -> dict[str, Any]:
    """Nudges, what they said to them, what they told the manager, and managers' notes on it."""
    nudges = Nudge.objects.filter(member__participant__person=person)
    requests = SupportRequest.objects.filter(named__participant__person=person)
    return {
        "nudges": list(
            nudges.values("words", "step", "signal__kind", "made_at", "sent_at", "withdrawn_at",
                          "answers__said", "answers__used_at")
        ),
        "this_works_for_us": list(
            WorksForUs.objects.filter(member__participant__person=person).values(
                "signal__kind", "until", "said_at"
            )
        ),
        "asked_for_help": [
            {"told": r.told, "made": r.made_at, "state": r.get_state_display(),
             "notes": list(r.notes.values("text", "made_at"))}
            for r in requests.prefetch_related("notes").distinct()
        ],
        "wishes_to_part": list(
            Parting.objects.filter(participant__person=person).values("then", "until", "asked_at")
        ),
        "limits": list(
            NudgeLimit.objects.filter(person=person).values("nudged_at", "quiet_until")
        ),
    }  # fmt: skip


declare(
    "care",
    (
        "care.Nudge", "care.NudgeLimit", "care.WorksForUs", "care.SupportRequest",
        "care.SupportNote", "care.Parting", "care.CareSignal", "care.CareWatch", "care.CareStep",
        "care.OneClick",
    ),
    read,
)  # fmt: skip
