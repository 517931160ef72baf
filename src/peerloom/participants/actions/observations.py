"""What a manager notices about a participant."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.participants.models import Observation, Participant


@transaction.atomic
def observe(
    participant: Participant, *, kind: str, text: str, made_on: date, by: Person, tag: str = ""
) -> Observation:
    """Keep what was noticed. `tag` is all of it that the matching may read."""
    allow(by, "participants.observe", participant)
    seen = Observation.objects.create(
        participant=participant,
        author=by,
        kind=kind,
        text=text,
        # It separates observations in the engine's column.
        tag=tag.replace(";", ",").strip(),
        made_on=made_on,
    )
    record(by, "observed", participant, organisation_id=participant.organisation_id)
    return seen


@transaction.atomic
def remove_observation(observation: Observation, *, by: Person) -> None:
    """Delete what was noticed."""
    participant = observation.participant
    allow(by, "participants.observe", participant)
    record(by, "removed observation", participant, organisation_id=participant.organisation_id)
    observation.delete()
