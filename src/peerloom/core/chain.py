"""The audit log as a chain: each entry's mark binds it to all before, so that none can be changed.

The mark is HMAC-SHA256 of the mark before and the entry, with a key that the server's own keys wrap
(Schneier and Kelsey 1999, 'Secure audit logs to support computer forensics'). Entries are written
without one, in the transaction of what they tell of, and bound a minute later by one process: so
no two transactions wait for each other. The database refuses to change or delete what was written.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.db import transaction
from django.utils import timezone

from peerloom.core.encryption import key_of, new_wrapped_key, wrapped_anew
from peerloom.core.holding import held
from peerloom.core.models import AuditEntry, AuditKey

AT_ONCE = 2000
# By then an entry is bound, where `peerloom tick` runs.
LATE = timedelta(minutes=10)
MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Checked:
    """What a check of the log found.

    Attributes
    ----------
    place, mark
        The chain's last entry. Kept elsewhere, they show later that nothing was cut off.
    waiting
        Entries not bound yet.
    problems
        In words; none where the log is whole.
    """

    place: int
    mark: str
    waiting: int
    problems: list[str]


def bind_log() -> int:
    """Bind what was written since; how many entries. Safe to run twice and on several machines."""
    count = 0
    while done := _bind_some():
        count += done
    return count


@transaction.atomic
def _bind_some() -> int:
    fresh = list(AuditEntry.objects.filter(place=None).order_by("pk")[:AT_ONCE])
    if not fresh:
        return 0
    if not AuditKey.objects.exists():
        AuditKey.objects.get_or_create(pk=1, defaults={"wrapped": new_wrapped_key()})
    key = held(AuditKey.objects).get(pk=1)
    # Another process may have bound some while this one waited.
    fresh = list(AuditEntry.objects.filter(place=None).order_by("pk")[:AT_ONCE])
    secret = key_of(cast(bytes, key.wrapped))
    for entry in fresh:
        key.place += 1
        entry.place = key.place
        key.mark = entry.mark = _mark(secret, key.mark, entry)
    AuditEntry.objects.bulk_update(fresh, ["place", "mark"], batch_size=200)
    key.save(update_fields=["place", "mark"])
    return len(fresh)


def check_log(known: tuple[int, str] | None = None) -> Checked:
    """Go through the whole chain.

    Parameters
    ----------
    known
        Place and mark that an earlier check told: they must be in the chain still.

    Raises
    ------
    Unreadable
        The server's keys are not those that wrap the chain's.
    """
    key = AuditKey.objects.filter(pk=1).first()
    bound = AuditEntry.objects.exclude(place=None)
    problems: list[str] = []
    place, mark = 0, ""
    if key is None:
        if bound.exists() or known:
            problems.append("The chain's key is gone from the database; nothing can be checked.")
    else:
        secret = key_of(cast(bytes, key.wrapped))
        for entry in bound.order_by("place").iterator(chunk_size=AT_ONCE):
            if entry.place != place + 1:
                problems.append(f"Between {place:,} and {entry.place:,} entries are missing.")
            elif not hmac.compare_digest(entry.mark, _mark(secret, mark, entry)):
                problems.append(f"Entry {entry.place:,} is not as it was written.")
            place, mark = entry.place or 0, entry.mark
            if known and known[0] == place and known[1] != mark:
                problems.append(f"Entry {place:,} is another than the one that was known.")
            if len(problems) >= MOST_PROBLEMS:
                break
        else:
            if (key.place, key.mark) != (place, mark):
                problems.append(f"The chain went to {key.place:,}; what is left ends at {place:,}.")
            if known and known[0] > place:
                problems.append(f"Entry {known[0]:,} was known and is gone.")
    waiting = AuditEntry.objects.filter(place=None)
    late = waiting.filter(at__lt=timezone.now() - LATE).count()
    if late:
        problems.append(f"{late:,} entries wait to be bound: does `peerloom tick` run?")
    return Checked(place, mark, waiting.count(), problems)


def rewrap_chain() -> int:
    """Wrap the chain's key by the server's newest; how many keys. Raises `Unreadable`."""
    count = 0
    for key in AuditKey.objects.all():
        key.wrapped = wrapped_anew(cast(bytes, key.wrapped))
        key.save(update_fields=["wrapped"])
        count += 1
    return count


def _mark(secret: bytes, before: str, entry: AuditEntry) -> str:
    told = [entry.place, entry.organisation_id, entry.actor_id, entry.verb, entry.thing,
            entry.thing_id, entry.details, entry.at.isoformat()]  # fmt: skip
    text = before + json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hmac.new(secret, text.encode(), "sha256").hexdigest()
