"""Proposals as a manager reads them, and who is left without one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Prefetch, Q, QuerySet, When, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peerloom.accounts.models import Person
from peerloom.core.words import later, listed
from peerloom.matching.criteria import ONE
from peerloom.matching.explain import nearest_miss
from peerloom.participants.models import Participant
from peerloom.participants.queries import Face, borders, face_of, standing_for
from peerloom.partnerships.reasons import Reason, reasons
from peerloom.programs.models import Program
from peerloom.programs.queries import looked_after
from peerloom.rounds.models import PARTNER_LEFT, MatchingRound, PairRule, Proposal, UnplacedPerson

# What a personal wish is called for a manager.
THEIR_OWN = later("a must-have of their own")
LOW = 400_000  # a pair in which somebody gets less needs a look
LOW_CIRCLE = 250_000  # and a circle that fits less in the mean


def members_by() -> Prefetch[str]:
    """Proposals' members with name and organisation, in one query.

    Not as lookups across the foreign keys: Django writes those for SQLite as one condition for each
    row, and a thousand are more than it takes.
    """
    return Prefetch("members", Participant.objects.select_related("person", "organisation"))


@dataclass(frozen=True)
class Point:
    """One criterion's part in a fit, both ways, in hundredths of the satisfaction."""

    name: str
    forth: int
    back: int


@dataclass(frozen=True)
class FitView:
    """How two people of a proposal suit each other."""

    first: Face
    second: Face
    score: float
    forth: float
    back: float
    points: list[Point]


@dataclass(frozen=True)
class ProposalView:
    """A proposal as its manager reads it."""

    proposal: Proposal
    members: list[Face]
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


def proposals_of(matching_round: MatchingRound, only: str = "") -> QuerySet[Proposal]:
    """Proposals, those that fit least first.

    Parameters
    ----------
    only
        'look' for a trio, a pair in which somebody gets little, a circle that fits little; 'pinned';
        all otherwise.
    """
    found = matching_round.proposals.annotate(size=Count("members"))
    circle = Q(size__gt=2) if matching_round.program.circles else Q(pk=None)
    low = Q(lowest__lt=LOW) if matching_round.program.circles else Q(lowest__lt=LOW) | Q(size=3)
    found = found.annotate(
        needs_look=Case(
            When(circle, then=Q(score__lt=LOW_CIRCLE)), When(low, then=True), default=False
        )
    )
    if only == "look":
        found = found.filter(needs_look=True)
    elif only == "pinned":
        found = found.filter(pinned=True)
    return found.order_by("score", "pk")


def opened_of(matching_round: MatchingRound) -> tuple[int, int]:
    """How many of a round's partnerships are open, and how many there are to open."""
    counts = matching_round.proposals.aggregate(opened=Count("partnership"), all=Count("pk"))
    return counts["opened"], counts["all"]


def proposal_views(
    matching_round: MatchingRound, proposals: Sequence[Proposal], by: Person
) -> list[ProposalView]:
    """Some of a round's proposals with names and reasons.

    People of other organisations have no names here, and what they answered gives no reasons.
    """
    program = matching_round.program
    own = looked_after(program, by)
    prefetch_related_objects(list(proposals), members_by())
    names = _criterion_names(program, (matching_round.result or {}).get("policy", program.policy))
    # Fetched once: each member reads its program's questions.
    program = Program.objects.prefetch_related("questions").get(pk=program.pk)
    standing, within = standing_for(program.organisation_id), borders(program)
    views = []
    for proposal in proposals:
        members = sorted(proposal.members.all(), key=lambda m: m.pk)
        proposal.matching_round = matching_round
        for member in members:
            member.program = program
        faces = [face_of(m, own) for m in members]
        by_number = {str(f.pk): f for f in faces}
        fits = [_fit(f, by_number, names) for f in proposal.fits]
        reason = Reason([], [], [])
        if all(f.own for f in faces):
            reason = reasons(members, standing, within)[members[0].pk]
        views.append(ProposalView(proposal, faces, reason, fits))
    return views


