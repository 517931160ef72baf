"""What is asked of rounds: proposals as a manager reads them, costs of a swap, a policy's effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peerloom.matching import (
    Audit,
    MatchingError,
    Result,
    audit,
    encode,
    match,
    outlook,
    result_from_dict,
    verify,
)
from peerloom.matching.explain import nearest_miss
from peerloom.matching.scoring import INELIGIBLE, score_rows
from peerloom.participants.models import Participant
from peerloom.partnerships.reasons import Reason, reasons
from peerloom.programs.models import Program, Question
from peerloom.rounds.errors import PolicyRefused
from peerloom.rounds.models import MatchingRound, Proposal
from peerloom.rounds.snapshot import bans_of, looking, policy_of, pool_of

ONE = 1_000_000
AT_ONCE = 1200  # people for whom trying a policy solves the round, in about half a second
LOW = 400_000  # a proposal below this fit needs a look


@dataclass(frozen=True)
class Effect:
    """What a policy leaves possible for the people who look for a peer now."""

    people: int
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

    @property
    def share(self) -> int:
        """Pairs possible, in percent of all."""
        return round(100 * self.pairs / self.all_pairs) if self.all_pairs else 0


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
        return Effect(len(people), 0, 0, 0, 0, 0.0, [0] * 10)
    try:
        pool = pool_of(program, people)
        seen = outlook(encode(pool, policy))
        solves = len(people) <= AT_ONCE and not policy.objective.circles
        quality = match(pool, policy, never=bans_of(program, people)).quality if solves else None
    except MatchingError as error:
        raise PolicyRefused(error.problems) from None
    best = sorted(b for b in seen.best if b >= 0)
    histogram = [0] * 10
    for b in best:
        histogram[min(9, b * 10 // ONE)] += 1
    n = seen.people
    return Effect(
        people=n,
        pairs=seen.eligible_pairs,
        all_pairs=n * (n - 1) // 2,
        few=seen.few,
        nobody=sum(1 for k in seen.options if k == 0),
        typical=best[len(best) // 2] / ONE if best else 0.0,
        histogram=histogram,
        placed=quality.placed if quality else None,
        mean=quality.mean / ONE if quality else None,
        lowest=quality.lowest / ONE if quality else None,
    )


@dataclass(frozen=True)
class Point:
    """One criterion's part in a fit, both ways, in hundredths of the satisfaction."""

    name: str
    forth: int
    back: int


@dataclass(frozen=True)
class FitView:
    """How two people of a proposal suit each other."""

    first: Participant
    second: Participant
    score: float
    forth: float
    back: float
    points: list[Point]


@dataclass(frozen=True)
class ProposalView:
    """A proposal as its manager reads it."""

    proposal: Proposal
    members: list[Participant]
    reason: Reason
    fits: list[FitView]

    @property
    def score(self) -> float:
        """Fit from 0 to 1."""
        return self.proposal.score / ONE

    @property
    def circle(self) -> bool:
        """True for one of the circles of a round of circles."""
        return self.proposal.matching_round.program.circles and len(self.members) > 2

    @property
    def point_tables(self) -> list[FitView]:
        """Fits whose points are shown one by one; those of a circle would be too many to read."""
        return [] if self.circle else self.fits

    @property
    def trio(self) -> bool:
        """True where somebody joined a pair."""
        return len(self.members) == 3 and not self.circle

    @property
    def needs_look(self) -> bool:
        """True for a trio, and for people of whom one gets little."""
        return self.trio or self.proposal.lowest < LOW


def proposal_views(
    matching_round: MatchingRound, proposals: list[Proposal] | None = None
) -> list[ProposalView]:
    """Proposals, those that need a look first."""
    program = matching_round.program
    if proposals is None:
        found = matching_round.proposals.prefetch_related("members__person")
        proposals = sorted(found, key=lambda p: (p.score, p.pk))
    names = _criterion_names(program, (matching_round.result or {}).get("policy", program.policy))
    # Fetched once: each member reads its program's questions.
    program = Program.objects.prefetch_related("questions").get(pk=program.pk)
    views = []
    for proposal in proposals:
        members = sorted(proposal.members.all(), key=lambda m: m.pk)
        proposal.matching_round = matching_round
        for member in members:
            member.program = program
        by_number = {str(m.pk): m for m in members}
        fits = [_fit(f, by_number, names) for f in proposal.fits]
        views.append(ProposalView(proposal, members, reasons(members)[members[0].pk], fits))
    return views


