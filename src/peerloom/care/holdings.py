"""What this room holds of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peerloom.accounts.models import Person
from peerloom.care.actions.parting import end_kindly
from peerloom.care.models import (
    CareSignal,
    Nudge,
    NudgeLimit,
    Parting,
    SupportNote,
    SupportRequest,
    WorksForUs,
)
from peerloom.core.holdings import Keeping, declare, keep
from peerloom.core.words import later
from peerloom.partnerships.models import Partnership


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


def erase(person: Person) -> None:
    """What was noticed, told and noted. Open partnerships end, in the words that everybody reads."""
    together = Partnership.objects.filter(members__person=person)
    for partnership in together.filter(state=Partnership.State.OPEN).select_related(
        "program__organisation"
    ):
        mine = partnership.members.filter(person=person)
        end_kindly(partnership, set(mine.values_list("pk", flat=True)))
    Parting.objects.filter(participant__person=person).delete()
    Nudge.objects.filter(member__participant__person=person).delete()
    WorksForUs.objects.filter(member__participant__person=person).delete()
    NudgeLimit.objects.filter(person=person).delete()
    CareSignal.objects.filter(partnership__in=together).update(about_sealed=b"")
    # That there was a request stays, for counts; not what was told, nor what was noted of it.
    requests = SupportRequest.objects.filter(partnership__in=together)
    SupportNote.objects.filter(request__in=requests).delete()
    requests.update(told="")
    for request in requests.filter(named__participant__person=person):
        request.named.remove(*request.named.filter(participant__person=person))


def forget(organisation_id: int, before: datetime) -> int:
    """What was told and noted in requests that were closed, and nudges."""
    closed = SupportRequest.objects.filter(
        partnership__program__organisation=organisation_id, closed_at__lt=before
    )
    # What is sealed with a key that is gone can be read by nobody.
    CareSignal.objects.filter(partnership__sealing=None).exclude(about_sealed=b"").update(
        about_sealed=b""
    )
    notes, _ = SupportNote.objects.filter(request__in=closed).delete()
    told = closed.exclude(told="").update(told="")
    nudges, _ = Nudge.objects.filter(
        member__participant__organisation=organisation_id, made_at__lt=before
    ).delete()
    return notes + told + nudges


declare(
    "care",
    (
        "care.Nudge", "care.NudgeLimit", "care.WorksForUs", "care.SupportRequest",
        "care.SupportNote", "care.Parting", "care.CareSignal", "care.CareWatch", "care.CareStep",
        "care.OneClick",
    ),
    read,
    erase,
)  # fmt: skip
keep(
    Keeping(
        "care",
        later("Requests for help, managers' notes on them, and nudges"),
        later("so that a manager knows what was tried"),
        later("the request's end"),
        12,
        forget,
    )
)
