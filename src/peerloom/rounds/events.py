"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer
from peerloom.core.words import later

offer(
    Offered("round.started", later("A round is being solved"), "rounds.matchinground", "started"),
    Offered("round.published", later("A round was published"), "rounds.matchinground", "published"),
)
