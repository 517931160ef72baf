"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer
from peerloom.core.words import later

offer(
    Offered(
        "person.left",
        later("Somebody left an organisation"),
        "accounts.person",
        "left organisation",
    ),
    Offered("person.erased", later("Somebody was erased"), "accounts.person", "erased"),
    Offered(
        "person.roles_changed",
        later("Somebody's roles were changed"),
        "accounts.person",
        "changed roles",
    ),
)
