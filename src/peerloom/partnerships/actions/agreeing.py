"""The agreement: drafted by all, accepted by all, kept in versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from django.db import transaction
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.partnerships.actions.meetings import writable
from peerloom.partnerships.actions.writing import checked
from peerloom.partnerships.errors import NothingSaid, TextConflict
from peerloom.partnerships.models import TOPICS, Acceptance, Agreement, Partnership
from peerloom.partnerships.private import safe

MOST = 4000


def draft_of(partnership: Partnership) -> Agreement:
    """The version being written: the newest, or a new one made from the accepted."""
    newest = partnership.agreements.first()
    if newest is not None and newest.accepted_at is None:
        return newest
    return Agreement.objects.create(
        partnership=partnership,
        number=newest.number + 1 if newest else 1,
        text_sealed=newest.text_sealed if newest else b"",
    )


@transaction.atomic
def write_agreement(
    partnership: Partnership, said: Mapping[str, str], *, seen: tuple[int, int], by: Person
) -> Agreement:
    """Change the draft; a yes that was given to it before is taken away.

    Parameters
    ----------
    said
        Text by topic; topics that are not known are passed over.
    seen
        Number and version of the draft that was changed.

    Raises
    ------
    TextConflict
        Somebody changed it since, with what they wrote as `theirs` (JSON by topic).
    TooLong
    """
    member = writable(partnership, by)
    texts = {k: checked(said.get(k, ""), MOST, needed=False) for k in TOPICS}
    draft, box = draft_of(partnership), safe(partnership)
    now = box.read(cast(bytes, draft.text_sealed))
    if texts == (json.loads(now) if now else dict.fromkeys(TOPICS, "")):
        return draft
    if (draft.number, draft.version) != seen:
        raise TextConflict(now or "{}", draft.version)
    draft.text_sealed = box.seal(json.dumps(texts, ensure_ascii=False))
    draft.version += 1
    draft.changed_by = member
    draft.save()
    draft.acceptances.all().delete()
    return draft


@transaction.atomic
def accept_agreement(partnership: Partnership, *, seen: tuple[int, int], by: Person) -> Agreement:
    """Say yes to the draft as one has read it; with everybody's yes it holds.

    Raises
    ------
    TextConflict
        It was changed since.
    NothingSaid
        It is empty.
    """
    member = writable(partnership, by)
    newest = partnership.agreements.first()
    if newest is None or not newest.text_sealed:
        raise NothingSaid
    if (newest.number, newest.version) != seen:
        text = safe(partnership).read(cast(bytes, newest.text_sealed))
        raise TextConflict(text, newest.version)
    Acceptance.objects.get_or_create(agreement=newest, member=member)
    yes = set(newest.acceptances.values_list("member", flat=True))
    if newest.accepted_at is None and yes == set(partnership.parts.values_list("pk", flat=True)):
        newest.accepted_at = timezone.now()
        newest.save(update_fields=["accepted_at"])
    return newest
