"""The end of a partnership as its members see it, and who of a program may be found later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.db.models import QuerySet
from django.utils import timezone

from peerloom.participants.models import Participant
from peerloom.partnerships.models import (
    LearningMoment,
    LookBack,
    Partnership,
    PartnershipMember,
    Thanks,
)
from peerloom.partnerships.private import safe

SOON = timedelta(days=21)


def closing_is_near(partnership: Partnership) -> bool:
    """True in the last three weeks of the program, and once somebody has looked back."""
    ends_on = partnership.program.ends_on
    near = ends_on is not None and ends_on - SOON <= timezone.localdate()
    return near or LookBack.objects.filter(owner__partnership=partnership).exists()


@dataclass(frozen=True)
class Closing:
    """What a member said at the end, who has too, and whether all would stay in touch."""

    own: LookBack | None
    text: str
    others: list[str]
    in_touch: bool


def closing_of(partnership: Partnership, mine: PartnershipMember) -> Closing:
    """Others' words stay theirs; that all would like to stay in touch is known to all."""
    said = {b.owner_id: b for b in LookBack.objects.filter(owner__partnership=partnership)}
    parts = list(partnership.parts.all())
    own = said.get(mine.pk)
    return Closing(
        own,
        safe(partnership).read(cast(bytes, own.text_sealed)) if own else "",
        [p.participant.person.first_name for p in parts if p.pk in said and p.pk != mine.pk],
        len(said) == len(parts) and all(b.in_touch for b in said.values()),
    )


def alumni_of(reader: Participant) -> QuerySet[Participant]:
    """Those of the reader's program and organisation who agreed to be found after it."""
    return (
        Participant.objects.filter(
            program=reader.program,
            organisation=reader.organisation,
            parts__look_back__alumni=True,
        )
        .exclude(pk=reader.pk)
        .select_related("person")
        .distinct()
        .order_by("person__name")
    )


@dataclass(frozen=True)
class WallMoment:
    """A learning moment on a program's wall; without a name where its author left it out."""

    text: str
    who: str


def wall_of(reader: Participant, *, most: int = 100) -> list[WallMoment]:
    """What people of the reader's program and organisation put on the wall, newest first."""
    kinds = LearningMoment.Shared
    moments = LearningMoment.objects.filter(
        owner__participant__program=reader.program,
        owner__participant__organisation=reader.organisation,
        shared__in=(kinds.PROGRAM, kinds.NAMELESS),
    ).select_related("owner__participant__person", "owner__partnership__sealing")
    return [
        WallMoment(
            safe(m.owner.partnership).read(cast(bytes, m.text_sealed)),
            str(m.owner.participant.person) if m.shared == kinds.PROGRAM else "",
        )
        for m in moments[:most]
    ]


def thanks_on_wall(reader: Participant, *, most: int = 50) -> list[WallMoment]:
    """What people of the reader's program and organisation were thanked for, as they chose to show."""
    shown = Thanks.objects.filter(
        receiver__participant__program=reader.program,
        receiver__participant__organisation=reader.organisation,
        shown=Thanks.Shown.WALL,
    ).select_related("receiver__participant__person", "receiver__partnership__sealing")
    return [
        WallMoment(
            safe(t.receiver.partnership).read(cast(bytes, t.text_sealed)),
            str(t.receiver.participant.person),
        )
        for t in shown[:most]
    ]
