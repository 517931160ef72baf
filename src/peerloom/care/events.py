"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer
from peerloom.core.words import later

offer(
    Offered("support_request.opened", later("Partners could use help")),
    Offered(
        "support_request.closed", later("Help is no longer needed"), "care.supportrequest", "closed"
    ),
)
