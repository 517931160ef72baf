"""What may be done with partnerships."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import prefetch_related_objects

from peerloom.core.events import gathered, tell
from peerloom.participants.actions import look_again
from peerloom.participants.models import Participant
from peerloom.participants.queries import borders, standing_for
from peerloom.partnerships.actions.ending import end
from peerloom.partnerships.models import Partnership, PartnershipMember
from peerloom.partnerships.reasons import reasons


class Opened(NamedTuple):
    """A new partnership and its members' parts, each with its participant."""

    partnership: Partnership
    parts: list[PartnershipMember]


def open_partnerships(groups: Sequence[Sequence[Participant]]) -> list[Opened]:
    """Bring groups of one program's people together and note why; called within a transaction.

    A few queries for any number of groups.
    """
    if not groups:
        return []
    program = groups[0][0].program
    standing, within = standing_for(program.organisation_id), borders(program)
    prefetch_related_objects([program], "questions")
    made = Partnership.objects.bulk_create(Partnership(program=program) for _ in groups)
    opened = []
    for partnership, members in zip(made, groups, strict=True):
        for member in members:
            member.program = program
        why = reasons(members, standing, within)
        parts = [
            PartnershipMember(partnership=partnership, participant=m, **vars(why[m.pk]))
            for m in members
        ]
        opened.append(Opened(partnership, parts))
    PartnershipMember.objects.bulk_create(part for one in opened for part in one.parts)
    with gathered():
        for one in opened:
            tell(
                "partnership.opened",
                one.partnership,
                organisation_id=program.organisation_id,
                people=len(one.parts),
            )
    return opened


def open_partnership(members: Sequence[Participant]) -> Partnership:
    """Bring people together and note why; called within a transaction."""
    return open_partnerships([members])[0].partnership


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
