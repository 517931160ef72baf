"""Emptying the outbox: retries, what was lost with a process, digests.

A message is claimed, then marked as begun just before it is handed over, then as sent. What a dead
process had claimed is taken up again. What it had begun may have gone: a chat's receiver is given the
same delivery number once more; a mail is not repeated, and an admin is told (`UNSURE`).
"""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.mail import get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django_tasks import task

from peerloom.core.holding import held
from peerloom.messaging import chats, mail
from peerloom.messaging.models import Channel, OutboxMessage
from peerloom.messaging.outside import GIVES_UP, wait_after
from peerloom.messaging.refusals import Refused

logger = logging.getLogger(__name__)
State = OutboxMessage.State
AT_ONCE = 50
LOST_AFTER = timedelta(minutes=10)


@task
def deliver() -> int:
    """Send what waits in the outbox; safe to run twice and on two machines."""
    sent = 0
    while batch := _claim():
        sent += _send([m for m in batch if m.state == State.WAITING])
    return sent


def _claim() -> list[OutboxMessage]:
    """Take some waiting messages so that no other worker sends them; what is too late has lapsed."""
    now = timezone.now()
    with transaction.atomic():
        waiting = held(OutboxMessage.objects, skip=True)
        due = waiting.filter(state=State.WAITING, due_at__lte=now, digest=False)
        batch = list(due.order_by("pk")[:AT_ONCE])
        late = [m for m in batch if m.until and m.until < now]
        for message in late:
            message.state = State.LAPSED
        OutboxMessage.objects.bulk_update(late, ["state"])
        taken = [m.pk for m in batch if m.state == State.WAITING]
        OutboxMessage.objects.filter(pk__in=taken).update(
            state=State.SENDING, claimed_at=now, begun_at=None
        )
    return batch


def _send(batch: list[OutboxMessage]) -> int:
    letters = [m for m in batch if m.channel == Channel.MAIL]
    sent = sum(_hand_over(m, chats.send) for m in batch if m.channel != Channel.MAIL)
    if not letters:
        return sent
    connection = get_connection()
    try:
        connection.open()
        for message in letters:
            sent += _hand_over(message, lambda m: mail.send(m, connection))
    except OSError as error:
        # The server cannot be reached: all of them wait for another try.
        logger.warning("mail server not reached: %s", error)
        for message in letters:
            if message.state == State.WAITING:
                _failed(message, error)
    finally:
        connection.close()
    return sent


def _hand_over(message: OutboxMessage, send: Callable[[OutboxMessage], Any]) -> int:
    message.begun_at = timezone.now()
    message.save(update_fields=["begun_at"])
    try:
        send(message)
    except Refused as error:
        _dead(message, str(error))
        return 0
    except OSError as error:
        _failed(message, error)
        return 0
    except Exception:
        # Whatever it is, another try would end the same, and the others in the batch wait behind it.
        logger.exception("message %s cannot be handed over", message.pk)
        _dead(message, _("It cannot be handed over; the server's log says why."))
        return 0
    message.state, message.sent_at = State.SENT, timezone.now()
    message.attempts += 1
    message.save(update_fields=["state", "sent_at", "attempts"])
    return 1


def _failed(message: OutboxMessage, error: OSError) -> None:
    """Another try after twice the time, or, after three days, none any more."""
    now = timezone.now()
    if now - message.created_at > GIVES_UP:
        _dead(message, str(error))
        return
    wait = wait_after(message.attempts)
    message.attempts += 1
    message.error = str(error)[:500]
    message.state, message.due_at, message.begun_at = State.WAITING, now + wait, None
    message.save(update_fields=["state", "attempts", "error", "due_at", "begun_at"])
    if deliver.get_backend().supports_defer:
        deliver.using(run_after=message.due_at + timedelta(seconds=1)).enqueue()


def _dead(message: OutboxMessage, error: str) -> None:
    """It is not delivered; what a chat did not take goes by mail instead."""
    with transaction.atomic():
        message.state, message.error = State.FAILED, error[:500]
        message.attempts += 1
        message.save(update_fields=["state", "error", "attempts"])
        if message.channel != Channel.MAIL:
            OutboxMessage.objects.bulk_create([_by_mail_instead(message)], ignore_conflicts=True)


def _by_mail_instead(message: OutboxMessage) -> OutboxMessage:
    kept = ("organisation_id", "kind", "to", "subject", "text", "html", "links", "why", "until")
    return OutboxMessage(
        key=f"{message.key[:113]}-mail",
        channel=Channel.MAIL,
        **{name: getattr(message, name) for name in kept},
    )


def take_up_lost() -> int:
    """Look after what a dead process left: tried again, or marked as perhaps sent; how many."""
    before = timezone.now() - LOST_AFTER
    lost = OutboxMessage.objects.filter(state=State.SENDING, claimed_at__lt=before)
    unsure = lost.filter(begun_at__isnull=False, channel=Channel.MAIL).update(
        state=State.UNSURE,
        error=_("The server stopped while it was handed over. It may have arrived."),
    )
    again = lost.update(state=State.WAITING, begun_at=None)
    if again:
        deliver.enqueue()
    return unsure + again


def gather() -> int:
    """Put what waits for a person's digest into one message each; how many digests."""
    now = timezone.now()
    due = OutboxMessage.objects.filter(state=State.WAITING, digest=True, due_at__lte=now)
    due.filter(until__lt=now).update(state=State.LAPSED)
    count = 0
    for address, owner in list(due.order_by().values_list("to", "organisation_id").distinct()):
        with transaction.atomic():
            theirs = held(due, skip=True).filter(to=address, organisation_id=owner)
            messages = list(theirs.order_by("pk"))
            if messages:
                _gathered(messages).save()
                OutboxMessage.objects.filter(pk__in=[m.pk for m in messages]).update(
                    state=State.GATHERED
                )
                count += 1
    return count


def _gathered(messages: list[OutboxMessage]) -> OutboxMessage:
    first = messages[0]
    links: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        for label, address in message.links:
            links[address] = [label, address]
    words = {"messages": messages}
    name = hashlib.sha256(f"{first.to}-{first.pk}".encode()).hexdigest()[:20]
    subject = first.subject if len(messages) == 1 else f"{first.subject} (+{len(messages) - 1})"
    return OutboxMessage(
        organisation_id=first.organisation_id,
        kind="digest",
        key=f"digest-{name}",
        to=first.to,
        subject=subject[:200],
        text=render_to_string("messaging/digest.txt", words),
        html=render_to_string("messaging/digest.html", words),
        links=list(links.values())[:5],
        why=noop("You asked for one message a day."),
        channel=first.channel,
    )
