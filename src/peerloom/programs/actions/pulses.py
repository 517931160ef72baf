"""What a program's pulses ask, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.programs.errors import PulseRefused
from peerloom.programs.keys import free_key
from peerloom.programs.models import Program, Pulse
from peerloom.programs.scales import BY_KEY

MOST_OWN = 6


@transaction.atomic
def write_pulse(
    program: Program,
    *,
    pulse: Pulse | None = None,
    name: str = "",
    scales: Sequence[str],
    own: Sequence[Mapping[str, object]] = (),
    opens_on: date | None = None,
    closes_on: date | None = None,
    off: bool = False,
    by: Person,
) -> Pulse:
    """Change a pulse, or add one on a day of its own.

    Parameters
    ----------
    scales
        Keys of the library's scales; unknown ones are left out.
    own
        The manager's own statements: ``text``, ``texts`` by language, and the ``key`` it had, so
        that answers given before still belong to it.
    off
        It is not asked.

    Raises
    ------
    PulseRefused
        It would ask nothing, more than people answer in a minute, or has no day to open on.
    """
    allow(by, "programs.change", program)
    pulse = pulse or Pulse(program=program, moment=Pulse.When.OWN)
    taken = {str(s["key"]) for s in pulse.own}
    kept = [s for s in own if str(s.get("text", "")).strip()]
    if len(kept) > MOST_OWN:
        raise PulseRefused(
            _("Up to {most_own} statements of your own: more takes over a minute.").format(
                most_own=MOST_OWN
            )
        )
    pulse.scales = [key for key in BY_KEY if key in set(scales)]
    if pulse.moment == Pulse.When.MEETING:
        # The check-in: the same three questions everywhere, as hats are counted from them.
        pulse.scales, kept, opens_on, closes_on = [], [], None, None
    elif not pulse.scales and not kept:
        raise PulseRefused(_("It asks nothing. Choose a scale or write a statement."))
    if pulse.moment == Pulse.When.OWN and opens_on is None:
        raise PulseRefused(_("Say on which day it opens."))
    if opens_on and closes_on and closes_on < opens_on:
        raise PulseRefused(_("It closes before it opens."))
    if closes_on and not opens_on:
        raise PulseRefused(
            _("Say on which day it opens as well, or leave both to the program's dates.")
        )
    statements = []
    for said in kept:
        key = str(said.get("key") or "")
        if key not in taken:
            key = free_key([*taken, *BY_KEY], str(said["text"]))
            taken.add(key)
        statements.append(
            {"key": key, "text": str(said["text"]).strip(), "texts": said.get("texts") or {}}
        )
    pulse.own, pulse.name = statements, name.strip()
    pulse.opens_on, pulse.closes_on, pulse.off = opens_on, closes_on, off
    pulse.save()
    record(by, "wrote pulse", pulse, organisation_id=program.organisation_id)
    return pulse


@transaction.atomic
def drop_pulse(pulse: Pulse, *, by: Person) -> None:
    """Take a pulse of one's own out, with its answers."""
    allow(by, "programs.change", pulse.program)
    if pulse.moment != Pulse.When.OWN:
        raise PulseRefused(
            _(
                "Only a pulse of your own can be taken out; the others can ask less, or not be asked."
            )
        )
    record(by, "dropped pulse", pulse, organisation_id=pulse.program.organisation_id)
    pulse.delete()
