"""Writing to the audit log."""

from __future__ import annotations

from typing import Any, Protocol

from django.db import models

from peerloom.core.models import AuditEntry


class Actor(Protocol):
    """Whoever does something; a person with a number."""

    pk: Any


def record(
    by: Actor | None, verb: str, thing: models.Model, *, organisation_id: int, **details: Any
) -> None:
    """Note that `by` (None: Peerloom itself) did `verb` to `thing`. Never put private text in."""
    AuditEntry.objects.create(
        organisation_id=organisation_id,
        actor_id=by.pk if by else None,
        verb=verb,
        thing=thing._meta.label_lower,
        thing_id=thing.pk,
        details=details,
    )
