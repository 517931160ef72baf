"""Holding a program: one after the other whoever changes who takes part in it, and with whom.

What is held in one transaction is held in one order, so that no two wait for each other: organisation,
person, program, its people, a partnership; what belongs to a program or a partnership once that is held.
"""

from __future__ import annotations

from collections.abc import Iterable

from peerloom.core.holding import held
from peerloom.programs.models import Program


def hold_program(number: int) -> Program:
    """The program as it is now, held until the transaction ends; rows that name it may still come."""
    return held(Program.objects).get(pk=number)


def hold_programs(numbers: Iterable[int]) -> list[Program]:
    """The same of several."""
    rows = held(Program.objects).filter(pk__in=list(numbers))
    return list(rows.order_by("pk"))
