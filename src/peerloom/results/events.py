"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer

offer(
    Offered("results.counted", "Results were counted", "programs.program", "counted results"),
)
