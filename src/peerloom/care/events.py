"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer

offer(
    Offered("support_request.opened", "Partners could use help"),
    Offered("support_request.closed", "Help is no longer needed", "care.supportrequest", "closed"),
)
