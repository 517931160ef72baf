"""What this room holds of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.core.holdings import Keeping, declare, keep
from peerloom.core.words import later
from peerloom.programs.queries import over_before
from peerloom.rounds.forgetting import forget_pools, take_out
from peerloom.rounds.models import MatchingRound, PairRule, Proposal, ShortListed, UnplacedPerson


def read(person: Person) -> dict[str, Any]:
    """Rounds they were in, and what they said of people on their own lists; nobody else's word."""
    mine = ShortListed.objects.filter(viewer__person=person)
    ruled = PairRule.objects.filter(first__person=person) | PairRule.objects.filter(
        second__person=person
    )
    return {
        "short_list": [
            {
                "person": entry.shown.person.name if entry.named else _("somebody without a name"),
                "rank": entry.rank,
                "rather_not": entry.refused,
            }
            for entry in mine.select_related("shown__person")
        ],
        "proposed": list(
            Proposal.objects.filter(
                members__person=person, matching_round__published_at__isnull=False
            ).values("matching_round__program__name", "matching_round__number", "score")
        ),
        "without_a_peer": list(
            UnplacedPerson.objects.filter(
                participant__person=person, matching_round__published_at__isnull=False
            ).values("matching_round__program__name", "matching_round__number", "reason")
        ),
        "pinned_or_kept_apart_by_a_manager": ruled.count(),
        "rounds_published": MatchingRound.objects.filter(published_by=person).count(),
    }


def erase(person: Person) -> None:
    """Their answers in rounds that were solved, and every word about them; who met whom stays."""
    take_out(person)
    MatchingRound.objects.filter(published_by=person).update(published_by=None)


def forget(organisation_id: int, before: datetime) -> int:
    """The answers that rounds of programs long over were solved on."""
    return forget_pools(over_before(organisation_id, before))


declare(
    "rounds",
    ("rounds.MatchingRound", "rounds.PairRule", "rounds.ShortListed", "rounds.Proposal",
     "rounds.UnplacedPerson"),
    read,
    erase,
)  # fmt: skip
keep(
    Keeping(
        "rounds",
        later("Answers as a round was solved on"),
        later("so that anybody may check the round"),
        later("the program's end"),
        24,
        forget,
    )
)
