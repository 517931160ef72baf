"""On PostgreSQL: in every transaction of every test rows are held in one order.

Two that hold the same rows in two orders can wait for each other; the database then ends one of them.
No test meets that by chance, so each statement that holds a row is looked at instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

ORDER = (
    "accounts_organisation",
    "accounts_person",
    "programs_program",
    "participants_participant",
    "partnerships_partnership",
)
# Two of these in one transaction, in any order, by whoever holds what they belong to.
WITHIN = {
    "programs_program": {
        "programs_partnerorganisation",
        "participants_draw",
        "rounds_matchinground",
        "care_repairing",
        "participants_participant",
        "partnerships_partnership",
    },
    "partnerships_partnership": {
        "partnerships_partnershipmember",
        "partnerships_meeting",
        "partnerships_checkin",
    },
}
# These two have an order of their own.
ORDERED = {"participants_participant", "partnerships_partnership"}
HOLDS = (
    re.compile(r'^SELECT .*? FROM "(\w+)".* FOR (?:NO KEY )?UPDATE', re.S),
    re.compile(r'^UPDATE "(\w+)"'),
    re.compile(r'^DELETE FROM "(\w+)"'),
)


class WrongOrder(AssertionError):
    """A transaction holds rows in another order than all others."""


class Order:
    """Looks at each statement; `connection.execute_wrapper(Order())`."""

    def __init__(self) -> None:
        self.transaction: Any = None
        self.held: list[str] = []

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        blocks = context["connection"].atomic_blocks
        # A test's own transaction, which is rolled back, is nobody's.
        outer = next((b for b in blocks if not b._from_testcase), None)
        if outer is not self.transaction:
            self.transaction, self.held = outer, []
        if outer is not None:
            for found in filter(None, (h.match(sql) for h in HOLDS)):
                self._hold(found.group(1))
        return execute(sql, params, many, context)

    def _hold(self, table: str) -> None:
        if table in self.held:
            return
        held = self.held
        if table in ORDER:
            after = [t for t in held if t in ORDER and ORDER.index(t) > ORDER.index(table)]
            if after:
                raise WrongOrder(f"{table} after {after[0]}; held: {', '.join(held)}")
        for whole, parts in WITHIN.items():
            others = parts & set(held)
            if table in parts and others and whole not in held and {table, *others} != ORDERED:
                raise WrongOrder(f"{table} without {whole}; held: {', '.join(held)}")
        held.append(table)
