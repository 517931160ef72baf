"""What may be done with organisations, people and roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from peerloom.accounts.errors import AlreadyStarted, LastAdmin
from peerloom.accounts.models import Membership, Organisation, Person, Role
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.holding import held


@transaction.atomic
def start_organisation(*, name: str, manager_name: str, email: str, time_zone: str) -> Person:
    """The first start: an organisation and its first admin, who manages programs too.

    Raises
    ------
    AlreadyStarted
        There is an organisation.
    """
    # Two browsers may finish the first start at once: the slug's uniqueness lets one win.
    if held(Organisation.objects).exists():
        raise AlreadyStarted
    person = ensure_person(email, name=manager_name, time_zone=time_zone)
    found_organisation(name, person)
    return person


@transaction.atomic
def found_organisation(name: str, person: Person) -> Organisation:
    """A new organisation with its first admin, who manages programs too."""
    slug = slugify(name)[:40] or "organisation"
    if Organisation.objects.filter(slug=slug).exists():
        slug = f"{slug}-{get_random_string(5, 'abcdefghjkmnpqrstuvwxyz23456789')}"
    organisation = Organisation.objects.create(name=name, slug=slug)
    for role in (Role.ADMIN, Role.MANAGER):
        give_role(organisation, person, role)
    record(person, "started", organisation, organisation_id=organisation.pk)
    return organisation


def ensure_person(email: str, *, name: str = "", time_zone: str = "") -> Person:
    """The person with this address, made if need be; a name they have is kept."""
    email = email.strip().lower()
    # Two may bring in the same person at once.
    person, made = Person.objects.get_or_create(
        email=email,
        defaults={"name": name, "time_zone": time_zone or "UTC", "password": make_password(None)},
    )
    if not made and name and not person.name:
        person.name = name
        person.save(update_fields=["name"])
    EmailAddress.objects.get_or_create(
        user=person, email=email, defaults={"primary": True, "verified": False}
    )
    return person


@dataclass(frozen=True)
class Newcomer:
    """Someone to be known here."""

    email: str
    name: str = ""
    time_zone: str = ""


def ensure_participants(
    organisation: Organisation, newcomers: Sequence[Newcomer]
) -> dict[str, Person]:
    """People with these addresses, made if need be, as participants of the organisation.

    A few queries for any number; a name somebody has is kept.

    Returns
    -------
    dict
        People by address.
    """
    # In one order, so that two files with the same people do not wait for each other.
    by_email = {n.email: n for n in sorted(newcomers, key=lambda n: n.email)}
    unusable = make_password(None)
    Person.objects.bulk_create(
        [
            Person(email=n.email, name=n.name, time_zone=n.time_zone or "UTC", password=unusable)
            for n in by_email.values()
        ],
        ignore_conflicts=True,
    )
    people = {p.email: p for p in Person.objects.filter(email__in=by_email).order_by("email")}
    nameless = [p for p in people.values() if not p.name and by_email[p.email].name]
    for person in nameless:
        person.name = by_email[person.email].name
    Person.objects.bulk_update(nameless, ["name"])
    # Without it a code would lead to a second question: is this your address?
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=p, email=p.email, primary=True) for p in people.values()],
        ignore_conflicts=True,
    )
    Membership.objects.bulk_create(
        [
            Membership(organisation=organisation, person=p, role=Role.PARTICIPANT)
            for p in people.values()
        ],
        ignore_conflicts=True,
    )
    return people


def give_role(organisation: Organisation, person: Person, role: Role) -> Membership:
    """Give a role; giving it twice changes nothing."""
    membership, _ = Membership.objects.get_or_create(
        organisation=organisation, person=person, role=role
    )
    return membership


def hold(*organisations: Organisation) -> None:
    """One after the other: of two admins who leave at once, one is the last."""
    numbers = [o.pk for o in organisations]
    rows = held(Organisation.objects).filter(pk__in=numbers).order_by("pk")
    list(rows.values_list("pk", flat=True))


@transaction.atomic
def set_roles(organisation: Organisation, person: Person, roles: set[Role], *, by: Person) -> None:
    """Make these the person's roles in the organisation.

    Raises
    ------
    LastAdmin
        It would leave the organisation without an admin.
    """
    allow(by, "accounts.change_roles", organisation)
    hold(organisation)
    memberships = Membership.objects.filter(organisation=organisation)
    others = memberships.filter(role=Role.ADMIN).exclude(person=person)
    if Role.ADMIN not in roles and not others.exists():
        raise LastAdmin
    # A participant's role follows from taking part, not from this page.
    memberships.filter(person=person).exclude(role__in=[*roles, Role.PARTICIPANT]).delete()
    for role in sorted(roles):
        give_role(organisation, person, role)
    record(by, "changed roles", person, organisation_id=organisation.pk, roles=sorted(roles))


@transaction.atomic
def set_roles_by_address(
    organisation: Organisation, email: str, roles: set[Role], *, name: str = "", by: Person
) -> Person:
    """The same for whoever has the address; somebody who is new here is made known.

    Raises
    ------
    LastAdmin
        It would leave the organisation without an admin; nobody is made known then.
    """
    person = ensure_person(email, name=name)
    set_roles(organisation, person, roles, by=by)
    return person


@transaction.atomic
def drop_out(organisation: Organisation, person: Person) -> None:
    """Take every role in the organisation away and end all sessions; nobody's last sign-in elsewhere.

    Raises
    ------
    LastAdmin
        It would leave the organisation without an admin.
    """
    hold(organisation)
    memberships = Membership.objects.filter(organisation=organisation)
    mine = memberships.filter(person=person)
    others = memberships.filter(role=Role.ADMIN).exclude(person=person)
    if mine.filter(role=Role.ADMIN).exists() and not others.exists():
        raise LastAdmin
    mine.delete()
    fresh = held(Person.objects).get(pk=person.pk)
    fresh.sign_in_epoch += 1
    fresh.is_active = fresh.memberships.exists()
    fresh.save(update_fields=["sign_in_epoch", "is_active"])


@transaction.atomic
def take_in(organisation: Organisation, person: Person) -> None:
    """Somebody (again) belongs to the organisation and may sign in."""
    give_role(organisation, person, Role.PARTICIPANT)
    Person.objects.filter(pk=person.pk).update(is_active=True)


@transaction.atomic
def sign_out_everywhere(person: Person) -> None:
    """End every session of the person, this one too."""
    fresh = held(Person.objects).get(pk=person.pk)
    fresh.sign_in_epoch += 1
    fresh.save(update_fields=["sign_in_epoch"])


@transaction.atomic
def change_self(person: Person, *, name: str, time_zone: str) -> Person:
    """Change one's own name and time zone."""
    person.name, person.time_zone = name, time_zone
    person.save(update_fields=["name", "time_zone"])
    return person


def speak(person: Person, language: str) -> Person:
    """The language in which one is written to; empty for a program's own."""
    person.language = language
    person.save(update_fields=["language"])
    return person
