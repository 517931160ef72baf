"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer

offer(
    Offered("program.created", "A program was made", "programs.program", "created"),
    Offered("program.opened", "A program was opened", "programs.program", "opened"),
    Offered("program.closed", "A program ended", "programs.program", "closed"),
    Offered(
        "program.policy_changed",
        "A matching policy was changed",
        "programs.program",
        "changed policy",
    ),
)
