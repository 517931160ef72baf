"""The organisation's own directory tells who belongs to it (SCIM 2.0, RFC 7643 and 7644)."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from peerloom.accounts.actions.people import ensure_person, hold, take_in
from peerloom.accounts.errors import DirectoryConflict, DirectoryRefused
from peerloom.accounts.models import (
    DirectoryPerson,
    DirectoryToken,
    Organisation,
    Person,
    PersonRecord,
)
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.encryption import fingerprint

PREFIX = "plsc_"


@transaction.atomic
def make_directory_token(organisation: Organisation, name: str, *, by: Person) -> str:
    """A token with which a directory speaks for the organisation; shown once, kept as fingerprint."""
    allow(by, "accounts.change_roles", organisation)
    secret = PREFIX + secrets.token_urlsafe(32)
    made = DirectoryToken.objects.create(
        organisation=organisation, name=name, fingerprint=fingerprint(secret)
    )
    record(by, "made token", made, organisation_id=organisation.pk, name=name)
    return secret


@transaction.atomic
def drop_directory_token(token: DirectoryToken, *, by: Person) -> None:
    """It opens nothing any more."""
    allow(by, "accounts.change_roles", token.organisation)
    record(by, "dropped token", token, organisation_id=token.organisation_id, name=token.name)
    token.delete()


def organisation_of_token(secret: str) -> Organisation | None:
    """The organisation for which a token speaks; None for one that is not known (any more)."""
    found = (
        DirectoryToken.objects.select_related("organisation")
        .filter(fingerprint=fingerprint(secret))
        .first()
    )
    if found is None:
        return None
    # Once an hour is enough to tell which are in use.
    now = timezone.now()
    if found.used_at is None or (now - found.used_at).total_seconds() > 3600:
        DirectoryToken.objects.filter(pk=found.pk).update(used_at=now)
    return found.organisation


@transaction.atomic
def enter(
    organisation: Organisation, entry: DirectoryPerson | None, said: dict[str, Any]
) -> DirectoryPerson:
    """Take in or change somebody as the directory says.

    Parameters
    ----------
    entry
        Who is known already; None for somebody new.
    said
        `user_name`, `external_id`, `address`, `name`, `unit`, `resource` (as it was said).

    Raises
    ------
    DirectoryRefused
        No e-mail address.
    DirectoryConflict
        The user name or the address is somebody else's, or they belong to another organisation too
        and keep their address.
    """
    address = str(said["address"]).strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise DirectoryRefused(address) from None
    hold(organisation)
    others = organisation.directory.all()
    if entry is not None:
        others = others.exclude(pk=entry.pk)
    if others.filter(user_name__iexact=said["user_name"]).exists():
        raise DirectoryConflict(said["user_name"])
    if entry is None:
        person = ensure_person(address, name=said["name"])
        if others.filter(person=person).exists():
            raise DirectoryConflict(address)
        entry = DirectoryPerson(organisation=organisation, person=person)
        record(None, "provisioned", person, organisation_id=organisation.pk)
    else:
        person = entry.person
        _rename(organisation, person, address, said["name"])
    entry.user_name, entry.external_id = said["user_name"], said["external_id"]
    entry.resource = said["resource"]
    entry.save()
    if said["unit"]:
        PersonRecord.objects.update_or_create(
            organisation=organisation, email=address, defaults={"unit": said["unit"][:120]}
        )
    return entry


def _rename(organisation: Organisation, person: Person, address: str, name: str) -> None:
    """A new address or name, of somebody who is this organisation's alone."""
    alone = not person.memberships.exclude(organisation=organisation).exists()
    if address != person.email:
        if not alone or Person.objects.filter(email=address).exists():
            raise DirectoryConflict(address)
        EmailAddress.objects.filter(user=person).delete()
        EmailAddress.objects.create(user=person, email=address, primary=True)
        person.email = address
        # Whoever holds the old address is signed in nowhere.
        person.sign_in_epoch += 1
        record(None, "changed address", person, organisation_id=organisation.pk)
    if name and alone:
        person.name = name[:120]
    person.save(update_fields=["email", "name", "sign_in_epoch"])


@transaction.atomic
def bring_back(organisation: Organisation, entry: DirectoryPerson) -> None:
    """They belong to the organisation (again) and may sign in."""
    take_in(organisation, entry.person)
    if not entry.active:
        entry.active = True
        entry.save(update_fields=["active"])
        record(None, "brought back", entry.person, organisation_id=organisation.pk)


@transaction.atomic
def put_out(entry: DirectoryPerson) -> None:
    """Note that they belong to it no longer; what follows from it is the caller's."""
    entry.active = False
    entry.save(update_fields=["active"])
