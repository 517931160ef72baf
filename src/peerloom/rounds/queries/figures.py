"""A solved round in figures: quality, proof, fairness, and two of them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person, Role
from peerloom.accounts.rules import has_role
from peerloom.core.words import counted
from peerloom.matching import Audit, Result, audit, result_from_dict, verify
from peerloom.matching.criteria import ONE
from peerloom.participants.queries import people_of
from peerloom.programs.models import Program, Question
from peerloom.rounds.errors import RoundErased, RoundParted
from peerloom.rounds.models import MatchingRound, ShortListed


def kept_result(matching_round: MatchingRound) -> Result:
    """The round as the engine returned it.

    Raises
    ------
    RoundParted
        An organisation took its people's answers along.
    """
    if matching_round.parted_at:
        raise RoundParted
    return result_from_dict(matching_round.result)


def check_round(matching_round: MatchingRound) -> list[str]:
    """What the independent checker finds wrong with a round; nothing when it holds.

    Raises
    ------
    RoundParted, RoundErased
        Answers that it was solved on are no longer here.
    """
    if matching_round.erased:
        raise RoundErased
    return verify(kept_result(matching_round))


def holds_others_answers(matching_round: MatchingRound) -> bool:
    """True if people of other organisations are in the frozen pool."""
    ids = (matching_round.result or {}).get("pool", {}).get("ids", [])
    program = matching_round.program
    others = program.participants.exclude(organisation=program.organisation_id)
    return not {int(i) for i in ids}.isdisjoint(others.values_list("pk", flat=True))


def uses_sensitive_answers(matching_round: MatchingRound) -> bool:
    """True if the frozen pool holds answers that are for the matching alone."""
    columns = set((matching_round.result or {}).get("pool", {}).get("columns", {}))
    questions = matching_round.program.questions
    private = questions.filter(sensitive=True) | questions.filter(seen_by=Question.Seen.MATCHING)
    voices = ShortListed.objects.filter(viewer__program=matching_round.program)
    return bool(columns & set(private.values_list("key", flat=True))) or voices.exists()


def may_be_taken(matching_round: MatchingRound, by: Person) -> bool:
    """True if this manager may take the whole round as data.

    Not with answers of another organisation; with answers for the matching alone, admins.
    """
    gone = matching_round.parted_at or matching_round.erased or not matching_round.result
    if gone or holds_others_answers(matching_round):
        return False
    organisation = matching_round.program.organisation_id
    return not uses_sensitive_answers(matching_round) or has_role(by, organisation, Role.ADMIN)


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
    """A program's rounds, newest first, without what they were solved on."""
    return list(rounds_in(program).order_by("-number"))


def rounds_in(program: Program) -> QuerySet[MatchingRound]:
    """A program's rounds with their jobs, without what they were solved on: it is long, and few read it."""
    rounds = program.rounds.select_related("job", "publication", "program__organisation")
    return rounds.defer("result")


def audit_choices(program: Program) -> list[Question]:
    """Questions by whose answers fairness can be looked at: one choice, not sensitive."""
    kinds = (Question.Kind.CHOICE, Question.Kind.YES_NO)
    questions = program.questions.filter(kind__in=kinds, sensitive=False)
    return [q for q in questions if q.seen_by != Question.Seen.MATCHING]


def round_audit(matching_round: MatchingRound, question: Question, by: Person) -> Audit:
    """Share placed and satisfaction by what a manager's people answered; small groups hidden."""
    result = kept_result(matching_round)
    people, here = people_of(matching_round.program, by), set(result.pool.ids)
    answers = {
        str(pk): str(given.get(question.key, ""))
        for pk, given in people.values_list("pk", "answers")
        if str(pk) in here
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
        row(_("People placed"), *(_("{placed} of {people}").format(placed=counted(f['placed']), people=counted(f['people'])) for f in figures)),
        row(_("Possible pairs"), *(counted(f['pairs']) for f in figures)),
        row(_("Mean fit"), *(number_format(f['mean'], 2) for f in figures)),
        row(_("Middle fit"), *(number_format(f['median'], 2) for f in figures)),
        row(_("Lowest fit"), *(number_format(f['lowest'], 2) for f in figures)),
        row(_("Got one of their ten best"), *(counted(f['top_ten']) for f in figures)),
        row(_("Pairs that would both rather have each other"),
            *(counted(q['blocking_pairs']) for q in quality)),
        row(_("Spread of satisfaction (Gini, 0: all alike)"),
            *(number_format(q['gini'] / ONE, 2) for q in quality)),
        row(_("With the same people in both"), counted(same), counted(same)),
    ]  # fmt: skip


def _mates(matching_round: MatchingRound) -> dict[str, set[str]]:
    partnerships = (matching_round.result or {})["partnerships"]
    return {m: set(p["members"]) for p in partnerships for m in p["members"]}


def comparable_rounds(program: Program) -> list[MatchingRound]:
    """Rounds with a result, newest first."""
    return list(rounds_in(program).filter(result__isnull=False).order_by("-number"))
