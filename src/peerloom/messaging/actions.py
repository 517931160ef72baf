"""Writing to the outbox and emptying it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from peerloom.messaging.models import OutboxMessage

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
AT_ONCE = 50


@dataclass(frozen=True)
class Letter:
    """A mail to be written to the outbox."""

    key: str
    kind: str
    to: str
    subject: str
    text: str
    html: str = ""
    calendar: str = ""

    def __post_init__(self) -> None:
        # A rendered template counts as safe HTML; plain text must never be taken for that.
        object.__setattr__(self, "text", "".join(self.text))


def post(letters: Iterable[Letter], *, organisation_id: int) -> int:
    """Put letters in the outbox, once each by key; they go after the transaction.

    Returns
    -------
    int
        How many were offered; those whose key is known already are left as they are.
    """
    rows = [OutboxMessage(organisation_id=organisation_id, **vars(letter)) for letter in letters]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    if rows:
        transaction.on_commit(partial(deliver.enqueue))
    return len(rows)


@task
def deliver() -> int:
    """Send what waits in the outbox; safe to run twice and on two machines."""
    sent = 0
    while batch := _claim():
        sent += _send(batch)
    return sent


def _claim() -> list[OutboxMessage]:
    """Take some waiting messages so that no other worker sends them."""
    with transaction.atomic():
        waiting = OutboxMessage.objects.select_for_update(skip_locked=True)
        due = waiting.filter(state=OutboxMessage.State.WAITING, due_at__lte=timezone.now())
        batch = list(due.order_by("pk")[:AT_ONCE])
        OutboxMessage.objects.filter(pk__in=[m.pk for m in batch]).update(
            state=OutboxMessage.State.SENDING
        )
    return batch


def _send(batch: list[OutboxMessage]) -> int:
    connection = get_connection()
    sent = 0
    try:
        connection.open()
        for message in batch:
            sent += _send_one(message, connection)
    except OSError as error:
        # The server cannot be reached: all of them wait for another try.
        logger.warning("mail server not reached: %s", error)
        for message in batch:
            if message.state != OutboxMessage.State.SENT:
                _failed(message, error)
    finally:
        connection.close()
    return sent


def _send_one(message: OutboxMessage, connection: object) -> int:
    mail = EmailMultiAlternatives(
        message.subject,
        message.text,
        to=[message.to],
        connection=connection,
        headers={"Message-ID": f"<{message.key}@peerloom>", "Auto-Submitted": "auto-generated"},
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    if message.calendar:
        method = "CANCEL" if "METHOD:CANCEL" in message.calendar else "REQUEST"
        # Gmail and Outlook read it as a part of the message, Apple Mail as a file.
        mail.attach_alternative(message.calendar, f"text/calendar; method={method}")
        mail.attach("meeting.ics", message.calendar, "text/calendar")
    try:
        mail.send()
    except OSError as error:
        _failed(message, error)
        return 0
    message.state = OutboxMessage.State.SENT
    message.sent_at = timezone.now()
    message.attempts += 1
    message.save(update_fields=["state", "sent_at", "attempts"])
    return 1


def _failed(message: OutboxMessage, error: OSError) -> None:
    message.attempts += 1
    message.error = str(error)[:500]
    over = message.attempts >= MOST_ATTEMPTS
    message.state = OutboxMessage.State.FAILED if over else OutboxMessage.State.WAITING
    # Waits twice as long after each try: 2, 4, 8, 16 minutes.
    message.due_at = timezone.now() + timedelta(minutes=2**message.attempts)
    message.save(update_fields=["state", "attempts", "error", "due_at"])
    if not over and deliver.get_backend().supports_defer:
        deliver.using(run_after=message.due_at + timedelta(seconds=1)).enqueue()
