"""How people and organisations want to be written to; what an admin does about what did not arrive."""

from __future__ import annotations

from typing import cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.core.audit import Actor, record
from peerloom.core.encryption import resealed_by_server, sealed_by_server
from peerloom.core.holding import held
from peerloom.messaging.actions.delivering import deliver
from peerloom.messaging.chats import fits
from peerloom.messaging.models import Channel, Mailbox, OrganisationHook, OutboxMessage
from peerloom.messaging.outside import new_secret

State = OutboxMessage.State
HOURS = 24


class HookRefused(Exception):
    """An address that nothing can be sent to; its words are for people."""


@transaction.atomic
def set_mailbox(
    address: str,
    *,
    channel: str,
    hook: str | None,
    quiet_from: int,
    quiet_until: int,
    weekends: bool,
    digest: bool,
    time_zone: str,
    reach_at: str = "",
) -> Mailbox:
    """How a person wants to hear from us.

    Parameters
    ----------
    hook
        The address of an incoming webhook; None or empty leaves the one that is kept.
    reach_at
        A link by which their partners reach them in a chat.

    Raises
    ------
    HookRefused
        A chat without an address, or an address that is not one of that chat's.
    """
    box, _made = held(Mailbox.objects).get_or_create(address=address)
    chosen = Channel(channel)
    if chosen in (Channel.SLACK, Channel.TEAMS):
        if hook and not fits(chosen, hook):
            raise HookRefused(
                _(
                    "This is not the address of an incoming webhook of {label}. Nothing was changed."
                ).format(label=chosen.label)
            )
        if not hook and (not box.hook_sealed or box.channel != chosen):
            raise HookRefused(
                _(
                    "Paste the address of your incoming webhook of {label}. Nothing was changed."
                ).format(label=chosen.label)
            )
        if hook:
            box.hook_sealed = sealed_by_server(hook)
    else:
        box.hook_sealed = b""
    box.channel = chosen
    box.quiet_from, box.quiet_until = quiet_from % HOURS, quiet_until % HOURS
    box.weekends, box.digest, box.time_zone = weekends, digest, time_zone
    box.reach_at = reach_at
    box.save()
    return box


@transaction.atomic
def set_hook(organisation_id: int, url: str, *, by: Actor) -> str:
    """An organisation's own receiver; its new secret, which is shown this once.

    Raises
    ------
    HookRefused
        Not an https address (or one that the server's admin lets through).
    """
    if not fits(Channel.HOOK, url):
        raise HookRefused(
            _("The receiver's address has to begin with https://. Nothing was changed.")
        )
    secret = new_secret()
    hook, _made = OrganisationHook.objects.update_or_create(
        organisation_id=organisation_id,
        defaults={"url": url, "secret_sealed": sealed_by_server(secret)},
    )
    record(by, "set receiver", hook, organisation_id=organisation_id)
    return secret


@transaction.atomic
def remove_hook(organisation_id: int, *, by: Actor) -> None:
    """Nothing goes there any more; people who had chosen it hear by mail."""
    for hook in OrganisationHook.objects.filter(organisation_id=organisation_id):
        record(by, "removed receiver", hook, organisation_id=organisation_id)
        hook.delete()


@transaction.atomic
def send_again(message: OutboxMessage) -> bool:
    """Another try for what failed or perhaps went; False where it went meanwhile."""
    stuck = OutboxMessage.objects.filter(pk=message.pk, state__in=(State.FAILED, State.UNSURE))
    now = timezone.now()
    # A fresh three days.
    done = stuck.update(
        state=State.WAITING, due_at=now, created_at=now, attempts=0, error="", until=None
    )
    if done:
        transaction.on_commit(deliver.enqueue)
    return bool(done)


def reseal() -> int:
    """Seal every secret of this room with the server's first key; how many."""
    count = 0
    for box in Mailbox.objects.exclude(hook_sealed=b"").iterator():
        box.hook_sealed = resealed_by_server(cast(bytes, box.hook_sealed))
        box.save(update_fields=["hook_sealed"])
        count += 1
    for hook in OrganisationHook.objects.iterator():
        hook.secret_sealed = resealed_by_server(cast(bytes, hook.secret_sealed))
        hook.save(update_fields=["secret_sealed"])
        count += 1
    return count
