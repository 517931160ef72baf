"""Writing to the audit log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Protocol

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_noop as noop

from peerloom.core.events import kind_of, tell
from peerloom.core.models import AuditEntry


class Actor(Protocol):
    """Whoever does something; a person with a number."""

    pk: Any


def record(
    by: Actor | None, verb: str, thing: models.Model, *, organisation_id: int, **details: Any
) -> None:
    """Note that `by` (None: Peerloom itself) did `verb` to `thing`. Never put private text in."""
    label, actor = thing._meta.label_lower, by.pk if by else None
    AuditEntry.objects.create(
        organisation_id=organisation_id,
        actor_id=actor,
        verb=verb,
        thing=label,
        thing_id=thing.pk,
        details=details,
    )
    if kind := kind_of(label, verb):
        numbers = {k: v for k, v in details.items() if isinstance(v, int)}
        tell(kind, thing, organisation_id=organisation_id, actor_id=actor, **numbers)


SAW = noop("saw")
# Somebody who looks at a page again and again is noted once an hour.
SEEN_AGAIN = timedelta(hours=1)


def saw(by: Actor, thing: models.Model, *, organisation_id: int, verb: str = SAW) -> None:
    """Note that `by` looked at what is kept of people."""
    seen = AuditEntry.objects.filter(
        thing=thing._meta.label_lower,
        thing_id=thing.pk,
        actor_id=by.pk,
        verb=verb,
        at__gte=timezone.now() - SEEN_AGAIN,
    )
    if not seen.exists():
        record(by, verb, thing, organisation_id=organisation_id)