def _criterion_names(program: Program, policy: dict[str, Any]) -> list[str]:
    """Names for a manager: a personal wish is not named."""
    hidden = set(program.questions.filter(sensitive=True).values_list("key", flat=True))
    names = []
    for c in policy.get("criterion", []):
        secret = c.get("personal") or c.get("field") in hidden
        names.append(str(THEIR_OWN) if secret else c.get("name") or c["kind"])
    return names


def _fit(fit: dict[str, Any], people: dict[str, Face], names: list[str]) -> FitView:
    first, second = (people[m] for m in fit["members"])
    points = [
        Point(name, round(forth / 10_000), round(back / 10_000))
        for name, (forth, back) in zip(names, fit["points"], strict=True)
        if (forth or back) and (first.own or second.own)
    ]
    forth, back = fit["satisfaction"]
    return FitView(first, second, fit["score"] / ONE, forth / ONE, back / ONE, points)


@dataclass(frozen=True)
class UnplacedView:
    """Someone not placed, why, and what would place them, in words."""

    person: Face
    why: str
    change: str


def unplaced_of(matching_round: MatchingRound) -> QuerySet[UnplacedPerson]:
    """People the round has no partner for."""
    return matching_round.unplaced.select_related(
        "participant__person", "participant__organisation"
    ).order_by("pk")


def unplaced_views(
    matching_round: MatchingRound, unplaced: Iterable[UnplacedPerson], by: Person
) -> list[UnplacedView]:
    """Some of them, with why."""
    own = looked_after(matching_round.program, by)
    result = matching_round.result or {}
    criteria = result.get("policy", {}).get("criterion", [])
    names = _criterion_names(matching_round.program, result.get("policy", {}))
    return [
        UnplacedView(
            face_of(u.participant, own),
            _why(u.reason, u.details, names),
            _change(u.details, names, criteria),
        )
        for u in unplaced
    ]


@dataclass(frozen=True)
class RuleView:
    """A manager's word on two people."""

    first: Face
    second: Face
    kind: PairRule.Kind


def rules_of(matching_round: MatchingRound, by: Person) -> list[RuleView]:
    """Pairs pinned or kept apart."""
    own = looked_after(matching_round.program, by)
    rules = matching_round.pair_rules.select_related(
        "first__person", "second__person", "first__organisation", "second__organisation"
    )
    return [
        RuleView(face_of(r.first, own), face_of(r.second, own), PairRule.Kind(r.kind))
        for r in rules
    ]


def _why(reason: str, details: dict[str, Any], names: list[str]) -> str:
    if reason == "nobody_fits" and details["excludes"]:
        top = sorted(details["excludes"], key=lambda e: -e[1])[:2]
        shut = listed(
            [_("{name} shuts out {count}").format(name=names[c], count=count) for c, count in top]
        )
        return _("Nobody meets every must-have: {shut}.").format(shut=shut)
    return {
        "alone": _("Nobody else is looking for a peer."),
        "ask": _("An answer that a must-have needs is missing."),
        "nobody_fits": _("Nobody meets every must-have."),
        "left_over": _("No circle had room for them that its must-haves allow."),
        PARTNER_LEFT: _("Whom they were to meet had left, or found another, before their turn."),
        "below_minimum": _("Nobody reaches the least fit the policy asks for."),
        "all_taken": ngettext(
            "{number} person fits, and is needed by somebody else.",
            "{number} people fit, and each is needed by somebody else.",
            details.get("eligible", 0),
        ).format(number=details.get("eligible", 0)),
    }[reason]


def _change(details: dict[str, Any], names: list[str], criteria: list[dict[str, Any]]) -> str:
    relaxation = details["relaxation"]
    if not relaxation:
        return ""
    parts = []
    for c, benefit in zip(relaxation["criteria"], relaxation["nearest"], strict=True):
        near = nearest_miss(criteria[c]["kind"], criteria[c], benefit)
        parts.append(f"{names[c]} ({near})" if near and names[c] != THEIR_OWN else names[c])
    words = (
        _("Would place them: relax {parts}.")
        if relaxation["places"]
        else _("Would open partners: relax {parts}.")
    )
    return words.format(parts=listed(parts))
