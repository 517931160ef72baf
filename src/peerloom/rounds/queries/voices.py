"""Short lists as their viewers and managers see them."""

from __future__ import annotations

from dataclasses import dataclass

from peerloom.core.models import Job
from peerloom.matching.criteria import ONE
from peerloom.matching.quality import gini
from peerloom.participants.models import Participant
from peerloom.participants.queries import borders, standing_for
from peerloom.partnerships.reasons import Reason, reasons
from peerloom.programs.models import Program
from peerloom.rounds.models import ShortListCall, ShortListed


@dataclass(frozen=True)
class Exposure:
    """How evenly people are shown: how many have lists, and the Gini of how often each is shown."""

    people: int
    answered: int
    gini: float


@dataclass(frozen=True)
class ShownPerson:
    """One person of a short list as its viewer sees them."""

    entry: ShortListed
    reason: Reason


def short_list_of(participant: Participant) -> list[ShownPerson]:
    """Whom the participant may say something about: those who still look for a peer.

    People of other organisations stay without a name, also on a list with names.
    """
    entries = ShortListed.objects.filter(
        viewer=participant, shown__state=Participant.State.LOOKING
    ).select_related("shown__person")
    standing = standing_for(participant.program.organisation_id)
    within = borders(participant.program)
    found = []
    for entry in entries:
        entry.shown.program = participant.program
        if entry.shown.organisation_id != participant.organisation_id:
            entry.named = False
        why = reasons([participant, entry.shown], standing, within)[participant.pk]
        found.append(ShownPerson(entry, why))
    return found


def short_list_job(program: Program) -> Job | None:
    """The job that makes or made the program's short lists."""
    call = ShortListCall.objects.select_related("job").filter(program=program).first()
    return call.job if call else None


def exposure(program: Program) -> Exposure | None:
    """How evenly people of the short lists are shown, and how many said something; None without."""
    entries = ShortListed.objects.filter(viewer__program=program)
    rows = list(entries.values_list("viewer_id", "shown_id", "rank", "refused"))
    if not rows:
        return None
    shown: dict[int, int] = {viewer: 0 for viewer, *_ in rows}
    for _, other, *_ in rows:
        shown[other] = shown.get(other, 0) + 1
    # That somebody refused is not told apart from that they ranked.
    answered = {viewer for viewer, _, rank, refused in rows if rank or refused}
    counts = sorted(shown.values())
    return Exposure(len(counts), len(answered), gini(counts) / ONE)
