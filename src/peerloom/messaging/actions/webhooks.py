"""Events for other systems: whom they go to, handing them over, trying again."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from peerloom.core.audit import Actor, record
from peerloom.core.encryption import read_by_server, resealed_by_server, sealed_by_server
from peerloom.core.events import OFFERED, Event
from peerloom.core.holding import held
from peerloom.messaging.actions.settling import HookRefused
from peerloom.messaging.models import Webhook, WebhookDelivery
from peerloom.messaging.outside import (
    GIVES_UP,
    hand_over,
    is_receiver,
    new_secret,
    signed,
    wait_after,
)
from peerloom.messaging.refusals import Refused

logger = logging.getLogger(__name__)
State = WebhookDelivery.State
AT_ONCE = 50
MOST_HOOKS = 20
LOST_AFTER = timedelta(minutes=10)
KEPT_FOR = timedelta(days=30)
TEST = "webhook.test"


@transaction.atomic
def add_webhook(
    organisation_id: int, *, name: str, url: str, kinds: Sequence[str], by: Actor
) -> tuple[Webhook, str]:
    """A receiver of events, and its secret, which is shown this once.

    Parameters
    ----------
    kinds
        Of `OFFERED`; none: all, also those that come with a later version.

    Raises
    ------
    HookRefused
        No https address, a kind that is not offered, or too many receivers.
    """
    if not is_receiver(url):
        raise HookRefused(
            _("The receiver's address has to begin with https://. Nothing was changed.")
        )
    if strange := sorted(set(kinds) - set(OFFERED)):
        raise HookRefused(
            _("There is no event '{strange}'. Nothing was changed.").format(strange=strange[0])
        )
    if Webhook.objects.filter(organisation_id=organisation_id).count() >= MOST_HOOKS:
        raise HookRefused(
            _("There are {most_hooks} already. Remove one first.").format(most_hooks=MOST_HOOKS)
        )
    secret = new_secret()
    hook = Webhook.objects.create(
        organisation_id=organisation_id,
        name=name,
        url=url,
        kinds=[k for k in OFFERED if k in kinds],
        secret_sealed=sealed_by_server(secret),
    )
    record(by, "added webhook", hook, organisation_id=organisation_id, name=name)
    return hook, secret


@transaction.atomic
def remove_webhook(hook: Webhook, *, by: Actor) -> None:
    """Nothing goes there any more; what waits is dropped."""
    record(by, "removed webhook", hook, organisation_id=hook.organisation_id, name=hook.name)
    hook.delete()


@transaction.atomic
def turn_webhook(hook: Webhook, on: bool, *, by: Actor) -> Webhook:
    """On again, or off; what happens meanwhile is not told later."""
    hook.off_at = None if on else timezone.now()
    hook.save(update_fields=["off_at"])
    record(
        by,
        "turned on webhook" if on else "turned off webhook",
        hook,
        organisation_id=hook.organisation_id,
        name=hook.name,
    )
    return hook


@transaction.atomic
def try_webhook(hook: Webhook, *, by: Actor) -> WebhookDelivery:
    """An event that says nothing, to see whether it arrives."""
    event = Event(TEST, hook.organisation_id, "webhook", hook.pk, None, by.pk)
    made = _written(hook, event)
    made.save()
    _wake()
    return made


@transaction.atomic
def deliver_again(delivery: WebhookDelivery) -> bool:
    """Another three days of tries, under the same number; False where it is on its way."""
    now = timezone.now()
    over = WebhookDelivery.objects.filter(pk=delivery.pk, state__in=(State.SENT, State.FAILED))
    done = over.update(state=State.WAITING, first_due_at=now, due_at=now, attempts=0, error="")
    if done:
        _wake()
    return bool(done)


def pass_on(events: Sequence[Event]) -> None:
    """Write events down for each receiver that wants them; within the transaction they happen in."""
    owners = {e.organisation_id for e in events}
    hooks = list(Webhook.objects.filter(organisation_id__in=owners, off_at=None))
    made = [
        _written(hook, event)
        for event in events
        for hook in hooks
        if hook.organisation_id == event.organisation_id
        and (not hook.kinds or event.kind in hook.kinds)
    ]
    if made:
        WebhookDelivery.objects.bulk_create(made, batch_size=500)
        _wake()


def _written(hook: Webhook, event: Event) -> WebhookDelivery:
    key = f"evt_{secrets.token_hex(16)}"
    body: dict[str, Any] = {
        "id": key,
        "type": event.kind,
        "at": event.at.isoformat(),
        "organisation_id": event.organisation_id,
        "program_id": event.program_id,
        "subject": {"kind": event.thing, "id": event.thing_id},
        "actor_id": event.actor_id,
        "numbers": dict(event.numbers),
    }
    return WebhookDelivery(hook=hook, key=key, kind=event.kind, body=body)


def _wake() -> None:
    """Send once this is committed; once, however much is to be sent."""
    if not any(f is _send_soon for _, f, *_ in connection.run_on_commit):
        transaction.on_commit(_send_soon)


def _send_soon() -> None:
    deliver_events.enqueue()


@task
def deliver_events() -> int:
    """Send what waits for receivers; safe to run twice and on two machines."""
    sent = 0
    while batch := _claim():
        down: dict[int, datetime] = {}
        for one in batch:
            if again := down.get(one.hook_id):
                # It did not answer a moment ago: others do not wait behind it.
                _put_off(one, again)
            else:
                sent += _hand_over(one)
                if one.state == State.WAITING:
                    down[one.hook_id] = one.due_at
    return sent


def _put_off(one: WebhookDelivery, until: datetime) -> None:
    one.state, one.due_at = State.WAITING, until
    one.save(update_fields=["state", "due_at"])


def _claim() -> list[WebhookDelivery]:
    now = timezone.now()
    with transaction.atomic():
        waiting = held(WebhookDelivery.objects, skip=True)
        due = waiting.filter(state=State.WAITING, due_at__lte=now, hook__off_at=None)
        batch = list(due.select_related("hook").order_by("pk")[:AT_ONCE])
        WebhookDelivery.objects.filter(pk__in=[d.pk for d in batch]).update(
            state=State.SENDING, claimed_at=now
        )
    return batch


def _hand_over(one: WebhookDelivery) -> int:
    body = json.dumps(one.body).encode()
    try:
        secret = read_by_server(cast(bytes, one.hook.secret_sealed))
        one.status = hand_over(one.hook.url, body, signed(secret, one.key, int(time.time()), body))
    except Refused as error:
        if error.gone:
            Webhook.objects.filter(pk=one.hook_id).update(off_at=timezone.now())
        return _failed(one, str(error), for_good=True)
    except OSError as error:
        return _failed(one, str(error))
    except Exception:
        # Whatever it is, another try would end the same, and others wait behind it.
        logger.exception("event %s cannot be handed over", one.key)
        return _failed(
            one, _("It cannot be handed over; the server's log says why."), for_good=True
        )
    one.state, one.sent_at, one.error = State.SENT, timezone.now(), ""
    one.attempts += 1
    one.save(update_fields=["state", "sent_at", "error", "attempts", "status"])
    return 1


def _failed(one: WebhookDelivery, words: str, *, for_good: bool = False) -> int:
    now = timezone.now()
    over = for_good or now - one.first_due_at > GIVES_UP
    one.due_at = now if over else now + wait_after(one.attempts)
    one.state, one.error = (State.FAILED if over else State.WAITING), words[:500]
    one.attempts += 1
    one.save(update_fields=["state", "error", "attempts", "due_at"])
    if not over and deliver_events.get_backend().supports_defer:
        deliver_events.using(run_after=one.due_at + timedelta(seconds=1)).enqueue()
    return 0


def look_after_events() -> int:
    """Take up what a dead process left, offer what is due, forget what is old; how many are due.

    They are sent by a job process: a receiver that takes its time holds up nothing else that is due.
    """
    now = timezone.now()
    lost = WebhookDelivery.objects.filter(state=State.SENDING, claimed_at__lt=now - LOST_AFTER)
    lost.update(state=State.WAITING)
    WebhookDelivery.objects.filter(created_at__lt=now - KEPT_FOR).exclude(
        state=State.SENDING
    ).delete()
    due = WebhookDelivery.objects.filter(
        state=State.WAITING, due_at__lte=now, hook__off_at=None
    ).count()
    if due:
        deliver_events.enqueue()
    return due


def reseal_webhooks() -> int:
    """Seal every receiver's secret with the server's first key; how many."""
    count = 0
    for hook in Webhook.objects.iterator():
        hook.secret_sealed = resealed_by_server(cast(bytes, hook.secret_sealed))
        hook.save(update_fields=["secret_sealed"])
        count += 1
    return count
