"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer

offer(
    Offered("people.imported", "People were imported", "programs.program", "imported people"),
    Offered("participant.applied", "Somebody joined", "participants.participant", "applied"),
    Offered(
        "participant.declined", "Somebody was declined", "participants.participant", "declined"
    ),
    Offered(
        "participant.stopped", "Somebody paused or left", "participants.participant", "stopped"
    ),
    Offered("participant.came_back", "Somebody came back", "participants.participant", "came back"),
)
