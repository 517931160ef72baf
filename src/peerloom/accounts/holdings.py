"""What this room holds of a person."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator

from peerloom.accounts.models import Person, PersonRecord
from peerloom.core.holdings import declare


def read(person: Person) -> dict[str, Any]:
    """Who they are here, their roles, and what their organisation's own file says."""
    return {
        "name": person.name,
        "email": person.email,
        "time_zone": person.time_zone,
        "since": person.created_at,
        "roles": list(person.memberships.values("organisation__name", "role", "since")),
        "passkeys": Authenticator.objects.filter(user=person).count(),
        "records": list(
            PersonRecord.objects.filter(email=person.email).values(
                "organisation__name", "unit", "site", "stage", "said", "joined_on", "left_on"
            )
        ),
    }


declare(
    "accounts",
    ("accounts.Person", "accounts.Membership", "accounts.PersonRecord", "account.EmailAddress",
     "mfa.Authenticator"),
    read,
)  # fmt: skip
