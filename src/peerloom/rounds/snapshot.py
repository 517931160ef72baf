"""From a program's people and policy to what the engine reads, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from peerloom.core.words import later
from peerloom.matching import MatchingError, Policy, Pool, policy_from_dict, pool_from_rows
from peerloom.participants.models import Participant
from peerloom.participants.queries import (
    SKILLS,
    borders,
    observed_tags,
    organisations_met,
    standing_for,
    with_one_word,
)
from peerloom.partnerships.queries import past_pairs
from peerloom.programs.library import OBSERVED, ORGANISATION, RIVALS, WISHED
from peerloom.programs.models import Program
from peerloom.programs.queries import is_shared, joined_parts, rivals_among
from peerloom.rounds.errors import PolicyRefused
from peerloom.rounds.models import MatchingRound, PairRule, Proposal, ShortListed

WAITED = "rounds_waited"
# Whom a person may meet in a shared program: their own organisation, and for each other that they
# agreed to, the two together, which only those have in common who agreed to each other's.
MEETS = "_meets"
# Columns that are no questions.
SELF = ("time_zone", OBSERVED, WISHED, WAITED, ORGANISATION, RIVALS, MEETS)
AGREED = {
    "kind": "overlap",
    "field": MEETS,
    "must": True,
    "missing": "exclude",
    "name": later("agreed to meet other organisations"),
}


def looking(program: Program, *, named: bool = False) -> list[Participant]:
    """People of the program who look for a peer, whom no round is just bringing together.

    Parameters
    ----------
    named
        With who they are, which matching does not need.
    """
    about_to = Proposal.members.through.objects.filter(
        proposal__matching_round__program=program,
        proposal__matching_round__state=MatchingRound.State.PUBLISHING,
    )
    rows = program.participants.filter(state=Participant.State.LOOKING).order_by("pk")
    rows = rows.exclude(pk__in=about_to.values("participant"))
    people = list(rows.select_related("person", "organisation") if named else rows)
    # One for all: read with each row its texts and policy would be read as often.
    for one in people:
        one.program = program
    return people


def pool_of(program: Program, people: Sequence[Participant]) -> Pool:
    """The engine's pool: people by number, a column for each question."""
    kinds = dict(program.asked.values_list("key", "kind"))
    standing = standing_for(program.organisation_id)
    seen, lists = observed_tags(program), wished(program, people)
    within, shared = borders(program), is_shared(program)
    rivals = rivals_among(joined_parts(program))

    def row(p: Participant) -> dict[str, str]:
        # Who agreed is matched by what crosses alone, who did not meets nobody from elsewhere.
        only = within.agreed_by(p) if shared and p.crosses_at else None
        cells = {
            "id": str(p.pk),
            "time_zone": p.time_zone or "UTC",
            WAITED: str(p.rounds_waited),
            OBSERVED: "; ".join(seen.get(p.pk, ())) if only is None else "",
            WISHED: "; ".join(map(str, lists.get(p.pk, ()))),
            ORGANISATION: str(p.organisation_id),
            RIVALS: "; ".join(map(str, sorted(rivals.get(p.organisation_id, ())))),
            MEETS: "; ".join([str(p.organisation_id), *_together(p)]),
        }
        for key, kind in kinds.items():
            cell = p.answers.get(key, "") if only is None or key in only else ""
            cells[key] = with_one_word(cell, standing) if kind == SKILLS else cell
        return cells

    return pool_from_rows([row(p) for p in people])


def _together(participant: Participant) -> list[str]:
    here = participant.organisation_id
    return [f"{min(here, o)}+{max(here, o)}" for o in organisations_met(participant)]


def policy_of(program: Program, content: dict[str, Any] | None = None) -> Policy:
    """The program's policy (or one being tried) as the engine reads it, its season filled in.

    Raises
    ------
    PolicyRefused
        With every problem in words.
    """
    content = dict(content or program.policy)
    content["pool"] = {"id": "id", "lists": ";", "waited": WAITED}
    criteria = [dict(c) for c in content.get("criterion", [])]
    for criterion in criteria:
        if criterion["kind"] == "schedule" and program.starts_on and program.ends_on:
            criterion["season"] = [program.starts_on.isoformat(), program.ends_on.isoformat()]
    content["criterion"] = [*criteria, dict(AGREED)] if is_shared(program) else criteria
    try:
        policy = policy_from_dict(content)
        keys = [*program.asked.values_list("key", flat=True), *SELF]
        policy.check_columns(keys)
    except MatchingError as error:
        raise PolicyRefused(error.problems) from None
    return policy


def locks_and_bans(
    matching_round: MatchingRound, people: Sequence[Participant]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pinned pairs, and pairs kept apart or together before, among these people."""
    here = {p.pk for p in people}
    locks, bans = [], set()
    for rule in matching_round.pair_rules.all():
        if {rule.first_id, rule.second_id} <= here:
            if rule.kind == PairRule.Kind.PIN:
                locks.append((str(rule.first_id), str(rule.second_id)))
            else:
                bans.add((rule.first_id, rule.second_id))
    apart = {(str(a), str(b)) for a, b in bans}
    return locks, sorted(apart | set(bans_of(matching_round.program, people)))


def bans_of(program: Program, people: Sequence[Participant]) -> list[tuple[str, str]]:
    """Pairs among these people who were together before, or one of whom would rather not.

    Which of the two it is, and who said so, is not told.
    """
    here = {p.pk for p in people}
    refused = ShortListed.objects.filter(viewer__program=program, refused=True)
    apart = {(min(p), max(p)) for p in refused.values_list("viewer_id", "shown_id")}
    apart |= {(min(p), max(p)) for p in past_pairs(program)}
    return sorted((str(a), str(b)) for a, b in apart if {a, b} <= here)


def wished(program: Program, people: Iterable[Participant]) -> dict[int, list[int]]:
    """Whom each would like to meet, best first, among these people."""
    here = {p.pk for p in people}
    rows = ShortListed.objects.filter(viewer__program=program, rank__isnull=False)
    found: dict[int, list[int]] = {}
    for viewer, shown in rows.order_by("rank", "place").values_list("viewer_id", "shown_id"):
        if viewer in here and shown in here:
            found.setdefault(viewer, []).append(shown)
    return found
