"""A person's private calendar address."""

from __future__ import annotations

import secrets

from django.db import transaction

from peerloom.accounts.models import Person
from peerloom.core.encryption import fingerprint
from peerloom.partnerships.models import CalendarFeed


@transaction.atomic
def open_feed(person: Person) -> str:
    """A new secret address; the one before ends. It is told this once."""
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        person=person, defaults={"fingerprint": fingerprint(secret)}
    )
    return secret


@transaction.atomic
def close_feed(person: Person) -> None:
    """The address ends."""
    CalendarFeed.objects.filter(person=person).delete()
