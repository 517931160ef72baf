"""What is asked of accounts."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from peerloom.accounts.models import Membership, Organisation, Person, Role


def first_start_is_due() -> bool:
    """True until there is an organisation."""
    return not Organisation.objects.exists()


def organisations_of(person: Person, *roles: Role) -> QuerySet[Organisation]:
    """Organisations in which the person has any of these roles."""
    return Organisation.objects.filter(
        memberships__person=person, memberships__role__in=roles
    ).distinct()


def roles_of(person: Person) -> set[str]:
    """Every role the person has anywhere."""
    return set(person.memberships.values_list("role", flat=True))


def person_in(organisation: Organisation, address: str) -> Person | None:
    """The person with an address, if they have any role in the organisation."""
    return (
        Person.objects.filter(email=address.strip().lower(), memberships__organisation=organisation)
        .distinct()
        .first()
    )


def people_with_roles(organisation: Organisation) -> QuerySet[Person]:
    """Admins, managers and sponsors, each with `roles_here`."""
    team = Membership.objects.filter(organisation=organisation).exclude(role=Role.PARTICIPANT)
    return (
        Person.objects.filter(memberships__in=team)
        .prefetch_related(Prefetch("memberships", team, to_attr="roles_here"))
        .distinct()
        .order_by("name", "email")
    )
