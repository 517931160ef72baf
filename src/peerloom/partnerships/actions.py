"""What may be done with partnerships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from peerloom.participants.models import Participant
from peerloom.partnerships.models import Partnership, PartnershipMember
from peerloom.partnerships.reasons import reasons


def open_partnership(
    members: Sequence[Participant], standing: Mapping[str, str] | None = None
) -> Partnership:
    """Bring people together and note why; called within the publication's transaction.

    For `standing` see `reasons`.
    """
    partnership = Partnership.objects.create(program=members[0].program)
    why = reasons(members, standing)
    PartnershipMember.objects.bulk_create(
        PartnershipMember(partnership=partnership, participant=m, **vars(why[m.pk]))
        for m in members
    )
    return partnership
