"""Erasing a person; how long things are kept."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from peerloom.accounts.actions.people import hold
from peerloom.accounts.errors import OnlyAdmin
from peerloom.accounts.models import Organisation, Person, Role
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.core.holdings import KEEPINGS, erase_all_of

LONGEST = 120


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """Erase everything that is known of a person; it cannot be taken back.

    Partners keep what was for them, without a name; counts stay; the log keeps numbers.

    Raises
    ------
    OnlyAdmin
        An organisation would be left without an admin.
    """
    allow(by, "accounts.erase", person)
    mine = Organisation.objects.filter(memberships__person=person).distinct()
    hold(*mine)
    fresh = Person.objects.select_for_update().get(pk=person.pk)
    for organisation in mine.filter(
        memberships__person=fresh, memberships__role=Role.ADMIN
    ).distinct():
        admins = organisation.memberships.filter(role=Role.ADMIN)
        if not admins.exclude(person=fresh).exists():
            raise OnlyAdmin(organisation.name)
    for number in mine.values_list("pk", flat=True):
        record(by, "erased", fresh, organisation_id=number)
    erase_all_of(fresh)


@transaction.atomic
def set_privacy(
    organisation: Organisation, *, contact: str, basis: str, keeps: Mapping[str, int], by: Person
) -> Organisation:
    """Whom people ask, on which ground it is done, and for how many months things are kept, by key; others as usual."""
    allow(by, "accounts.set_privacy", organisation)
    usual = {key: k.months for key, k in KEEPINGS.items()}
    organisation.keeps = {
        key: months
        for key, months in keeps.items()
        if key in usual and months != usual[key] and 1 <= months <= LONGEST
    }
    organisation.privacy_contact, organisation.privacy_basis = contact, basis
    organisation.save(update_fields=["keeps", "privacy_contact", "privacy_basis"])
    record(
        by,
        "set privacy",
        organisation,
        organisation_id=organisation.pk,
        keeps={**usual, **organisation.keeps},
    )
    return organisation


def forget_due() -> int:
    """Forget what is too old, once a day for each organisation; how much. Safe to run twice."""
    today = timezone.localdate()
    count = 0
    due = Organisation.objects.exclude(forgot_on__gte=today)
    for number in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            organisation = held(due).filter(pk=number).first()
            if organisation is None:
                continue
            gone = {
                key: keeping.forget(
                    number, months_before(organisation.keeps.get(key, keeping.months))
                )
                for key, keeping in KEEPINGS.items()
            }
            organisation.forgot_on = today
            organisation.save(update_fields=["forgot_on"])
            if any(gone.values()):
                told = {k: n for k, n in gone.items() if n}
                record(None, "forgot", organisation, organisation_id=number, **told)
            count += sum(gone.values())
    return count


def months_before(months: int, now: datetime | None = None) -> datetime:
    """The same time of day so many months ago; the last day where a month is shorter."""
    now = now or timezone.now()
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))
