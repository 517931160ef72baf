"""A program's safeguards."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.programs.actions.holding import hold_program
from peerloom.programs.models import Program
from peerloom.programs.safeguards import SIGNALS, WHEN


@transaction.atomic
def set_safeguards(
    program: Program,
    *,
    early: str,
    sure: str,
    rhythm: str,
    unasked: bool,
    repairs: bool,
    off: Sequence[str],
    by: Person,
) -> Program:
    """How soon care speaks up, and what it may do by itself.

    Parameters
    ----------
    early, sure, rhythm
        Of `WHEN`; another word counts as 'usual'.
    unasked
        From now on the manager hears of a strong signal that holds; of those who join after this.
    off
        Of `SIGNALS`, those that are not looked for.
    """
    allow(by, "programs.change", program)
    fresh = hold_program(program.pk)
    chosen = {"early": early, "sure": sure, "rhythm": rhythm}
    kept = {name: value if value in WHEN else "usual" for name, value in chosen.items()}
    since = fresh.safeguards.get("unasked_since") or timezone.now().isoformat()
    fresh.safeguards = {
        **kept,
        "repairs": repairs,
        "off": [s for s in SIGNALS if s in off],
        **({"unasked_since": since} if unasked else {}),
    }
    fresh.save(update_fields=["safeguards"])
    program.safeguards = fresh.safeguards
    record(by, "set safeguards", program, organisation_id=program.organisation_id)
    return program
