"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer
from peerloom.core.words import later

offer(
    Offered(
        "results.counted", later("Results were counted"), "programs.program", "counted results"
    ),
)
