"""What a token may be let do: areas of the API, to read or to write."""

from __future__ import annotations

from collections.abc import Iterable

from peerloom.accounts.models import Role
from peerloom.core.words import later

READ, WRITE = "read", "write"
# Whoever manages has what is a participant's too; an admin may all that a manager may.
AREAS = {
    "self": later("Your own places, partners, meetings, journey and messages"),
    "programs": later("The programs you manage: their purpose, form, policy and materials"),
    "people": later("Their people: bring them in, see and change their places"),
    "matching": later("Their matching: solve, review and publish"),
    "care": later("Their care desk: requests for help, partners for those who wait"),
    "results": later("Results that you may read"),
    "organisation": later("Your organisation: roles, privacy, log, webhooks"),
}
OPEN_TO = {
    "self": None,
    "programs": {Role.MANAGER, Role.ADMIN},
    "people": {Role.MANAGER, Role.ADMIN},
    "matching": {Role.MANAGER, Role.ADMIN},
    "care": {Role.MANAGER, Role.ADMIN},
    "results": {Role.MANAGER, Role.ADMIN, Role.SPONSOR},
    "organisation": {Role.ADMIN},
}
ALL = tuple(f"{area}:{kind}" for area in AREAS for kind in (READ, WRITE))


def scopes_for(roles: Iterable[str]) -> list[str]:
    """Scopes that a token of somebody with these roles can have, in the order of the areas."""
    held = set(roles)
    return [s for s in ALL if (needed := OPEN_TO[s.partition(":")[0]]) is None or needed & held]


def covers(scopes: Iterable[str], scope: str) -> bool:
    """True if one of `scopes` is `scope`; what may write may read."""
    area = scope.partition(":")[0]
    return scope in (held := set(scopes)) or f"{area}:{WRITE}" in held
