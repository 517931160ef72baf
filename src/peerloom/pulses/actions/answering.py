"""What people answer: by their link or signed in; the last answer counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from django.db import transaction
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.encryption import wrapped_anew
from peerloom.core.holding import held
from peerloom.core.numbers import whole
from peerloom.participants.models import Participant
from peerloom.programs.models import Pulse
from peerloom.programs.scales import LEAST, MOST, Kind
from peerloom.pulses.errors import NothingSaid, PulseOver
from peerloom.pulses.models import PulseKey, PulseReply
from peerloom.pulses.private import Answers, safe
from peerloom.pulses.queries import asks
from peerloom.pulses.windows import window_of

LONGEST = 1000


@transaction.atomic
def answer(reply: PulseReply, said: Mapping[str, str], *, by: Person) -> PulseReply:
    """Keep what somebody answered, instead of what they answered before.

    Parameters
    ----------
    said
        By key of the item; what was not asked, or is off its scale, is left out.

    Raises
    ------
    PulseOver
        It does not take answers now.
    NothingSaid
        None of it is an answer.
    """
    allow(by, "pulses.answer", reply)
    fresh = held(PulseReply.objects).get(pk=reply.pk)
    window = window_of(reply.pulse)
    if reply.pulse.off or window is None or not window.has(timezone.localdate()):
        raise PulseOver
    kept: Answers = {}
    for item in asks(reply):
        text = said.get(item.key, "").strip()
        if item.kind == Kind.WORDS:
            if text:
                kept[item.key] = text[:LONGEST]
        elif LEAST <= (rate := whole(text, LEAST - 1)) <= MOST:
            kept[item.key] = rate
    if not kept:
        raise NothingSaid
    fresh.answers_sealed = safe(reply.pulse.program).seal(json.dumps(kept, ensure_ascii=False))
    fresh.answered_at, fresh.version = timezone.now(), fresh.version + 1
    fresh.save(update_fields=["answers_sealed", "answered_at", "version"])
    return fresh


@transaction.atomic
def note_answers(pulse: Pulse, answers: Iterable[tuple[Participant, Answers, datetime]]) -> int:
    """Answers of a history that was brought in from elsewhere; how many."""
    box = safe(pulse.program)
    replies = [
        PulseReply(
            pulse=pulse,
            participant=participant,
            asked_at=at,
            letters=1,
            last_letter_at=at,
            answered_at=at if said else None,
            version=1 if said else 0,
            answers_sealed=box.seal(json.dumps(said, ensure_ascii=False)) if said else b"",
        )
        for participant, said, at in answers
    ]
    return len(PulseReply.objects.bulk_create(replies, batch_size=500))


@transaction.atomic
def rewrap_keys() -> int:
    """Wrap every program's key by the server's newest; how many. Raises `Unreadable`."""
    keys = list(held(PulseKey.objects))
    for key in keys:
        key.wrapped = wrapped_anew(cast(bytes, key.wrapped))
    PulseKey.objects.bulk_update(keys, ["wrapped"], batch_size=200)
    return len(keys)
