"""Holding a round while something is done with it."""

from __future__ import annotations

from peerloom.core.holding import held
from peerloom.rounds.models import MatchingRound


def hold_round(matching_round: MatchingRound) -> MatchingRound:
    """The round as it is now, held until the transaction ends.

    Without what it was solved on, which is long; that is read where it is needed.
    """
    rounds = held(MatchingRound.objects).defer("result")
    return rounds.select_related("program__organisation", "job", "publication").get(
        pk=matching_round.pk
    )
