"""What this room holds of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peerloom.core.holdings import Keeping, declare, keep
from peerloom.core.words import later
from peerloom.messaging.actions import forget_names
from peerloom.messaging.models import Mailbox, OutboxMessage


def read(person: Any) -> dict[str, Any]:
    """Messages written to their address, and how they want to get them."""
    letters = OutboxMessage.objects.filter(to=person.email).order_by("pk")
    shown = ("kind", "subject", "text", "why", "channel", "state", "created_at", "sent_at")
    box = Mailbox.objects.filter(address=person.email)
    likes = ("channel", "quiet_from", "quiet_until", "weekends", "digest", "time_zone")
    return {"messages": list(letters.values(*shown)), "wishes": list(box.values(*likes))}


def erase(person: Any) -> None:
    """Every message to them, those that wait too, and how they wanted to get them."""
    OutboxMessage.objects.filter(to=person.email).delete()
    # A name of one word may be somebody else's too; partners' letters are looked through for it.
    whole = [person.name] if " " in person.name.strip() else []
    forget_names([person.email, *whole])
    Mailbox.objects.filter(address=person.email).delete()


def forget(organisation_id: int, before: datetime) -> int:
    """Messages that went, or will never go."""
    waits = (OutboxMessage.State.WAITING, OutboxMessage.State.SENDING)
    old = OutboxMessage.objects.filter(organisation_id=organisation_id, created_at__lt=before)
    count, _ = old.exclude(state__in=waits).delete()
    return count


declare("messaging", ("messaging.OutboxMessage", "messaging.Mailbox"), read, erase)
keep(
    Keeping(
        "messages",
        later("Messages"),
        later("so that everybody can read what was sent and why"),
        later("sending"),
        12,
        forget,
    )
)
