"""The safe of a program's answers; they are read together, to be counted."""

from __future__ import annotations

import json
from typing import Any, cast

from peerloom.core.encryption import Safe, new_wrapped_key, safe_of
from peerloom.programs.models import Program
from peerloom.pulses.models import PulseKey, PulseReply

Answers = dict[str, Any]


def safe(program: Program) -> Safe:
    """The program's safe; its key is made when it is first needed, once."""
    key = PulseKey.objects.filter(program=program).first()
    if key is None:
        key, _ = PulseKey.objects.get_or_create(
            program=program, defaults={"wrapped": new_wrapped_key()}
        )
    return safe_of(cast(bytes, key.wrapped))


def answers_of(box: Safe, reply: PulseReply) -> Answers:
    """What somebody answered: by key of the item, from 1 to 5, or words."""
    text = box.read(reply.answers_sealed)
    return dict(json.loads(text)) if text else {}
