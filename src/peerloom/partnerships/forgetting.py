"""Taking out what was written: of one member who is erased, or of whole partnerships after their time."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from peerloom.accounts.models import Person
from peerloom.core.holding import held
from peerloom.partnerships.models import (
    Acceptance,
    AgendaItem,
    Agreement,
    CheckIn,
    Feedback,
    GoalMark,
    LearningMoment,
    LookBack,
    Meeting,
    NextStep,
    Partnership,
    PartnershipKey,
    PartnershipMember,
    PrivateNote,
    Thanks,
)

OWN = (PrivateNote, CheckIn, AgendaItem, NextStep, LearningMoment, LookBack)


def hold_all_of(person: Person) -> None:
    """Hold the person's partnerships; called within a transaction."""
    theirs = Partnership.objects.filter(
        pk__in=PartnershipMember.objects.filter(participant__person=person).values("partnership")
    )
    list(held(theirs).order_by("pk").values_list("pk", flat=True))


def take_out(parts: QuerySet[PartnershipMember]) -> None:
    """What these members wrote or had written to them; called within a transaction.

    What they gave their partners (feedback, thanks) and what all wrote together (notes of meetings,
    the agreement) stays with the partners, as long as one of them is left.
    """
    numbers = list(parts.values_list("pk", flat=True))
    for model in OWN:
        model._default_manager.filter(owner__in=numbers).delete()
    for given in (Feedback, Thanks):
        given._default_manager.filter(receiver__in=numbers).delete()
    Acceptance.objects.filter(member__in=numbers).delete()
    GoalMark.objects.filter(goal__participant__parts__in=numbers).delete()
    parts.update(gives=[], gets=[], shared=[])
    mine = Partnership.objects.filter(parts__in=numbers)
    others = PartnershipMember.objects.filter(
        partnership__in=mine, participant__person__erased_at=None
    ).exclude(pk__in=numbers)
    forget_writing(mine.exclude(parts__in=others))


def forget_writing(partnerships: QuerySet[Partnership]) -> int:
    """Everything that was written in them, and the keys it was sealed with; in how many."""
    written = partnerships.filter(sealing__isnull=False).order_by("pk")
    rows = held(Partnership.objects).filter(pk__in=written.values("pk"))
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    if not numbers:
        return 0
    for model in OWN:
        model._default_manager.filter(owner__partnership__in=numbers).delete()
    for given in (Feedback, Thanks):
        given._default_manager.filter(
            Q(giver__partnership__in=numbers) | Q(receiver__partnership__in=numbers)
        ).delete()
    Agreement.objects.filter(partnership__in=numbers).delete()
    Meeting.objects.filter(partnership__in=numbers).update(note_sealed=b"")
    # A copy of the database made before tells nothing without its key.
    PartnershipKey.objects.filter(partnership__in=numbers).delete()
    return len(numbers)
