"""Bringing people in: invitations and their letters."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from peerloom.accounts.actions import Newcomer, ensure_participants
from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.parts import in_parts
from peerloom.messaging.actions import Letter, post
from peerloom.participants.models import Participant
from peerloom.participants.queries.places import people_of
from peerloom.programs.letters import ProgramWords, cadence_words, compose, language_for
from peerloom.programs.models import Program
from peerloom.programs.queries import side_of

State = Participant.State


@transaction.atomic
def invite(program: Program, people: Sequence[Participant], *, by: Person) -> int:
    """Send each of one's own people an invitation; nobody gets the same one twice.

    Returns
    -------
    int
        How many letters were offered to the outbox.
    """
    allow(by, "participants.invite", program)
    own = set(people_of(program, by).values_list("pk", flat=True))
    people = [p for p in people if p.pk in own]
    said = ProgramWords(program)
    letters = [_invitation(p, said) for p in people if p.state == State.INVITED]
    fresh = program.participants.filter(state=State.INVITED, invited_at__isnull=True)
    for part in in_parts(people):
        fresh.filter(pk__in=[p.pk for p in part]).update(invited_at=timezone.now())
    record(by, "invited", program, organisation_id=program.organisation_id, people=len(letters))
    return post(letters, organisation_id=program.organisation_id)


@transaction.atomic
def add_person(program: Program, *, email: str, name: str, by: Person) -> Participant:
    """Invite one person; somebody who has a place already keeps it as it is."""
    allow(by, "participants.invite", program)
    side, address = side_of(program, by), email.lower()
    assert side is not None
    there = program.participants.select_related("person", "program").filter(person__email=address)
    if participant := there.first():
        return participant
    person = ensure_participants(side, [Newcomer(address, name)])[address]
    # Two managers may bring in the same person at once.
    participant, made = Participant.objects.get_or_create(
        program=program,
        person=person,
        defaults={"organisation": side, "state": State.INVITED},
    )
    if made:
        invite(program, [participant], by=by)
    return participant


def _invitation(participant: Participant, own: ProgramWords) -> Letter:
    program, person = participant.program, participant.person
    language = language_for(person, program)
    return compose(
        own.say("message_invitation", person),
        program,
        person,
        key=f"invitation-{participant.pk}",
        kind="invitation",
        link=f"{settings.SITE_URL}/p/{program.slug}/",
        marks={
            "purpose": program.purpose,
            "cadence": cadence_words(program.cadence, language),
            "minutes": str(program.meeting_minutes),
        },
    )
