"""An organisation leaves a shared program, or is parted with, and takes its people's data along."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.messaging.actions import Letter, post
from peerloom.participants.actions import rehome
from peerloom.participants.models import Participant
from peerloom.partnerships.actions import part_members
from peerloom.programs.actions import hold_program, split_off
from peerloom.programs.errors import SharingRefused
from peerloom.programs.letters import ProgramWords, compose
from peerloom.programs.models import PartnerOrganisation, Program
from peerloom.rounds.forgetting import forget_words_about, set_aside
from peerloom.rounds.models import Proposal
from peerloom.rounds.queries.parting import partnerships_across


@dataclass(frozen=True)
class Parted:
    """What came of it: the program that the organisation goes on with, and how many moved there."""

    program: Program
    people: int
    ended: int


@transaction.atomic
def part_ways(part: PartnerOrganisation, *, by: Person) -> Parted:
    """An organisation goes on alone, with its people, their answers, and what they have together.

    Partnerships with people of the others end, or go on without them in a circle that is left with
    two or more; their members are told and look for a peer again. Rounds keep their figures and lose
    the answers they were solved with.

    Raises
    ------
    SharingRefused
        It has left already, or it is the organisation that runs the program.
    """
    allow(by, "programs.part_ways", part)
    program = hold_program(part.program_id)
    parts = held(PartnerOrganisation.objects)
    fresh = parts.select_related("program__organisation", "organisation").get(pk=part.pk)
    if fresh.state != PartnerOrganisation.State.JOINED:
        raise SharingRefused(_("This organisation has left already. Nothing was changed."))
    if fresh.organisation_id == program.organisation_id:
        raise SharingRefused(_("The organisation that runs a program cannot leave it."))
    list(held(program.participants).order_by("pk").values_list("pk"))
    leaving = program.participants.filter(organisation=fresh.organisation)
    people = set(leaving.values_list("pk", flat=True))
    across = list(partnerships_across(fresh))
    _forget(program, leaving, people)
    own = split_off(fresh)
    letters: list[Letter] = []
    for partnership in across:
        for alone in part_members(partnership, people, forget=True):
            letters.append(_letter(alone, partnership.pk))
    staying = program.participants.exclude(organisation=fresh.organisation)
    together = program.partnerships.filter(members__in=leaving).exclude(members__in=staying)
    together.update(program=own)
    rehome(fresh.program, own.organisation, own)
    post(letters, organisation_id=program.organisation_id)
    for owner in (program.organisation_id, own.organisation_id):
        record(by, "parted", fresh, organisation_id=owner, people=len(people))
    return Parted(own, len(people), len(across))


def _forget(program: Program, leaving: QuerySet[Participant], people: set[int]) -> None:
    """Take what rounds hold of these people; a round not published yet is set aside."""
    for matching_round in held(program.rounds).select_related("job"):
        set_aside(matching_round)
        result = matching_round.result
        if result and people & {int(i) for i in result["pool"]["ids"]}:
            matching_round.result = {k: v for k, v in result.items() if k != "pool"}
            matching_round.parted_at = timezone.now()
        matching_round.save(update_fields=["state", "result", "parted_at"])
    Proposal.objects.filter(members__in=leaving).delete()
    forget_words_about(leaving)


def _letter(participant: Participant, partnership: int) -> Letter:
    program = participant.program
    return compose(
        ProgramWords(program).say("message_parted", participant.person),
        program,
        participant.person,
        key=f"parted-{partnership}-{participant.pk}",
        kind="parted",
        link=f"{settings.SITE_URL}/home/",
    )
