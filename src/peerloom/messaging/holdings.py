"""What this room holds of a person."""

from __future__ import annotations

from typing import Any

from peerloom.core.holdings import declare
from peerloom.messaging.models import Mailbox, OutboxMessage


def read(person: Any) -> dict[str, Any]:
    """Messages written to their address, and how they want to get them."""
    letters = OutboxMessage.objects.filter(to=person.email).order_by("pk")
    shown = ("kind", "subject", "text", "why", "channel", "state", "created_at", "sent_at")
    box = Mailbox.objects.filter(address=person.email)
    likes = ("channel", "quiet_from", "quiet_until", "weekends", "digest", "time_zone")
    return {"messages": list(letters.values(*shown)), "wishes": list(box.values(*likes))}


declare("messaging", ("messaging.OutboxMessage", "messaging.Mailbox"), read)
