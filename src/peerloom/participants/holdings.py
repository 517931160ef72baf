"""What this room holds of a person."""

from __future__ import annotations

from typing import Any

from peerloom.accounts.models import Person
from peerloom.core.holdings import declare
from peerloom.participants.models import Observation, Participant, Ticket


def read(person: Person) -> dict[str, Any]:
    """Their places with all answers and goals, and what managers noticed about them."""
    places = Participant.objects.filter(person=person).select_related(
        "program__organisation", "organisation"
    )
    return {
        "places": [_place(p) for p in places.order_by("pk")],
        # As an author: how often, not about whom.
        "observations_written": Observation.objects.filter(author=person).count(),
    }


def _place(place: Participant) -> dict[str, Any]:
    labels = dict(place.program.questions.values_list("key", "label"))
    return {
        "program": place.program.name,
        "organisation": place.organisation.name,
        "program_run_by": place.program.organisation.name,
        "state": place.get_state_display(),
        "time_zone": place.time_zone,
        "invited": place.invited_at,
        "committed": place.committed_at,
        "applied": place.applied_at,
        "rounds_waited": place.rounds_waited,
        "may_be_found": place.findable,
        "may_cross_to_other_organisations": place.crosses,
        "may_cross_since": place.crosses_at,
        "answers": {labels.get(key, key): cell for key, cell in place.answers.items()},
        "goals": list(place.goals.values("kind", "text", "success", "less", "more")),
        "trainings": list(place.trainings.values("title", "choices", "done_at")),
        "place_by_lot": place.lot,
        "ticket": Ticket.objects.filter(participant=place).values_list("code", flat=True).first(),
        "away": list(place.away.values("first", "last")),
        "observations": list(
            place.observations.values("kind", "text", "tag", "made_on", "author__name")
        ),
    }


declare(
    "participants",
    ("participants.Participant", "participants.Goal", "participants.Away",
     "participants.Observation", "participants.ImportFile", "participants.TrainingProgress",
     "participants.Ticket"),
    read,
)  # fmt: skip
