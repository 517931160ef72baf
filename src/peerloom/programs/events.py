"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer
from peerloom.core.words import later

offer(
    Offered("program.created", later("A program was made"), "programs.program", "created"),
    Offered("program.opened", later("A program was opened"), "programs.program", "opened"),
    Offered("program.closed", later("A program ended"), "programs.program", "closed"),
    Offered(
        "program.policy_changed",
        later("A matching policy was changed"),
        "programs.program",
        "changed policy",
    ),
)
