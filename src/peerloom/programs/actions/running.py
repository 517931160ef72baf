"""Dates and rhythm, the policy, and opening."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.programs.actions.holding import hold_program
from peerloom.programs.errors import NotReadyToOpen
from peerloom.programs.library import with_format
from peerloom.programs.models import Program

# From a program's last day until its last pulse is answered and its end is done.
AFTER = timedelta(weeks=6)


@transaction.atomic
def change_format(
    program: Program,
    *,
    starts_on: date | None,
    ends_on: date | None,
    apply_by: date | None,
    cadence: str,
    meeting_minutes: int,
    trios: bool,
    by: Person,
    size: tuple[int, int] = (2, 2),
    protected: tuple[int, str] | None = None,
) -> Program:
    """Change dates, rhythm, and whether people meet in pairs or in circles of a size.

    Parameters
    ----------
    protected
        One time of the week kept free for everybody's meetings: quarter of the local week, zone.
    """
    allow(by, "programs.change", program)
    program.starts_on, program.ends_on, program.apply_by = starts_on, ends_on, apply_by
    program.cadence, program.meeting_minutes, program.trios = cadence, meeting_minutes, trios
    program.protected_quarter, program.protected_zone = protected or (None, "")
    program.circle_least, program.circle_most = size
    program.policy = with_format(program.policy, trios=trios, size=size)
    # Nothing else: the program may have gone on since it was read.
    program.save(
        update_fields=[
            "starts_on", "ends_on", "apply_by", "cadence", "meeting_minutes", "trios",
            "protected_quarter", "protected_zone", "circle_least", "circle_most", "policy",
        ]
    )  # fmt: skip
    record(by, "changed format", program, organisation_id=program.organisation_id)
    return program


@transaction.atomic
def set_policy(program: Program, policy: dict[str, Any], *, by: Person) -> Program:
    """Keep a policy that the engine has accepted (see `rounds.policies`)."""
    allow(by, "programs.change", program)
    program.policy = policy
    program.save(update_fields=["policy"])
    record(by, "changed policy", program, organisation_id=program.organisation_id)
    return program


@transaction.atomic
def open_program(program: Program, *, by: Person) -> Program:
    """Let people join; one that runs or is over stays as it is.

    Raises
    ------
    NotReadyToOpen
        What is missing, by name.
    """
    allow(by, "programs.change", program)
    now = hold_program(program.pk).state
    if now in (Program.State.RUNNING, Program.State.CLOSED):
        program.state = now
        return program
    missing = []
    if not program.purpose.strip():
        missing.append(_("a purpose in a sentence or two"))
    if not (program.starts_on and program.ends_on):
        missing.append(_("a first and a last day"))
    if not program.asked.exists():
        missing.append(_("at least one question"))
    if missing:
        raise NotReadyToOpen(missing)
    program.state = Program.State.RECRUITING
    program.save(update_fields=["state"])
    record(by, "opened", program, organisation_id=program.organisation_id)
    return program


def start_running(program: Program) -> None:
    """The first partnerships are open."""
    if program.state in (Program.State.DRAFT, Program.State.RECRUITING):
        program.state = Program.State.RUNNING
        program.save(update_fields=["state"])


def close_over() -> int:
    """Close programs whose last pulse is long over; how many. What was written stays to be read."""
    over = Program.objects.filter(
        state=Program.State.RUNNING, ends_on__lt=timezone.localdate() - AFTER
    )
    count = 0
    for number in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            one = held(over).filter(pk=number).first()
            if one:
                one.state = Program.State.CLOSED
                one.save(update_fields=["state"])
                record(None, "closed", one, organisation_id=one.organisation_id)
                count += 1
    return count
