"""What it would cost that two people change partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest

from peerloom.accounts.models import Person
from peerloom.core.parts import AT_ONCE
from peerloom.matching import encode
from peerloom.matching.criteria import ONE
from peerloom.matching.scoring import INELIGIBLE, score_rows
from peerloom.participants.models import Participant
from peerloom.participants.queries import Face, face_of
from peerloom.programs.queries import looked_after
from peerloom.rounds.models import MatchingRound
from peerloom.rounds.queries.figures import kept_result
from peerloom.rounds.queries.proposals import members_by


@dataclass(frozen=True)
class Swap:
    """What it would cost that two people change partners."""

    pairs: list[tuple[Face, Face, float]]
    cost: float

    @property
    def key(self) -> str:
        """Names the swap in a form."""
        return "-".join(str(p.pk) for first, second, _ in self.pairs for p in (first, second))


def swaps_for(
    matching_round: MatchingRound, mover: Participant, by: Person, *, most: int = 8
) -> list[Swap]:
    """The cheapest ways for a person of a proposed pair to change partners with another pair."""
    pairs = {}
    proposals = matching_round.proposals.order_by("pk").prefetch_related(members_by())
    for proposal in proposals.iterator(chunk_size=AT_ONCE):
        members = sorted(proposal.members.all(), key=lambda m: m.pk)
        if len(members) == 2:
            pairs[members[0].pk, members[1].pk] = (proposal.score, members)
    mine = next((p for p in pairs if mover.pk in p), None)
    if mine is None:
        return []
    stays = mine[0] if mine[1] == mover.pk else mine[1]
    score = _scores_of(matching_round, (mover.pk, stays))
    options = []
    for other, (theirs, _members) in pairs.items():
        if other == mine:
            continue
        for taken, left in (other, other[::-1]):
            first, second = score[mover.pk][taken], score[stays][left]
            if INELIGIBLE not in (first, second):
                cost = pairs[mine][0] + theirs - first - second
                options.append((cost, taken, left, first, second))
    own = looked_after(matching_round.program, by)
    people = {m.pk: m for _score, members in pairs.values() for m in members}

    def pair(first: int, second: int, score: int) -> tuple[Face, Face, float]:
        return face_of(people[first], own), face_of(people[second], own), score / ONE

    return [
        Swap([pair(mover.pk, t, a), pair(stays, s, b)], cost / ONE)
        for cost, t, s, a, b in nsmallest(most, options)
    ]


def _scores_of(matching_round: MatchingRound, numbers: Sequence[int]) -> dict[int, dict[int, int]]:
    """Scores of some people with everybody in the round, on its frozen pool."""
    result = kept_result(matching_round)
    encoded = encode(result.pool, result.policy, never=result.never)
    people = [int(person) for person in encoded.pool.ids]
    found = {}
    for number in numbers:
        row = people.index(number)
        scores = score_rows(encoded.arrays, row, row + 1)[0].tolist()
        found[number] = dict(zip(people, scores, strict=True))
    return found
