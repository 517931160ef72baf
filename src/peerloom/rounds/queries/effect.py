"""What a policy would do for the people there are now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from peerloom.matching import Audit, MatchingError, audit, encode, match, outlook
from peerloom.matching.criteria import ONE
from peerloom.programs.models import Program
from peerloom.rounds.errors import PolicyRefused
from peerloom.rounds.queries.figures import audit_choices
from peerloom.rounds.snapshot import bans_of, looking, policy_of, pool_of

AT_ONCE = 1200  # people for whom trying a policy solves the round, in about half a second
ALL = 5000  # people up to whom each is looked at with everybody
DRAWN = 1000  # of more, this many are: their share is within 3 in 100 of all's, 19 times of 20


@dataclass(frozen=True)
class Effect:
    """What a policy leaves possible for the people who look for a peer now.

    Attributes
    ----------
    looked_at
        People whose partners were counted: all, or some drawn at random where there are many. Of
        them `few` and `nobody`, `typical` and `histogram` tell; `pairs` is an estimate then.
    """

    people: int
    looked_at: int
    pairs: int
    all_pairs: int
    few: int
    nobody: int
    typical: float
    histogram: list[int]
    # As a round would come out now; None where there are too many people to solve it at once.
    placed: int | None = None
    mean: float | None = None
    lowest: float | None = None
    # What it would be for whom: by each question that groups people, small groups hidden.
    groups: list[tuple[str, Audit]] = field(default_factory=list)

    @property
    def share(self) -> int:
        """Pairs possible, in percent of all."""
        return round(100 * self.pairs / self.all_pairs) if self.all_pairs else 0

    @property
    def drawn(self) -> bool:
        """True where some people stand for all."""
        return self.looked_at < self.people


def policy_effect(program: Program, content: dict[str, Any] | None = None) -> Effect:
    """The effect of the program's policy, or of one being tried.

    Raises
    ------
    PolicyRefused
        The engine cannot use it, or cannot read an answer.
    """
    people = looking(program)
    policy = policy_of(program, content)
    if len(people) < 2:
        return Effect(len(people), len(people), 0, 0, 0, 0, 0.0, [0] * 10)
    try:
        pool = pool_of(program, people)
        seen = outlook(encode(pool, policy), most=None if len(people) <= ALL else DRAWN)
        solves = len(people) <= AT_ONCE and not policy.objective.circles
        tried = match(pool, policy, never=bans_of(program, people)) if solves else None
    except MatchingError as error:
        raise PolicyRefused(error.problems) from None
    best = sorted(b for b in seen.best if b >= 0)
    histogram = [0] * 10
    for b in best:
        histogram[min(9, b * 10 // ONE)] += 1
    n, quality = seen.people, tried.quality if tried else None
    groups = []
    if tried is not None:
        # Groups are of the organisation's own people: of others' only what was agreed is known.
        own = [p for p in people if p.organisation_id == program.organisation_id]
        for question in audit_choices(program):
            answers = {str(p.pk): p.answers.get(question.key, "") for p in own}
            found = audit(tried, answers)
            if len(found.groups) > 1:
                groups.append((question.label, found))
    return Effect(
        people=n,
        looked_at=seen.looked_at,
        pairs=seen.eligible_pairs,
        all_pairs=n * (n - 1) // 2,
        few=seen.few,
        nobody=sum(1 for k in seen.options if k == 0),
        typical=best[len(best) // 2] / ONE if best else 0.0,
        histogram=histogram,
        placed=quality.placed if quality else None,
        mean=quality.mean / ONE if quality else None,
        lowest=quality.lowest / ONE if quality else None,
        groups=groups,
    )
