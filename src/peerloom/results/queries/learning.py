"""Which criteria went along with good partnerships here, and what a change would do next time."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import Any

from django.utils import timezone

from peerloom.matching import Learned, Result, learn, match
from peerloom.partnerships.models import Partnership
from peerloom.programs.models import Program, Pulse
from peerloom.programs.scales import BY_KEY, LEAST, MOST
from peerloom.pulses.queries import said_in, score, window_of
from peerloom.results.models import Release
from peerloom.rounds.models import MatchingRound
from peerloom.rounds.queries import Effect, kept_result, policy_effect

# From what a partnership's quality is taken: the first of these that was counted.
_MOMENTS = (Pulse.When.MIDPOINT, Pulse.When.END)


# People of a round that is solved again on a page, in about a second.
AT_ONCE = 1200


@dataclass(frozen=True)
class Again:
    """The last round as it was, and with the change.

    Attributes
    ----------
    placed, then
        How many have a peer.
    others
        How many would have another peer.
    """

    people: int
    placed: int
    then: int
    others: int


@dataclass(frozen=True)
class Lesson:
    """What was learned, the policy it suggests, and the next round with and without it.

    Attributes
    ----------
    suggested
        None where nothing is suggested.
    now, then
        Effect on the people who look for a peer today; None where nothing is suggested.
    """

    learned: Learned
    suggested: dict[str, Any] | None
    now: Effect | None
    then: Effect | None
    again: Again | None = None


def lesson_of(program: Program) -> Lesson:
    """What this program's own rounds can teach.

    The quality of a partnership is its members' mean answer to 'I would choose to meet the same
    peer again', of answers that are in the program's figures already.
    """
    rounds = [
        kept_result(r)
        for r in program.rounds.filter(state=MatchingRound.State.PUBLISHED).order_by("number")
        if not r.parted_at
    ]
    # Solved again it would not be the same round where somebody's answers were taken out.
    whole = not program.rounds.filter(state=MatchingRound.State.PUBLISHED, erased__gt=0).exists()
    if rounds:
        names = [c.name for c in rounds[-1].policy.criteria]
        rounds = [r for r in rounds if [c.name for c in r.policy.criteria] == names]
    learned = learn(rounds, _quality(program, rounds))
    suggested = _suggested(program, learned)
    if suggested is None:
        return Lesson(learned, None, None, None)
    now, then = policy_effect(program), policy_effect(program, suggested)
    return Lesson(learned, suggested, now, then, _again(rounds[-1], learned) if whole else None)


def _again(last: Result, learned: Learned) -> Again | None:
    """The last round's frozen pool, solved with the change; None where it would take too long.

    Pins stay, who is kept apart, and the policy it was solved with: the change is compared with
    nothing else changed, whatever the program's policy has become since.
    """
    if len(last.pool.ids) > AT_ONCE or last.policy.objective.circles:
        return None
    policy, weights = last.policy, _changed(learned)
    for place, criterion in enumerate(policy.criteria):
        if criterion.name in weights and not criterion.must:
            policy = policy.with_criterion(place, weight=weights[criterion.name])
    tried = match(last.pool, policy, locks=last.locks, never=last.never)
    was, would = _peers(last), _peers(tried)
    others = sum(would.get(p) != peers for p, peers in was.items())
    return Again(len(last.pool.ids), len(was), len(would), others)


def _peers(result: Result) -> dict[str, frozenset[str]]:
    return {m: frozenset(p.members) for p in result.partnerships for m in p.members}


def _quality(program: Program, rounds: list[Result]) -> dict[tuple[str, ...], float]:
    """Of each partnership as published, from 0 to 1, where somebody said so."""
    said = _counted(program)
    whom = {
        frozenset(map(str, members)): partnership
        for partnership, members in _published(program).items()
    }
    found = {}
    for result in rounds:
        for p in result.partnerships:
            partnership = whom.get(frozenset(p.members))
            answers = [said[int(m)] for m in p.members if int(m) in said]
            if partnership is not None and answers:
                found[p.members] = (fmean(answers) - LEAST) / (MOST - LEAST)
    return found


def _counted(program: Program) -> dict[int, float]:
    """Answers that are in a figure that was shown: nothing follows here from one more answer."""
    scale = BY_KEY["match"]
    for moment in _MOMENTS:
        released = Release.objects.filter(program=program, question=f"match@{moment}")
        keys = {key for answers in released.values_list("answers", flat=True) for key in answers}
        if not keys:
            continue
        scores = {
            pk: score(answers, scale)
            for pk, (version, answers) in said_in(program, moment).items()
            if f"{pk}.{version}" in keys
        }
        return {pk: s for pk, s in scores.items() if s is not None}
    return {}


def _published(program: Program) -> dict[int, list[int]]:
    """Members of the partnerships that were still together when people were asked about them."""
    pulse = program.pulses.select_related("program").get(moment=Pulse.When.MIDPOINT)
    window = window_of(pulse)
    found: dict[int, list[int]] = {}
    rows = Partnership.objects.filter(program=program).values_list("pk", "ended_at", "members")
    for number, ended, member in rows:
        if ended and window and timezone.localtime(ended).date() < window.opens:
            continue
        found.setdefault(number, []).append(member)
    return found


def _changed(learned: Learned) -> dict[str, float]:
    """The weights that the evidence would change, by the criterion's name."""
    return {e.criterion: e.suggested for e in learned.effects if e.suggested != e.weight}


def _suggested(program: Program, learned: Learned) -> dict[str, Any] | None:
    """The program's policy with the weights that the evidence suggests; None for no change."""
    weights = _changed(learned)
    criteria = [
        {**c, "weight": weights[c["name"]]} if c.get("name") in weights and not c.get("must") else c
        for c in program.policy.get("criterion", [])
    ]
    if criteria == program.policy.get("criterion", []):
        return None
    return {**program.policy, "criterion": criteria}
