"""Whether a person's answers may reach the other organisations of a shared program."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.parts import in_parts
from peerloom.participants.actions.letters import write_letters
from peerloom.participants.actions.place import agree
from peerloom.participants.models import Consent, Participant
from peerloom.participants.queries.borders import all_that_crosses, to_ask_to_cross
from peerloom.programs.models import Program


@transaction.atomic
def let_cross(participant: Participant, agreed: bool, *, by: Person) -> Participant:
    """Let other organisations of a shared program have what all of them agreed to, or no longer.

    Without it the person meets people of their own organisation alone; they lose nothing else.
    """
    allow(by, "participants.answer", participant)
    program = participant.program
    participant.cross_asked = all_that_crosses(program, participant.organisation_id)
    participant.crosses = participant.cross_asked if agreed else []
    participant.crosses_at = timezone.now() if agreed else None
    participant.save(update_fields=["crosses", "crosses_at", "cross_asked"])
    labels = dict(program.questions.values_list("key", "label"))
    what = "; ".join(labels.get(key, key) for key in participant.cross_asked)
    agree(participant, Consent.About.CROSSING, agreed, what)
    record(
        by,
        "let answers cross" if agreed else "kept answers at home",
        participant,
        organisation_id=participant.organisation_id,
        fields=participant.crosses,
    )
    return participant


@transaction.atomic
def ask_to_cross(program: Program, *, by: Person) -> int:
    """Write to those of a manager's people who were not asked about what crosses now; each once.

    Returns
    -------
    int
        How many letters were offered to the outbox.
    """
    allow(by, "participants.invite", program)
    people = to_ask_to_cross(program, by)
    record(by, "asked to cross", program, organisation_id=program.organisation_id)
    now, page = timezone.now(), "/places/{place}/other-organisations/"
    sent = write_letters(people, "message_crossing", "crossing", page=page, since=now)
    for part in in_parts(people):
        Participant.objects.filter(pk__in=[p.pk for p in part]).update(cross_letter_at=now)
    return sent
