"""What this room holds of a person."""

from __future__ import annotations

from typing import Any

from peerloom.core.holdings import declare
from peerloom.messaging.models import OutboxMessage


def read(person: Any) -> list[dict[str, Any]]:
    """Letters written to their address."""
    letters = OutboxMessage.objects.filter(to=person.email).order_by("pk")
    return [dict(row) for row in letters.values("kind", "subject", "text", "created_at", "sent_at")]


declare("messaging", ("messaging.OutboxMessage",), read)
