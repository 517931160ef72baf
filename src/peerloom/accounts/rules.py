"""Who may do what with accounts; and the one place where permission is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from peerloom.accounts.errors import NotAllowed
from peerloom.accounts.models import Membership, Organisation, Person, Role

Predicate = Callable[[Person, Any], bool]
RULES: dict[str, Predicate] = {}


def has_role(person: Person, organisation_id: int, *roles: Role) -> bool:
    """True if the person has any of these roles in the organisation."""
    return Membership.objects.filter(
        person=person, organisation_id=organisation_id, role__in=roles
    ).exists()


def manages(person: Person, organisation_id: int) -> bool:
    """True for program managers and admins of the organisation."""
    return has_role(person, organisation_id, Role.MANAGER, Role.ADMIN)


def allow(by: Person, action: str, thing: Any) -> None:
    """Raise `NotAllowed` unless the table of rules lets `by` do `action` to `thing`."""
    if not (by.is_active and RULES[action](by, thing)):
        raise NotAllowed(action)


def _is_admin(by: Person, organisation: Organisation) -> bool:
    return has_role(by, organisation.pk, Role.ADMIN)


RULES["accounts.change_roles"] = _is_admin


def _manages_organisation(by: Person, organisation: Organisation) -> bool:
    return manages(by, organisation.pk)


def _may_erase(by: Person, person: Person) -> bool:
    """Everybody themselves; an admin those who belong to their organisations alone."""
    if by.pk == person.pk:
        return True
    where = set(person.memberships.values_list("organisation_id", flat=True))
    own = by.memberships.filter(role=Role.ADMIN).values_list("organisation_id", flat=True)
    return bool(where) and where <= set(own)


RULES["accounts.erase"] = _may_erase
RULES["accounts.set_privacy"] = _is_admin
RULES["accounts.read_records"] = _manages_organisation
