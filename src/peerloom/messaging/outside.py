"""Handing something to a receiver outside: over https, to public addresses, or to allowed ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from peerloom.core.fetch import FetchError, deliver_to, is_public
from peerloom.messaging.refusals import Refused

# Asks for another try: too many at once, or in trouble.
AGAIN = (408, 409, 425, 429)
GONE = 410
SECRET_BEGINS = "whsec_"  # nosec: a prefix
# Tries go on for three days, at most four hours apart: a server may be down for a weekend.
GIVES_UP = timedelta(days=3)
FARTHEST_APART = timedelta(hours=4)


def wait_after(attempts: int) -> timedelta:
    """How long until another try after so many: twice as long each time."""
    return min(timedelta(minutes=2 ** min(attempts + 1, 12)), FARTHEST_APART)


def is_allowed(host: str, port: int) -> bool:
    """The server's admin lets messages reach this receiver inside their own network."""
    return f"{host}:{port}" in settings.HOOK_HOSTS or host in settings.HOOK_HOSTS


def is_receiver(url: str) -> bool:
    """True for an https address, or one that the server's admin lets through."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if is_allowed(host, port or (443 if parts.scheme == "https" else 80)):
        return parts.scheme in ("http", "https")
    return bool(host) and parts.scheme == "https" and not parts.username


def hand_over(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Post JSON; the receiver's answer.

    Raises
    ------
    OSError
        Worth another try.
    Refused
        The receiver is gone, or will never take it.
    """
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    inside = is_allowed(parts.hostname or "", port)
    headers = {"Content-Type": "application/json", **headers}
    try:
        status = deliver_to(url, body, headers, public=(lambda _: True) if inside else is_public)
    except FetchError as error:
        if error.for_good:
            raise Refused(str(error)) from error
        raise OSError(str(error)) from error
    if 200 <= status < 300:
        return status
    if status in AGAIN or status >= 500:
        raise OSError(_("The receiver answered with {status}.").format(status=status))
    raise Refused(
        _("The receiver answered with {status}.").format(status=status), gone=status == GONE
    )


def new_secret() -> str:
    """A secret to sign with, as the Standard Webhooks specification writes it."""
    return SECRET_BEGINS + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(secret: str, number: str, at: int, body: bytes) -> dict[str, str]:
    """Headers that prove who wrote a message (Standard Webhooks 1.0).

    Parameters
    ----------
    secret
        `whsec_` and the key in base64, as the specification writes it.
    """
    content = f"{number}.{at}.".encode() + body
    key = base64.b64decode(secret.removeprefix(SECRET_BEGINS))
    mac = hmac.new(key, content, hashlib.sha256).digest()
    return {
        "Webhook-Id": number,
        "Webhook-Timestamp": str(at),
        "Webhook-Signature": f"v1,{base64.b64encode(mac).decode()}",
    }
