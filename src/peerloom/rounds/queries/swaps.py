"""What it would cost that two people change partners."""

from __future__ import annotations

from dataclasses import dataclass

from peerloom.accounts.models import Person
from peerloom.matching import encode
from peerloom.matching.criteria import ONE
from peerloom.matching.scoring import INELIGIBLE, score_rows
from peerloom.participants.models import Participant
from peerloom.participants.queries import Face, face_of
from peerloom.programs.queries import looked_after
from peerloom.rounds.models import MatchingRound
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
    table = _ScoreTable(matching_round)
    mine = next((p for p in table.pairs if mover.pk in p), None)
    if mine is None:
        return []
    stays = mine[0] if mine[1] == mover.pk else mine[1]
    options = []
    for other in table.pairs:
        if other == mine:
            continue
        for taken, left in (other, other[::-1]):
            now = table.score(*mine) + table.score(*other)
            first, second = table.score(mover.pk, taken), table.score(stays, left)
            if INELIGIBLE not in (first, second):
                options.append((now - first - second, taken, left, first, second))
    own = looked_after(matching_round.program, by)
    people = {number: face_of(p, own) for number, p in table.people.items()}
    return [
        Swap(
            [(people[mover.pk], people[t], a / ONE), (people[stays], people[s], b / ONE)],
            cost / ONE,
        )
        for cost, t, s, a, b in sorted(options)[:most]
    ]


class _ScoreTable:
    """Scores of any two people of a round, on its frozen pool."""

    def __init__(self, matching_round: MatchingRound) -> None:
        result = kept_result(matching_round)
        bans = result.never
        self.encoded = encode(result.pool, result.policy, never=bans)
        self.row = {int(person): k for k, person in enumerate(self.encoded.pool.ids)}
        found = matching_round.proposals.prefetch_related(
            "members__person", "members__organisation"
        )
        groups = [sorted(p.members.all(), key=lambda m: m.pk) for p in found]
        self.people = {m.pk: m for g in groups for m in g}
        self.pairs = [(g[0].pk, g[1].pk) for g in groups if len(g) == 2]
        n = len(self.encoded)

        self.table = score_rows(self.encoded.arrays, 0, n)

    def score(self, a: int, b: int) -> int:
        return int(self.table[self.row[a], self.row[b]])
