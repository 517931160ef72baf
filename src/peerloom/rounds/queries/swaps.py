"""What it would cost that two people change partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest

from peerloom.accounts.models import Person
from peerloom.matching import encode
from peerloom.matching.criteria import ONE
from peerloom.matching.scoring import INELIGIBLE, score_rows
from peerloom.participants.models import Participant
from peerloom.participants.queries import Face, face_of
from peerloom.programs.queries import looked_after
from peerloom.rounds.models import MatchingRound, Proposal
from peerloom.rounds.queries.figures import kept_result


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
    pairs = _pairs_of(matching_round)
    mine = next((p for p in pairs if mover.pk in p), None)
    if mine is None:
        return []
    stays = mine[0] if mine[1] == mover.pk else mine[1]
    score = _scores_of(matching_round, (mover.pk, stays))
    options = []
    for other, theirs in pairs.items():
        if other == mine:
            continue
        for taken, left in (other, other[::-1]):
            first, second = score[mover.pk][taken], score[stays][left]
            if INELIGIBLE not in (first, second):
                cost = pairs[mine] + theirs - first - second
                options.append((cost, taken, left, first, second))
    best = nsmallest(most, options)
    own = looked_after(matching_round.program, by)
    named = {mover.pk, stays} | {
        number for _cost, taken, left, *_ in best for number in (taken, left)
    }
    shown = Participant.objects.filter(pk__in=named).select_related("person", "organisation")
    faces = {p.pk: face_of(p, own) for p in shown}
    return [
        Swap(
            [
                (faces[mover.pk], faces[taken], first / ONE),
                (faces[stays], faces[left], second / ONE),
            ],
            cost / ONE,
        )
        for cost, taken, left, first, second in best
    ]


def _pairs_of(matching_round: MatchingRound) -> dict[tuple[int, int], int]:
    """Proposed pairs, by their members' numbers, with what they score."""
    scores = dict(matching_round.proposals.values_list("pk", "score"))
    members: dict[int, list[int]] = {}
    within = Proposal.members.through.objects.filter(proposal__matching_round=matching_round)
    for proposal, member in within.order_by("participant").values_list("proposal", "participant"):
        members.setdefault(proposal, []).append(member)
    return {
        (both[0], both[1]): scores[proposal]
        for proposal, both in sorted(members.items())
        if len(both) == 2
    }


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
