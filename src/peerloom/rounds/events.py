"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer

offer(
    Offered("round.started", "A round is being solved", "rounds.matchinground", "started"),
    Offered("round.published", "A round was published", "rounds.matchinground", "published"),
)
