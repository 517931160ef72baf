"""Things that one process among many does: whoever holds the lease."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from peerloom.core.holding import held
from peerloom.core.models import Lease


@transaction.atomic
def hold(name: str, holder: str, *, seconds: float) -> bool:
    """Take or keep a lease; False while another holds it.

    A holder that ended without giving it back loses it when its time is over.
    """
    now = timezone.now()
    lease, fresh = Lease.objects.get_or_create(
        name=name, defaults={"holder": holder, "until": now + timedelta(seconds=seconds)}
    )
    if fresh:
        return True
    lease = held(Lease.objects).get(pk=lease.pk)
    if lease.holder != holder and lease.until > now:
        return False
    lease.holder, lease.until = holder, now + timedelta(seconds=seconds)
    lease.save(update_fields=["holder", "until"])
    return True
