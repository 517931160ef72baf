"""A voice before the solve: short lists to rank or refuse, shown evenly, refusals seen by nobody."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.matching import MatchingError, short_lists
from peerloom.participants.actions import write_letters
from peerloom.participants.models import Participant
from peerloom.programs.actions import set_policy
from peerloom.programs.library import WISHED
from peerloom.programs.models import Program
from peerloom.rounds.errors import NobodyToMatch, PolicyRefused, TooManyToAsk
from peerloom.rounds.models import ShortListed
from peerloom.rounds.queries.voices import Exposure
from peerloom.rounds.snapshot import bans_of, looking, policy_of, pool_of

ON_A_LIST = 5
AT_ONCE = 5_000  # people whose lists are made while the manager waits, in a few seconds


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
        write_letters(
            people, "message_voice", "voice", page="/places/{place}/people/", since=timezone.now()
        )
    return Exposure(len(people), 0, made.gini)


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
