"""A message by Slack, Microsoft Teams or an organisation's own receiver.

Slack: incoming webhooks with Block Kit. Teams: the webhook of a workflow with an Adaptive Card. An own
receiver: JSON, signed after the Standard Webhooks specification (HMAC-SHA256 over number, time and
body), so that it can tell who wrote it and that it is not a repetition.
"""

from __future__ import annotations

import json
import time
from typing import Any, cast
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from peerloom.core.encryption import read_by_server
from peerloom.messaging.models import Channel, Mailbox, OrganisationHook, OutboxMessage
from peerloom.messaging.outside import hand_over, is_allowed, is_receiver, signed
from peerloom.messaging.refusals import Refused

# Whom a person may name for these: an address elsewhere is a mistake, or worse.
HOSTS = {
    Channel.SLACK: ("hooks.slack.com", "hooks.slack-gov.com"),
    Channel.TEAMS: (".logic.azure.com", ".webhook.office.com", ".powerplatform.com"),
}
MOST_LINE = 2900


def send(message: OutboxMessage) -> None:
    """Hand it to the receiver.

    Raises
    ------
    OSError
        Worth another try.
    Refused
        The receiver is gone, or will never take it.
    """
    channel = Channel(message.channel)
    headers = {"Peerloom-Delivery": message.key}
    if channel == Channel.HOOK:
        hook = OrganisationHook.objects.filter(organisation_id=message.organisation_id).first()
        if hook is None:
            raise Refused(_("The organisation has no receiver any more."))
        url = hook.url
        body = json.dumps(_plain(message)).encode()
        secret = read_by_server(cast(bytes, hook.secret_sealed))
        headers |= signed(secret, message.key, int(time.time()), body)
    else:
        box = Mailbox.objects.filter(address=message.to).first()
        url = read_by_server(cast(bytes, box.hook_sealed)) if box else ""
        if not url or not fits(channel, url):
            raise Refused(_("There is no address to write to."))
        made = _slack(message) if channel == Channel.SLACK else _teams(message)
        body = json.dumps(made).encode()
    hand_over(url, body, headers)


def fits(channel: Channel, url: str) -> bool:
    """True if the address is one of this chat's."""
    if not is_receiver(url):
        return False
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if is_allowed(host, port or (443 if parts.scheme == "https" else 80)):
        return True
    hosts = HOSTS.get(channel)
    return hosts is None or any(host.endswith(h) if h.startswith(".") else host == h for h in hosts)


def _plain(message: OutboxMessage) -> dict[str, Any]:
    return {
        "type": "message",
        "id": message.key,
        "kind": message.kind,
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "why": message.why,
        "links": [{"label": label, "url": url} for label, url in message.links],
    }


def _slack(message: OutboxMessage) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": message.subject[:150]}},
        {"type": "section", "text": {"type": "plain_text", "text": message.text[:MOST_LINE]}},
    ]
    if message.links:
        buttons = [
            {"type": "button", "text": {"type": "plain_text", "text": label[:75]}, "url": url}
            for label, url in message.links[:5]
        ]
        blocks.append({"type": "actions", "elements": buttons})
    return {"text": message.subject, "blocks": blocks}


def _teams(message: OutboxMessage) -> dict[str, Any]:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": message.subject, "weight": "bolder", "wrap": True},
            *(
                {"type": "TextBlock", "text": line, "wrap": True}
                for line in message.text.split("\n\n")
                if line.strip()
            ),
        ],
        "actions": [
            {"type": "Action.OpenUrl", "title": label, "url": url}
            for label, url in message.links[:5]
        ],
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [content]}
