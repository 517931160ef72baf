"""What this room holds of a person."""

from __future__ import annotations

from typing import Any

from peerloom.accounts.models import Person
from peerloom.core.holdings import declare
from peerloom.pulses.models import MeetingAsk, PulseReply
from peerloom.pulses.private import answers_of, safe


def read(person: Person) -> dict[str, Any]:
    """What they were asked and what they answered, as the items are called."""
    replies = PulseReply.objects.filter(participant__person=person).select_related("pulse__program")
    return {
        "pulses": [
            {
                "program": reply.pulse.program.name,
                "pulse": str(reply.pulse),
                "asked": reply.asked_at,
                "answered": reply.answered_at,
                "answers": answers_of(safe(reply.pulse.program), reply),
            }
            for reply in replies
        ],
        "asked_after_meetings": list(
            MeetingAsk.objects.filter(member__participant__person=person).values_list(
                "asked_at", flat=True
            )
        ),
    }


declare("pulses", ("pulses.PulseReply", "pulses.MeetingAsk"), read)
