"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer

offer(
    Offered("partnership.opened", "Partners were brought together"),
    Offered("partnership.ended", "A partnership ended"),
)
