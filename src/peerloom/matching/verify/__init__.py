"""An independent check of a solved round. Imports nothing of the solver.

It reads the pool and the policy again, scores pairs by the published definition, and holds the
result against them. That no better pairs exist follows from the prices alone (Edmonds 1965): if
they rule out every eligible pair and add up to what the pairs weigh, nothing can weigh more.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from peerloom.matching.encoding import Encoded, encode
from peerloom.matching.errors import MatchingError
from peerloom.matching.progress import Progress
from peerloom.matching.result import Partnership, Result
from peerloom.matching.scoring import INELIGIBLE, score_pairs
from peerloom.matching.verify.bound import check_circles
from peerloom.matching.verify.proof import check_proof


def verify(result: Result, progress: Progress | None = None) -> list[str]:
    """What does not hold about a round, in words; an empty list when everything holds.

    Checked: everybody is in exactly one place; sizes; locks, bans and must-haves; each score and
    satisfaction; the total; the proof over all eligible pairs.
    """
    try:
        encoded = encode(
            result.pool,
            result.policy,
            locks=result.locks,
            never=result.never,
            standing=result.standing,
        )
    except MatchingError as error:
        return [str(error)]
    if encoded.pool.ids != result.pool.ids:
        return ["the people are not in canonical order, so the prices cannot be read"]
    problems = list(_structure(result))
    if not problems:
        problems += _fits(result, encoded)
        problems += _figures(result)
        if result.policy.objective.circles:
            problems += check_circles(result, encoded, progress)
        else:
            problems += check_proof(result, encoded, progress)
    return problems


def _structure(result: Result) -> Iterator[str]:
    ids = set(result.pool.ids)
    seen: set[str] = set()
    everybody = [m for p in result.partnerships for m in p.members]
    for person in [*everybody, *(u.person for u in result.unplaced)]:
        if person not in ids:
            yield f"'{person}' is not in the pool"
        elif person in seen:
            yield f"'{person}' stands in two places"
        seen.add(person)
    for person in sorted(ids - seen):
        yield f"'{person}' stands nowhere"
    for p in result.partnerships:
        least, most = result.policy.objective.size
        if result.policy.objective.circles:
            if not least <= len(p.members) <= most or p.joined:
                yield f"{_name(p)} has {len(p.members)} people"
        elif len(p.members) not in (2, 3):
            yield f"{_name(p)} has {len(p.members)} people"
        elif len(p.members) == 3 and not result.policy.objective.trios:
            yield f"{_name(p)} is a trio, which the policy does not allow"
        in_pairs = not result.policy.objective.circles
        if in_pairs and (len(p.members) == 3) != (p.joined in p.members):
            yield f"{_name(p)} does not say who joined"
        pairs = {frozenset(f.members) for f in p.fits}
        wanted = {frozenset((a, b)) for a in p.members for b in p.members if a != b}
        if pairs != wanted or len(p.fits) != len(wanted):
            yield f"{_name(p)} does not explain each two of its people"
    kept = {frozenset(p.members) for p in result.partnerships if p.locked}
    if kept != {frozenset(lock) for lock in result.locks}:
        yield "the pairs kept together are not those that were to be"


def _fits(result: Result, encoded: Encoded) -> Iterator[str]:
    place = {person: row for row, person in enumerate(encoded.pool.ids)}
    fits = [(p, fit) for p in result.partnerships for fit in p.fits]
    rows = np.array([[place[m] for m in fit.members] for _, fit in fits], np.int64).reshape(-1, 2)
    scored = score_pairs(encoded.arrays, rows[:, 0].copy(), rows[:, 1].copy()).tolist()
    for (p, fit), (score, u, v) in zip(fits, scored, strict=True):
        who = " and ".join(fit.members)
        if score == INELIGIBLE:
            yield f"{who} break a must-have or are kept apart"
        elif (fit.score, fit.satisfaction) != (score, (u, v)):
            yield f"{who} score {score}, not {fit.score}"
        elif score < result.certificate.minimum and not p.locked:
            yield f"{who} score below the policy's minimum"


def _figures(result: Result) -> Iterator[str]:
    for p in result.partnerships:
        scores = [fit.score for fit in p.fits]
        if result.policy.objective.circles:
            continue
        if p.value != (sum(scores) // 2 if len(scores) == 3 else scores[0]):
            yield f"{_name(p)} is not worth {p.value}"
    if result.quality.total != sum(p.value for p in result.partnerships):
        yield "the total is not the sum of the partnerships"
    placed = sum(len(p.members) for p in result.partnerships)
    if (result.quality.placed, result.quality.people) != (placed, len(result.pool)):
        yield "the number of people placed is wrong"


def _name(p: Partnership) -> str:
    return f"the partnership of {', '.join(p.members)}"
