"""A voice before the solve: short lists to rank or refuse, shown evenly, refusals seen by nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.matching import MatchingError, short_lists
from peerloom.matching.quality import gini
from peerloom.messaging.actions import Letter, post
from peerloom.participants.models import Participant
from peerloom.participants.skills import standing_for
from peerloom.partnerships.reasons import Reason, reasons
from peerloom.programs.actions import set_policy
from peerloom.programs.library import WISHED
from peerloom.programs.models import Program
from peerloom.rounds.errors import NobodyToMatch, PolicyRefused, TooManyToAsk
from peerloom.rounds.models import ShortListed
from peerloom.rounds.snapshot import bans_of, looking, policy_of, pool_of

ON_A_LIST = 5
ONE = 1_000_000
AT_ONCE = 5_000  # people whose lists are made while the manager waits, in a few seconds


@dataclass(frozen=True)
class Exposure:
    """How evenly people are shown: how many have lists, and the Gini of how often each is shown."""

    people: int
    answered: int
    gini: float


def ask_for_voices(program: Program, *, named: bool, by: Person) -> Exposure:
    """Make short lists for all who look for a peer, and write to them.

    The policy gets 'their own list' as a wish, to be weighed like others.

    Raises
    ------
    NobodyToMatch, PolicyRefused, TooManyToAsk
        Before anything is changed.
    """
    allow(by, "rounds.start", program)
    people = looking(program)
    if len(people) < 2:
        raise NobodyToMatch(len(people))
    if len(people) > AT_ONCE:
        raise TooManyToAsk(AT_ONCE)
    try:
        made = short_lists(
            pool_of(program, people),
            policy_of(program),
            ON_A_LIST,
            never=bans_of(program, people),
        )
    except MatchingError as error:
        raise PolicyRefused(error.problems) from None
    with transaction.atomic():
        ShortListed.objects.filter(viewer__program=program).delete()
        ShortListed.objects.bulk_create(
            [
                ShortListed(viewer_id=int(viewer), shown_id=int(other), place=place, named=named)
                for viewer, others in made.lists.items()
                for place, other in enumerate(others, 1)
            ],
            batch_size=2000,
        )
        if all(c["kind"] != "rank" for c in program.policy["criterion"]):
            wish = {"kind": "rank", "field": WISHED, "name": "their own list", "weight": "matters"}
            criteria = [*program.policy["criterion"], wish]
            set_policy(program, {**program.policy, "criterion": criteria}, by=by)
        record(by, "asked for voices", program, organisation_id=program.organisation_id)
        post(_letters(program, people), organisation_id=program.organisation_id)
    return Exposure(len(people), 0, made.gini)


def _letters(program: Program, people: Sequence[Participant]) -> list[Letter]:
    today = timezone.now()
    return [
        Letter(
            key=f"voice-{p.pk}-{today:%Y%m%d%H%M%S}",
            kind="voice",
            to=p.person.email,
            subject=f"Whom would you like to meet? {program.name}",
            text=(
                f"{p.person.first_name},\n\nbefore we match, have a look at a few people who would "
                "suit you. You can say whom you would like to meet, and whom rather not: nobody "
                "learns of that. You need not say anything.\n\n"
                f"{settings.SITE_URL}/places/{p.pk}/people/\n"
            ),
        )
        for p in people
    ]


@dataclass(frozen=True)
class ShownPerson:
    """One person of a short list as its viewer sees them."""

    entry: ShortListed
    reason: Reason


def short_list_of(participant: Participant) -> list[ShownPerson]:
    """Whom the participant may say something about: those who still look for a peer."""
    entries = ShortListed.objects.filter(
        viewer=participant, shown__state=Participant.State.LOOKING
    ).select_related("shown__person")
    standing = standing_for(participant.program.organisation_id)
    found = []
    for entry in entries:
        entry.shown.program = participant.program
        why = reasons([participant, entry.shown], standing)[participant.pk]
        found.append(ShownPerson(entry, why))
    return found


@transaction.atomic
def say(participant: Participant, said: Mapping[int, str], *, by: Person) -> None:
    """Keep what a participant says of people on their list.

    Parameters
    ----------
    said
        By participant's number: a rank from 1, 'no' to refuse, '' for neither. People who are not
        on the list are passed over.
    """
    allow(by, "participants.answer", participant)
    entries = list(ShortListed.objects.select_for_update().filter(viewer=participant))
    for entry in entries:
        word = said.get(entry.shown_id, "")
        entry.refused = word == "no"
        entry.rank = int(word) if word.isdigit() and 1 <= int(word) <= ON_A_LIST else None
    ShortListed.objects.bulk_update(entries, ["refused", "rank"])


def exposure(program: Program) -> Exposure | None:
    """How evenly people of the short lists are shown, and how many said something; None without."""
    entries = ShortListed.objects.filter(viewer__program=program)
    rows = list(entries.values_list("viewer_id", "shown_id", "rank", "refused"))
    if not rows:
        return None
    shown: dict[int, int] = {viewer: 0 for viewer, *_ in rows}
    for _, other, *_ in rows:
        shown[other] = shown.get(other, 0) + 1
    # That somebody refused is not told apart from that they ranked.
    answered = {viewer for viewer, _, rank, refused in rows if rank or refused}
    counts = sorted(shown.values())
    return Exposure(len(counts), len(answered), gini(counts) / ONE)
