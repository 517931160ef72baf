"""Re-pairing: partners for those who wait, with as few others touched as can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from peerloom.matching import (
    Policy,
    Pool,
    Result,
    encode,
    frontier,
    match,
)
from peerloom.matching.criteria import ONE
from peerloom.matching.repair import Pair, Standing
from peerloom.matching.scoring import INELIGIBLE, score_pairs
from peerloom.matching.trios import best_trios
from peerloom.messaging.actions import post
from peerloom.participants.actions import mark_matched
from peerloom.participants.models import Participant
from peerloom.partnerships.actions import open_partnerships
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.queries import members_of
from peerloom.programs.letters import ProgramWords
from peerloom.programs.models import Program
from peerloom.rounds.actions.refusing import as_a_job_says_it
from peerloom.rounds.introductions import introductions
from peerloom.rounds.snapshot import bans_of, looking, policy_of, pool_of


@dataclass(frozen=True)
class RepairStep:
    """One way to find partners for those who wait.

    Attributes
    ----------
    opens
        New partnerships, by participants' numbers.
    ends
        Open partnerships (numbers) that would end for it.
    grows
        Open partnerships that one who waits would join: (partnership, participant).
    gain
        How much better all are matched than in the way that touches nobody, in perfect fits.
    """

    opens: list[list[int]]
    ends: list[int]
    grows: list[list[int]]
    placed: int
    gain: float

    @property
    def touched(self) -> int:
        """How many other partnerships are touched."""
        return len(self.ends) + len(self.grows)

    def as_dict(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


def find_repairs(program: Program, *, others: bool, progress: Any = None) -> list[RepairStep]:
    """Ways to place those who wait, from the one that touches nobody on.

    Parameters
    ----------
    others
        Whether open partnerships may end, or grow to three, for it.
    progress
        As the matching takes it.

    Raises
    ------
    JobRefused
        The policy or the answers cannot be read; says why.
    JobCancelled
        When `progress` asked to stop.
    """
    with as_a_job_says_it():
        return _find(program, others=others, progress=progress)


def _find(program: Program, *, others: bool, progress: Any) -> list[RepairStep]:
    waiting = looking(program)
    if not waiting:
        return []
    policy = policy_of(program)
    if program.circles:
        return _circles(program, policy, waiting, progress=progress)
    quiet = _alone(program, policy, waiting, progress)
    steps = [quiet] if quiet.opens else []
    if others:
        steps += _touching(program, policy, waiting, quiet, progress)
    return steps


def _alone(
    program: Program, policy: Policy, waiting: list[Participant], progress: Any
) -> RepairStep:
    """Those who wait, among themselves."""
    if len(waiting) < 2:
        return RepairStep([], [], [], 0, 0.0)
    result = match(
        pool_of(program, waiting), policy, never=bans_of(program, waiting), progress=progress
    )
    opens = [sorted(map(int, p.members)) for p in result.partnerships]
    return RepairStep(sorted(opens), [], [], sum(map(len, opens)), 0.0)


def _touching(
    program: Program,
    policy: Policy,
    waiting: list[Participant],
    quiet: RepairStep,
    progress: Any,
) -> list[RepairStep]:
    pairs = _open_pairs(program)
    if not pairs:
        return []
    numbers = {n for pair in pairs for n in pair}
    members = program.participants.filter(parts__partnership__state=Partnership.State.OPEN)
    members = members.select_related("person", "program__organisation", "organisation").distinct()
    people = [*waiting, *(m for m in members.order_by("pk") if m.pk in numbers)]
    standing = _standing(program, policy, people, pairs)
    found: list[RepairStep] = []
    steps = frontier(standing, most=5, progress=progress)
    least = steps[0].total if steps else 0
    for step in steps:
        made = _step(step.result, standing, pairs, (step.total - least) / ONE)
        # As good as touching nobody is no reason to touch somebody.
        if made.ends and (made.placed > quiet.placed or made.gain > 0):
            found.append(made)
    if program.trios:
        grown = _growing(waiting, standing, pairs, quiet)
        if grown.placed > quiet.placed:
            found.append(grown)
    return sorted(found, key=lambda way: way.touched)


def _open_pairs(program: Program) -> dict[tuple[int, int], int]:
    """Open partnerships of two, by their participants' numbers in order."""
    rows = Partnership.objects.filter(program=program, state=Partnership.State.OPEN)
    found = {(m[0], m[1]): number for number, m in members_of(rows).items() if len(m) == 2}
    # Somebody with several partners stays out of it: one of theirs says nothing of the others.
    counts: dict[int, int] = {}
    for pair in found:
        for number in pair:
            counts[number] = counts.get(number, 0) + 1
    return {pair: pk for pair, pk in found.items() if all(counts[n] == 1 for n in pair)}


