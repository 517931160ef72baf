"""Writing to the outbox: by which channel and when, as the person likes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from peerloom.core.parts import in_parts
from peerloom.messaging.actions.delivering import deliver
from peerloom.messaging.models import Channel, Mailbox, OrganisationHook, OutboxMessage
from peerloom.messaging.quiet import next_digest, waits_until
from peerloom.messaging.reasons import WHY

State = OutboxMessage.State


@dataclass(frozen=True)
class Letter:
    """A message to be written to the outbox.

    Attributes
    ----------
    links
        What its reader may do, as (label, address): chats show buttons.
    why
        Why it is sent, in words for the one who gets it.
    calm
        It can wait for the end of quiet hours and for a digest.
    until
        After this it is of no use and is not sent any more.
    zone
        The reader's zone, where they have not said one of their own.
    mail_only
        It goes by mail whatever the person likes better, as those with a calendar part always do.
    """

    key: str
    kind: str
    to: str
    subject: str
    text: str
    html: str = ""
    calendar: str = ""
    links: Sequence[tuple[str, str]] = field(default=())
    why: str = ""
    calm: bool = False
    until: datetime | None = None
    zone: str = "UTC"
    mail_only: bool = False

    def __post_init__(self) -> None:
        # A rendered template counts as safe HTML; plain text must never be taken for that.
        object.__setattr__(self, "text", "".join(self.text))
        # A header is one line, whatever a name or a title has in it.
        object.__setattr__(self, "subject", " ".join(self.subject.split()))


def post(letters: Iterable[Letter], *, organisation_id: int) -> int:
    """Put letters in the outbox, once each by key; they go after the transaction.

    Returns
    -------
    int
        How many were offered; those whose key is known already are left as they are.
    """
    letters = list(letters)
    if not letters:
        return 0
    boxes: dict[str, Mailbox] = {}
    addresses = sorted({letter.to for letter in letters})
    for part in in_parts(addresses):
        boxes |= {box.address: box for box in Mailbox.objects.filter(address__in=part)}
    hooked = OrganisationHook.objects.filter(organisation_id=organisation_id).exists()
    rows = [
        _row(letter, boxes.get(letter.to) or Mailbox(), organisation_id, hooked)
        for letter in letters
    ]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    transaction.on_commit(partial(deliver.enqueue))
    return len(rows)


def _row(letter: Letter, box: Mailbox, organisation_id: int, hooked: bool) -> OutboxMessage:
    channel = Channel(box.channel)
    if letter.calendar or letter.mail_only or (channel == Channel.HOOK and not hooked):
        channel = Channel.MAIL
    now = timezone.now()
    zone = box.time_zone or letter.zone
    gathered = letter.calm and box.digest
    due = now
    if gathered:
        due = next_digest(now, box, zone)
    elif letter.calm:
        due = waits_until(now, box, zone)
    return OutboxMessage(
        organisation_id=organisation_id,
        key=letter.key,
        kind=letter.kind,
        to=letter.to,
        subject=letter.subject[:200],
        text=letter.text,
        html=letter.html,
        calendar=letter.calendar,
        links=[list(link) for link in letter.links],
        why=letter.why or WHY.get(letter.kind, ""),
        calm=letter.calm,
        digest=gathered,
        channel=channel,
        due_at=due,
        until=letter.until,
    )


def withdraw(keys: Iterable[str]) -> int:
    """Take back what has not gone yet, as it is no longer true; how many."""
    waiting = OutboxMessage.objects.filter(state=State.WAITING)
    return sum(
        waiting.filter(key__in=part).update(state=State.LAPSED) for part in in_parts(list(keys))
    )
