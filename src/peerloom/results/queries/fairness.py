"""Was the program fair to everybody? Share placed and satisfaction by group, over all its rounds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean

from django.utils.translation import gettext as _

from peerloom.core.words import later
from peerloom.matching import Audit, fairness, satisfaction_of
from peerloom.programs.models import Program
from peerloom.results.figures import BREAKDOWNS
from peerloom.results.reading import Reading
from peerloom.rounds.models import MatchingRound
from peerloom.rounds.queries import audit_choices, kept_result

FAIR = 0.8


@dataclass(frozen=True)
class Fairness:
    """One breakdown over all published rounds."""

    by: str
    audit: Audit
    rounds: int

    @property
    def rows(self) -> list[list[object]]:
        """As a table: see `FAIRNESS_COLUMNS`."""
        return [
            [self.by, g.name, g.people, round(g.placed, 3), _digits(g.satisfaction), _digits(g.low),
             _digits(g.high), round(g.impact, 3), "yes" if g.flagged else "no"]
            for g in self.audit.groups
        ]  # fmt: skip


FAIRNESS_COLUMNS = (
    "by", "group", "people", later("share placed"), "satisfaction", "low", "high", later("impact ratio"),
    later("below 0.8"),
)  # fmt: skip


def _digits(value: float | None) -> object:
    return None if value is None else round(value, 3)


def program_fairness(program: Program) -> list[Fairness]:
    """By unit, site and stage of the organisation's own file, by what people agreed to be counted
    by, and by choices of the join form; groups too small are hidden. Own people alone.
    """
    rounds = [
        r
        for r in program.rounds.filter(state=MatchingRound.State.PUBLISHED).order_by("number")
        if not r.parted_at
    ]
    own = set(
        program.participants.filter(organisation=program.organisation_id).values_list(
            "pk", flat=True
        )
    )
    ids: dict[str, None] = {}
    satisfied: dict[str, list[float]] = defaultdict(list)
    for matching_round in rounds:
        result = kept_result(matching_round)
        ids |= dict.fromkeys(i for i in result.pool.ids if int(i) in own)
        for person, value in satisfaction_of(result).items():
            if int(person) in own:
                satisfied[person].append(value)
    means = {person: fmean(values) for person, values in satisfied.items()}
    found = []
    for by, answers in _breakdowns(program).items():
        audit = fairness(list(ids), means, {str(pk): text for pk, text in answers.items()})
        if len(audit.groups) > 1:
            found.append(Fairness(by, audit, len(rounds)))
    return found


def _breakdowns(program: Program) -> dict[str, dict[int, str]]:
    reading = Reading(program, program.organisation)
    found: dict[str, dict[int, str]] = {}
    for name, label in BREAKDOWNS.items():
        found[str(label)] = {
            who.pk: str(getattr(who.record, name)) for who in reading.people.values() if who.record
        }
    for who in reading.people.values():
        for name, value in (who.record.said if who.record else {}).items():
            # Only what they agreed to be counted by stands there.
            found.setdefault(_("{what}, as said").format(what=name.capitalize()), {})[who.pk] = str(
                value
            )
    given = dict(reading.places.values_list("pk", "answers"))
    for question in audit_choices(program):
        found[question.label] = {pk: str(a.get(question.key, "")) for pk, a in given.items()}
    return found
