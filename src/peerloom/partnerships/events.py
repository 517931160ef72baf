"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer
from peerloom.core.words import later

offer(
    Offered("partnership.opened", later("Partners were brought together")),
    Offered("partnership.ended", later("A partnership ended")),
)
