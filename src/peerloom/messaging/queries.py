"""What is asked of messages."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.db.models import QuerySet

from peerloom.messaging.models import (
    Channel,
    Mailbox,
    OrganisationHook,
    OutboxMessage,
    Webhook,
    WebhookDelivery,
)

# Opens a chat in Microsoft Teams by the addresses of who is in it.
TEAMS_CHAT = "https://teams.microsoft.com/l/chat/0/0"
STUCK = (OutboxMessage.State.FAILED, OutboxMessage.State.UNSURE)


def mailbox_of(address: str) -> Mailbox:
    """How a person wants to hear from us; as usual where they said nothing."""
    return Mailbox.objects.filter(address=address).first() or Mailbox(address=address)


def log_of(address: str) -> QuerySet[OutboxMessage]:
    """Everything written to a person, newest first; what went in a digest stands there."""
    return OutboxMessage.objects.filter(to=address).order_by("-created_at", "-pk")


def stuck_messages(organisation_id: int) -> QuerySet[OutboxMessage]:
    """What did not arrive, or perhaps, in an organisation."""
    return OutboxMessage.objects.filter(organisation_id=organisation_id, state__in=STUCK).order_by(
        "-created_at", "-pk"
    )


def waiting_messages(organisation_id: int) -> int:
    """How many wait for another try."""
    waiting = OutboxMessage.objects.filter(
        organisation_id=organisation_id, state=OutboxMessage.State.WAITING, attempts__gt=0
    )
    return waiting.count()


def hook_of(organisation_id: int) -> OrganisationHook | None:
    """The organisation's own receiver."""
    return OrganisationHook.objects.filter(organisation_id=organisation_id).first()


def webhooks_of(organisation_id: int) -> QuerySet[Webhook]:
    """Other systems' receivers of an organisation's events."""
    return Webhook.objects.filter(organisation_id=organisation_id)


def deliveries_of(organisation_id: int) -> QuerySet[WebhookDelivery]:
    """What went to them or waits, newest first; kept for thirty days."""
    mine = WebhookDelivery.objects.filter(hook__organisation_id=organisation_id)
    return mine.select_related("hook")


def chat_links(addresses: Iterable[str]) -> dict[str, str]:
    """By address, a link that opens a chat with that person, of those who gave one or use Teams."""
    found = {}
    for box in Mailbox.objects.filter(address__in=list(addresses)):
        if box.reach_at:
            found[box.address] = box.reach_at
        elif box.channel == Channel.TEAMS:
            found[box.address] = f"{TEAMS_CHAT}?{urlencode({'users': box.address})}"
    return found
