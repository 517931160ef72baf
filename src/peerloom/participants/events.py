"""Events that this room tells of."""

from __future__ import annotations

from peerloom.core.events import Offered, offer
from peerloom.core.words import later

offer(
    Offered(
        "people.imported", later("People were imported"), "programs.program", "imported people"
    ),
    Offered("participant.applied", later("Somebody joined"), "participants.participant", "applied"),
    Offered(
        "participant.declined",
        later("Somebody was declined"),
        "participants.participant",
        "declined",
    ),
    Offered(
        "participant.stopped",
        later("Somebody paused or left"),
        "participants.participant",
        "stopped",
    ),
    Offered(
        "participant.came_back",
        later("Somebody came back"),
        "participants.participant",
        "came back",
    ),
)
