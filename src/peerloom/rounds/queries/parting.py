"""What it would mean that an organisation leaves a shared program."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from peerloom.partnerships.models import Partnership
from peerloom.programs.models import PartnerOrganisation


@dataclass(frozen=True)
class PartingEffect:
    """How many people would move, and how many partnerships with others would end."""

    people: int
    together: int
    across: int


def partnerships_across(part: PartnerOrganisation) -> QuerySet[Partnership]:
    """Open partnerships between an organisation's people and others."""
    mixed = part.program.partnerships.filter(
        state=Partnership.State.OPEN, parts__participant__organisation=part.organisation
    )
    others = part.program.participants.exclude(organisation=part.organisation)
    return mixed.filter(pk__in=Partnership.objects.filter(members__in=others)).distinct()


def parting_effect(part: PartnerOrganisation) -> PartingEffect:
    """What leaving would mean today."""
    people = part.program.participants.filter(organisation=part.organisation)
    own = part.program.partnerships.filter(
        state=Partnership.State.OPEN, parts__participant__in=people
    ).distinct()
    across = partnerships_across(part).count()
    return PartingEffect(people.count(), own.count() - across, across)
