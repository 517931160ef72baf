"""What this room holds of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_noop as noop

from peerloom.accounts.models import KeptAnswer, Membership, Person, PersonRecord
from peerloom.core.holdings import Keeping, declare, keep
from peerloom.core.words import later

# How somebody is called of whom nothing is known any more; read in the reader's language.
ERASED = noop("Somebody who left")


def read(person: Person) -> dict[str, Any]:
    """Who they are here, their roles, and what their organisation's own file says."""
    return {
        "name": person.name,
        "email": person.email,
        "time_zone": person.time_zone,
        "since": person.created_at,
        "roles": list(person.memberships.values("organisation__name", "role", "since")),
        "passkeys": Authenticator.objects.filter(user=person).count(),
        "single_sign_on": list(
            SocialAccount.objects.filter(user=person).values("provider", "uid", "date_joined")
        ),
        "signed_in": list(
            UserSession.objects.filter(user=person).values("ip", "user_agent", "created_at")
        ),
        "in_directories": list(
            person.in_directories.values(
                "organisation__name", "user_name", "external_id", "resource", "made_at"
            )
        ),
        "api_tokens": list(
            person.api_tokens.values("name", "scopes", "made_at", "expires_at", "used_at")
        ),
        "records": list(
            PersonRecord.objects.filter(email=person.email).values(
                "organisation__name", "unit", "site", "stage", "said", "joined_on", "left_on"
            )
        ),
    }


def erase(person: Person) -> None:
    """Name, address, ways to sign in, roles, records. What is left is a number."""
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    for session in UserSession.objects.filter(user=person):
        session.end()
    EmailAddress.objects.filter(user=person).delete()
    Membership.objects.filter(person=person).delete()
    person.in_directories.all().delete()
    person.api_tokens.all().delete()
    # Any of these may name the person. That the calls were carried out stays known.
    KeptAnswer.objects.update(body_sealed=b"")
    PersonRecord.objects.filter(email=person.email).delete()
    # Others (messages) still go by the address that this object has.
    Person.objects.filter(pk=person.pk).update(
        email=f"{get_random_string(20).lower()}@erased.invalid",
        name=ERASED,
        time_zone="UTC",
        language="",
        is_active=False,
        last_login=None,
        sign_in_epoch=person.sign_in_epoch + 1,
        erased_at=timezone.now(),
    )


def forget_records(organisation_id: int, before: datetime) -> int:
    """What the organisation's file said of people who left it."""
    count, _ = PersonRecord.objects.filter(
        organisation=organisation_id, left_on__lt=before.date()
    ).delete()
    return count


declare(
    "accounts",
    ("accounts.Person", "accounts.Membership", "accounts.PersonRecord", "account.EmailAddress",
     "accounts.DirectoryPerson", "accounts.ApiToken", "accounts.KeptAnswer", "mfa.Authenticator", "socialaccount.SocialAccount", "usersessions.UserSession"),
    read,
    erase,
)  # fmt: skip
keep(
    Keeping(
        "records",
        later("What the organisation's own file says of people who left it"),
        later("so that programs can be compared with those who took no part"),
        later("leaving"),
        24,
        forget_records,
    )
)
