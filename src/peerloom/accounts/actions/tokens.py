"""Tokens with which a person's own scripts and systems call the API; how often, and what was answered."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.accounts.errors import NotAllowed, TokenRefused
from peerloom.accounts.models import ApiToken, KeptAnswer, Person
from peerloom.accounts.queries import roles_of
from peerloom.accounts.scopes import scopes_for
from peerloom.core.audit import record
from peerloom.core.encryption import (
    fingerprint,
    read_by_server,
    resealed_by_server,
    sealed_by_server,
)

PREFIX = "plat_"
LONGEST_DAYS = 366
MOST_TOKENS = 50
A_MINUTE = 60
# So long the same call is not carried out twice.
KEPT_FOR = timedelta(hours=24)


@transaction.atomic
def make_api_token(
    person: Person, *, name: str, scopes: Sequence[str], days: int, by: Person
) -> tuple[ApiToken, str]:
    """A token that acts as the person; it and its secret, which is shown once.

    Parameters
    ----------
    scopes
        Of `scopes_for` the person's roles. What a role no longer allows, a token does not either.
    days
        After which it opens nothing; 1 to 366.

    Raises
    ------
    TokenRefused
        No scope, one that the person's roles do not have, a time that is too long, too many tokens.
    """
    if by.pk != person.pk or not by.is_active:
        raise NotAllowed("accounts.make_token")
    offered = scopes_for(roles_of(person))
    chosen = [s for s in offered if s in scopes]
    if not chosen or len(chosen) != len(set(scopes)):
        raise TokenRefused(_("Choose what it may do, of what you may do yourself."))
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenRefused(
            _("It can be good for 1 to {longest_days} days.").format(longest_days=LONGEST_DAYS)
        )
    if person.api_tokens.count() >= MOST_TOKENS:
        raise TokenRefused(
            _("You have {most_tokens} already. Take one away first.").format(
                most_tokens=MOST_TOKENS
            )
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    made = ApiToken.objects.create(
        person=person,
        name=name,
        scopes=chosen,
        fingerprint=fingerprint(secret),
        expires_at=timezone.now() + timedelta(days=days),
    )
    _noted(made, "made token", by)
    return made, secret


@transaction.atomic
def drop_api_token(token: ApiToken, *, by: Person) -> None:
    """It opens nothing any more."""
    if by.pk != token.person_id:
        raise NotAllowed("accounts.drop_token")
    _noted(token, "dropped token", by)
    token.delete()


def _noted(token: ApiToken, verb: str, by: Person) -> None:
    """In the log of each organisation in which the person has a role: admins ask who can do what."""
    owners = set(by.memberships.values_list("organisation_id", flat=True))
    for owner in sorted(owners):
        record(by, verb, token, organisation_id=owner, name=token.name, scopes=token.scopes)


@dataclass(frozen=True)
class Call:
    """A call that a known token makes.

    Attributes
    ----------
    left
        Calls that it has left in this minute; below 0: one too many.
    again
        Seconds until the next minute.
    """

    token: ApiToken
    left: int
    again: int


def call_with(secret: str) -> Call | None:
    """Count a call with this token; None for one that is not known or opens nothing (any more)."""
    now = timezone.now()
    found = ApiToken.objects.filter(
        fingerprint=fingerprint(secret), expires_at__gt=now, person__is_active=True
    )
    seconds = time.time()
    minute = int(seconds // A_MINUTE)
    # One statement, so that all processes count together.
    known = found.update(
        calls=Case(When(minute=minute, then=F("calls") + 1), default=Value(1)),
        minute=minute,
        used_at=now,
    )
    token = found.select_related("person").first() if known else None
    if token is None:
        return None
    again = int((minute + 1) * A_MINUTE - seconds) + 1
    return Call(token, settings.API_RATE - token.calls, again)


def begin_once(token: ApiToken, key: str, call: str) -> KeptAnswer:
    """Take an idempotency key within the caller's transaction; one with a status was used before.

    Two calls at the same time wait for each other here; of two with the same key one is carried out.

    Raises
    ------
    TokenRefused
        The key was used for another call.
    """
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(token=token, key=key, call=call)
    except IntegrityError:
        kept = KeptAnswer.objects.get(token=token, key=key)
    if kept.call != call:
        raise TokenRefused(_("This idempotency key was used for another call; use a fresh one."))
    return kept


def keep_answer(kept: KeptAnswer, status: int, body: str) -> None:
    """Keep what the call was answered."""
    kept.status, kept.body_sealed = status, sealed_by_server(body)
    kept.save(update_fields=["status", "body_sealed"])


def answer_kept(kept: KeptAnswer) -> str | None:
    """What the call was answered; None where somebody it may have named was erased since."""
    return read_by_server(kept.body_sealed) if kept.body_sealed else None


def forget_answers() -> int:
    """Drop what is older than a day, and tokens that ended a month ago; how many."""
    now = timezone.now()
    answers, _ = KeptAnswer.objects.filter(made_at__lt=now - KEPT_FOR).delete()
    ApiToken.objects.filter(expires_at__lt=now - timedelta(days=30)).delete()
    return answers


def reseal_answers() -> int:
    """Seal kept answers with the server's first key; how many."""
    count = 0
    for kept in KeptAnswer.objects.exclude(body_sealed=b"").iterator():
        kept.body_sealed = resealed_by_server(kept.body_sealed)
        kept.save(update_fields=["body_sealed"])
        count += 1
    return count
