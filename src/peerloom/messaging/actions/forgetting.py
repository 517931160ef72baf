"""Taking the words out of letters that name somebody who was erased."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop as noop

from peerloom.messaging.models import OutboxMessage

# Kept in English, read in the language of whoever reads.
WORDS = noop("This message named somebody who is known here no longer, so its words are gone.")
_OPEN = (OutboxMessage.State.WAITING, OutboxMessage.State.SENDING)


def forget_names(names: Collection[str], *, to: Collection[str] | None = None) -> int:
    """Take the words out of letters with any of these names; those that wait go first.

    Parameters
    ----------
    to
        Addresses of those whose letters are looked through; None for everybody's.

    Returns
    -------
    int
        Of how many letters.
    """
    letters = OutboxMessage.objects.all() if to is None else OutboxMessage.objects.filter(to__in=to)
    wanted = Q()
    for name in names:
        wanted |= Q(text__contains=name) | Q(subject__contains=name) | Q(html__contains=name)
    if not wanted:
        return 0
    whole = re.compile("|".join(rf"(?<!\w){re.escape(n)}(?!\w)" for n in names))
    found = [
        m.pk
        for m in letters.filter(wanted).only("pk", "text", "subject", "html").iterator()
        if whole.search(f"{m.subject}\n{m.text}\n{m.html}")
    ]
    mine = OutboxMessage.objects.filter(pk__in=found)
    mine.filter(state__in=_OPEN).update(once=True)
    _blank(mine.exclude(state__in=_OPEN))
    return len(found)


def forget_sent() -> int:
    """Take the words out of letters that were only to be sent once more; of how many."""
    return _blank(OutboxMessage.objects.filter(once=True).exclude(state__in=_OPEN))


def _blank(letters: QuerySet[OutboxMessage]) -> int:
    return letters.update(
        subject=noop("A message"), text=WORDS, html="", calendar="", links=[], once=False
    )
