"""What may be done with partnerships."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from peerloom.core.events import tell
from peerloom.participants.actions import look_again
from peerloom.participants.models import Participant
from peerloom.participants.queries import Borders
from peerloom.partnerships.actions.ending import end
from peerloom.partnerships.models import Partnership, PartnershipMember
from peerloom.partnerships.reasons import reasons


def open_partnership(
    members: Sequence[Participant],
    standing: Mapping[str, str] | None = None,
    within: Borders | None = None,
) -> Partnership:
    """Bring people together and note why; called within the publication's transaction.

    For `standing` and `within` see `reasons`.
    """
    partnership = Partnership.objects.create(program=members[0].program)
    why = reasons(members, standing, within)
    PartnershipMember.objects.bulk_create(
        PartnershipMember(partnership=partnership, participant=m, **vars(why[m.pk]))
        for m in members
    )
    organisation = members[0].program.organisation_id
    tell("partnership.opened", partnership, organisation_id=organisation, people=len(members))
    return partnership


def part_members(
    partnership: Partnership, leaving: Collection[int], *, forget: bool = False
) -> list[Participant]:
    """Take participants (numbers) out of a partnership; called within a transaction.

    It ends: everybody keeps what they wrote in it. Where two or more are left they go on in a new one
    of their own.

    Parameters
    ----------
    forget
        What was noted of one from the others' answers goes.

    Returns
    -------
    list of Participant
        Everybody who has no partner now, of both sides.
    """
    parts = list(partnership.parts.select_related("participant__person", "participant__program"))
    staying = [p.participant for p in parts if p.participant_id not in leaving]
    end(partnership)
    if forget:
        partnership.parts.update(gives=[], gets=[], shared=[])
    alone = [p.participant for p in parts if p.participant_id in leaving]
    if len(staying) >= 2:
        open_partnership(staying)
    else:
        alone = [p.participant for p in parts]
    numbers = [p.pk for p in alone]
    busy = PartnershipMember.objects.filter(
        participant__in=numbers, partnership__state=Partnership.State.OPEN
    ).exclude(partnership=partnership)
    look_again(sorted(set(numbers) - set(busy.values_list("participant_id", flat=True))))
    return alone
