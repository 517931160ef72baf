"""Somebody leaves the organisation: their partners are told kindly and meet someone new."""

from __future__ import annotations

from django.db import transaction

from peerloom.accounts.actions import drop_out
from peerloom.accounts.models import Organisation, Person
from peerloom.accounts.rules import allow
from peerloom.care.models import Parting
from peerloom.core.audit import record
from peerloom.participants.models import Participant

OUT = (Participant.State.LEFT, Participant.State.DECLINED)


@transaction.atomic
def let_go(organisation: Organisation, person: Person, *, by: Person | None) -> int:
    """End a person's part in an organisation; in how many programs they took part.

    They are signed out and have no role here any more. Their places end with the next morning's
    batch, in the words that everybody reads, so that no partner is left waiting. Nothing of what they
    said is erased; doing it twice changes nothing.

    Parameters
    ----------
    by
        An admin of the organisation; None where its own directory says so.

    Raises
    ------
    LastAdmin
        It would leave the organisation without an admin.
    """
    if by is not None:
        allow(by, "accounts.change_roles", organisation)
    drop_out(organisation, person)
    going = Participant.objects.filter(person=person, organisation=organisation).exclude(
        state__in=OUT
    )
    count = 0
    for place in going.exclude(parting__then=Parting.Then.LEAVE):
        Parting.objects.filter(participant=place).delete()
        Parting.objects.create(participant=place, then=Parting.Then.LEAVE)
        count += 1
    record(by, "left organisation", person, organisation_id=organisation.pk, programs=count)
    return count
