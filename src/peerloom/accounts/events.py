"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer

offer(
    Offered("person.left", "Somebody left an organisation", "accounts.person", "left organisation"),
    Offered("person.erased", "Somebody was erased", "accounts.person", "erased"),
    Offered(
        "person.roles_changed", "Somebody's roles were changed", "accounts.person", "changed roles"
    ),
)