def _criterion_names(program: Program, policy: dict[str, Any]) -> list[str]:
    """Names for a manager: a personal wish is not named."""
    hidden = set(program.questions.filter(sensitive=True).values_list("key", flat=True))
    names = []
    for c in policy.get("criterion", []):
        secret = c.get("personal") or c.get("field") in hidden
        names.append("a must-have of their own" if secret else c.get("name") or c["kind"])
    return names


def _fit(fit: dict[str, Any], people: dict[str, Participant], names: list[str]) -> FitView:
    first, second = (people[m] for m in fit["members"])
    points = [
        Point(name, round(forth / 10_000), round(back / 10_000))
        for name, (forth, back) in zip(names, fit["points"], strict=True)
        if forth or back
    ]
    forth, back = fit["satisfaction"]
    return FitView(first, second, fit["score"] / ONE, forth / ONE, back / ONE, points)


@dataclass(frozen=True)
class UnplacedView:
    """Someone not placed, why, and what would place them, in words."""

    participant: Participant
    why: str
    change: str


def unplaced_views(matching_round: MatchingRound) -> list[UnplacedView]:
    """People the round has no partner for."""
    result = matching_round.result or {}
    criteria = result.get("policy", {}).get("criterion", [])
    names = _criterion_names(matching_round.program, result.get("policy", {}))
    return [
        UnplacedView(
            u.participant, _why(u.reason, u.details, names), _change(u.details, names, criteria)
        )
        for u in matching_round.unplaced.select_related("participant__person").order_by("pk")
    ]


def _why(reason: str, details: dict[str, Any], names: list[str]) -> str:
    if reason == "nobody_fits" and details["excludes"]:
        top = sorted(details["excludes"], key=lambda e: -e[1])[:2]
        shut = " and ".join(f"{names[c]} shuts out {count}" for c, count in top)
        return f"Nobody meets every must-have: {shut}."
    return {
        "alone": "Nobody else is looking for a peer.",
        "ask": "An answer that a must-have needs is missing.",
        "nobody_fits": "Nobody meets every must-have.",
        "left_over": "No circle had room for them that its must-haves allow.",
        "below_minimum": "Nobody reaches the least fit the policy asks for.",
        "all_taken": f"{details['eligible']} people fit, and each is needed by somebody else.",
    }[reason]


def _change(details: dict[str, Any], names: list[str], criteria: list[dict[str, Any]]) -> str:
    relaxation = details["relaxation"]
    if not relaxation:
        return ""
    parts = []
    for c, benefit in zip(relaxation["criteria"], relaxation["nearest"], strict=True):
        near = nearest_miss(criteria[c]["kind"], criteria[c], benefit)
        parts.append(f"{names[c]} ({near})" if near and "own" not in names[c] else names[c])
    sure = "Would place them" if relaxation["places"] else "Would open partners"
    return f"{sure}: relax {' and '.join(parts)}."


@dataclass(frozen=True)
class Swap:
    """What it would cost that two people change partners."""

    pairs: list[tuple[Participant, Participant, float]]
    cost: float

    @property
    def key(self) -> str:
        """Names the swap in a form."""
        return "-".join(str(p.pk) for first, second, _ in self.pairs for p in (first, second))


def swaps_for(matching_round: MatchingRound, mover: Participant, *, most: int = 8) -> list[Swap]:
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
    people = table.people
    return [
        Swap([(mover, people[t], a / ONE), (people[stays], people[s], b / ONE)], cost / ONE)
        for cost, t, s, a, b in sorted(options)[:most]
    ]


class _ScoreTable:
    """Scores of any two people of a round, on its frozen pool."""

    def __init__(self, matching_round: MatchingRound) -> None:
        result = kept_result(matching_round)
        bans = result.never
        self.encoded = encode(result.pool, result.policy, never=bans)
        self.row = {int(person): k for k, person in enumerate(self.encoded.pool.ids)}
        found = matching_round.proposals.prefetch_related("members__person")
        groups = [sorted(p.members.all(), key=lambda m: m.pk) for p in found]
        self.people = {m.pk: m for g in groups for m in g}
        self.pairs = [(g[0].pk, g[1].pk) for g in groups if len(g) == 2]
        n = len(self.encoded)

        self.table = score_rows(self.encoded.arrays, 0, n)

    def score(self, a: int, b: int) -> int:
        return int(self.table[self.row[a], self.row[b]])


def kept_result(matching_round: MatchingRound) -> Result:
    """The round as the engine returned it."""
    return result_from_dict(matching_round.result)


def check_round(matching_round: MatchingRound) -> list[str]:
    """What the independent checker finds wrong with a round; nothing when it holds."""
    return verify(kept_result(matching_round))


