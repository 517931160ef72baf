"""What this room holds of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peerloom.accounts.models import Person
from peerloom.core.holdings import Keeping, declare, keep
from peerloom.core.words import later
from peerloom.programs.queries import over_before
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


def erase(person: Person) -> None:
    """What they answered; figures shown before stay as they were."""
    PulseReply.objects.filter(participant__person=person).delete()
    MeetingAsk.objects.filter(member__participant__person=person).delete()


def forget(organisation_id: int, before: datetime) -> int:
    """Answers of programs that are over."""
    old = PulseReply.objects.filter(pulse__program__in=over_before(organisation_id, before))
    count, _ = old.delete()
    return count


declare("pulses", ("pulses.PulseReply", "pulses.MeetingAsk"), read, erase)
keep(
    Keeping(
        "pulses",
        later("Answers to pulses"),
        later("so that results can be counted"),
        later("the program's end"),
        24,
        forget,
    )
)