def _standing(
    program: Program,
    policy: Policy,
    people: Sequence[Participant],
    pairs: dict[tuple[int, int], int],
) -> Standing:
    """What the engine re-pairs: partnerships that fit by today's answers, and those who wait."""
    never = [(a, b) for a, b in bans_of(program, people) if (int(a), int(b)) not in pairs]
    pool, together = pool_of(program, people), [(str(a), str(b)) for a, b in sorted(pairs)]
    keeps = _fitting(pool, policy, together)
    aside = {n for pair in set(together) - set(keeps) for n in pair}
    rows = [row for row, number in enumerate(pool.ids) if number not in aside]
    return Standing(
        pool=pool.subset(rows),
        policy=replace(policy, objective=replace(policy.objective, trios=False)),
        pairs=tuple(keeps),
        never=tuple(pair for pair in never if not aside & set(pair)),
    )


def _fitting(pool: Pool, policy: Policy, pairs: list[Pair]) -> list[Pair]:
    """Pairs whose must-haves hold by what they answer today; the others are left as they are."""
    encoded = encode(pool, policy)
    place = {number: row for row, number in enumerate(encoded.pool.ids)}
    left = np.array([place[a] for a, _ in pairs], np.int64)
    right = np.array([place[b] for _, b in pairs], np.int64)
    scores = score_pairs(encoded.arrays, left, right)[:, 0]
    return [pair for pair, score in zip(pairs, scores, strict=True) if score != INELIGIBLE]


def _step(
    result: Result, standing: Standing, pairs: dict[tuple[int, int], int], gain: float
) -> RepairStep:
    made = [sorted(map(int, p.members)) for p in result.partnerships]
    kept = {(m[0], m[1]) for m in made}
    stood = [(int(a), int(b)) for a, b in standing.pairs]
    ends = [pairs[min(p), max(p)] for p in stood if (min(p), max(p)) not in kept]
    opens = [m for m in made if (m[0], m[1]) not in pairs]
    held = {n for p in stood for n in p}
    placed = sum(1 for m in opens for n in m if n not in held)
    return RepairStep(sorted(opens), sorted(ends), [], placed, gain)


def _growing(
    waiting: Sequence[Participant],
    standing: Standing,
    pairs: dict[tuple[int, int], int],
    quiet: RepairStep,
) -> RepairStep:
    """Who is left over joins a pair as its third, one to a pair; no pair ends.

    The best way to do so: an assignment problem, see `matching.trios`.
    """
    placed = {n for members in quiet.opens for n in members}
    encoded = encode(standing.pool, standing.policy, never=standing.never)
    row = {int(number): k for k, number in enumerate(encoded.pool.ids)}
    together = [(int(a), int(b)) for a, b in standing.pairs]
    alone = [row[p.pk] for p in waiting if p.pk not in placed]
    found = best_trios(encoded, [(row[a], row[b]) for a, b in together], alone)
    number = {k: n for n, k in row.items()}
    grows = [
        [pairs[min(first, second), max(first, second)], number[trio.joins]]
        for trio in found
        for first, second in [(number[trio.pair[0]], number[trio.pair[1]])]
    ]
    return RepairStep(quiet.opens, [], sorted(grows), quiet.placed + len(grows), 0.0)


def _circles(
    program: Program, policy: Policy, waiting: list[Participant], *, progress: Any
) -> list[RepairStep]:
    """A new circle of those who wait, where they are enough; else a place in one that has room."""
    if len(waiting) >= program.circle_least:
        made = _alone(program, policy, waiting, progress)
        if made.opens:
            return [made]
    circles = Partnership.objects.filter(program=program, state=Partnership.State.OPEN)
    room = {
        number: (program.circle_most - len(members), members)
        for number, members in members_of(circles).items()
    }
    never = {(int(a), int(b)) for a, b in bans_of(program, waiting)}
    grows = []
    for person in waiting:
        open_to = [
            (-free, pk)
            for pk, (free, members) in room.items()
            if free > 0
            and not any((min(person.pk, m), max(person.pk, m)) in never for m in members)
        ]
        if open_to:
            _, chosen = min(open_to)
            grows.append([chosen, person.pk])
            free, members = room[chosen]
            room[chosen] = (free - 1, [*members, person.pk])
    return [RepairStep([], [], grows, len(grows), 0.0)] if grows else []


def pair_up(program: Program, groups: Sequence[Sequence[Participant]]) -> list[Partnership]:
    """Open partnerships and introduce the partners; called within a transaction."""
    for member in (m for members in groups for m in members):
        member.program = program
    opened, own = open_partnerships(groups), ProgramWords(program)
    letters = [letter for one in opened for letter in introductions(one, own)]
    mark_matched([m.pk for members in groups for m in members])
    post(letters, organisation_id=program.organisation_id)
    return [one.partnership for one in opened]
