"""What is asked of the audit log."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from peerloom.core.models import AuditEntry


def entries_of(
    organisation_id: int,
    *,
    verb: str = "",
    actors: list[int] | None = None,
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[AuditEntry]:
    """Entries of an organisation, newest first; `actors` are people's numbers."""
    found = AuditEntry.objects.filter(organisation_id=organisation_id)
    if verb:
        found = found.filter(verb__icontains=verb)
    if actors is not None:
        found = found.filter(actor_id__in=actors)
    if first:
        found = found.filter(at__date__gte=first)
    if last:
        found = found.filter(at__date__lte=last)
    return found.order_by("-at", "-pk")


def entries_about(thing: str, numbers: list[int], verb: str) -> QuerySet[AuditEntry]:
    """Entries about things of a kind (a model's label), newest first."""
    return AuditEntry.objects.filter(thing=thing, thing_id__in=numbers, verb=verb).order_by("-pk")