def uses_sensitive_answers(matching_round: MatchingRound) -> bool:
    """True if the frozen pool holds answers that are for the matching alone."""
    columns = set((matching_round.result or {}).get("pool", {}).get("columns", {}))
    questions = matching_round.program.questions
    private = questions.filter(sensitive=True) | questions.filter(seen_by=Question.Seen.MATCHING)
    return bool(columns & set(private.values_list("key", flat=True)))


def round_figures(matching_round: MatchingRound) -> dict[str, Any]:
    """Quality of a solved round in fractions, and whether it is proven best."""
    result = matching_round.result
    if not result:
        return {}
    quality = result["quality"]
    counts = [0] * 10
    for p in result["partnerships"]:
        counts[min(9, p["score"] * 10 // ONE)] += 1
    return {
        "placed": quality["placed"],
        "people": quality["people"],
        "partnerships": len(result["partnerships"]),
        "pairs": quality["eligible_pairs"],
        "lowest": quality["lowest"] / ONE,
        "median": quality["quartiles"][1] / ONE,
        "top_ten": quality["top_ten"],
        "mean": quality["mean"] / ONE,
        "proven": result["certificate"]["gap2"] == 0,
        "circles": result["policy"]["objective"]["size"] != [2, 2],
        "floor": result["certificate"]["minimum"] / ONE if result["certificate"]["floor"] else None,
        "within": round(
            100 * result["certificate"]["gap2"] / max(1, result["certificate"]["bound2"]), 1
        ),
        "histogram": counts,
        "pinned": sum(p["locked"] for p in result["partnerships"]),
    }


def rounds_of(program: Program) -> list[MatchingRound]:
    """A program's rounds, newest first."""
    return list(program.rounds.select_related("job").order_by("-number"))


def audit_choices(matching_round: MatchingRound) -> list[Question]:
    """Questions by whose answers a round's fairness can be looked at: one choice, not sensitive."""
    kinds = (Question.Kind.CHOICE, Question.Kind.YES_NO)
    questions = matching_round.program.questions.filter(kind__in=kinds, sensitive=False)
    return [q for q in questions if q.seen_by != Question.Seen.MATCHING]


def round_audit(matching_round: MatchingRound, question: Question) -> Audit:
    """Share placed and satisfaction by what people answered; small groups hidden."""
    result = kept_result(matching_round)
    people = matching_round.program.participants.filter(pk__in=[int(i) for i in result.pool.ids])
    answers = {
        str(pk): str(given.get(question.key, ""))
        for pk, given in people.values_list("pk", "answers")
    }
    return audit(result, answers)


@dataclass(frozen=True)
class ComparedRow:
    """One figure of two rounds side by side."""

    name: str
    first: str
    second: str


def compare_rounds(first: MatchingRound, second: MatchingRound) -> list[ComparedRow]:
    """Two solved rounds, figure by figure, and how many people keep their partners."""
    figures = [round_figures(r) for r in (first, second)]
    quality = [(r.result or {})["quality"] for r in (first, second)]
    mates = [_mates(r) for r in (first, second)]
    same = sum(mates[1].get(person) == others for person, others in mates[0].items())

    def row(name: str, *values: str) -> ComparedRow:
        return ComparedRow(name, values[0], values[1])

    return [
        row("People placed", *(f"{f['placed']:,} of {f['people']:,}" for f in figures)),
        row("Possible pairs", *(f"{f['pairs']:,}" for f in figures)),
        row("Mean fit", *(f"{f['mean']:.2f}" for f in figures)),
        row("Middle fit", *(f"{f['median']:.2f}" for f in figures)),
        row("Lowest fit", *(f"{f['lowest']:.2f}" for f in figures)),
        row("Got one of their ten best", *(f"{f['top_ten']:,}" for f in figures)),
        row("Pairs that would both rather have each other",
            *(f"{q['blocking_pairs']:,}" for q in quality)),
        row("Spread of satisfaction (Gini, 0: all alike)",
            *(f"{q['gini'] / ONE:.2f}" for q in quality)),
        row("With the same people in both", f"{same:,}", f"{same:,}"),
    ]  # fmt: skip


def _mates(matching_round: MatchingRound) -> dict[str, set[str]]:
    partnerships = (matching_round.result or {})["partnerships"]
    return {m: set(p["members"]) for p in partnerships for m in p["members"]}


def comparable_rounds(program: Program) -> list[MatchingRound]:
    """Rounds with a result, newest first."""
    return [r for r in rounds_of(program) if r.result]
