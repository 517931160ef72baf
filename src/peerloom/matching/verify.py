"""An independent check of a solved round. Imports nothing of the solver.

It reads the pool and the policy again, scores pairs by the published definition, and holds the
result against them. That no better pairs exist follows from the prices alone (Edmonds 1965): if
they rule out every eligible pair and add up to what the pairs weigh, nothing can weigh more.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from peerloom.matching.encoding import Encoded, encode
from peerloom.matching.errors import MatchingError
from peerloom.matching.result import Partnership, Result
from peerloom.matching.scoring import INELIGIBLE, score_pairs, score_rows

BLOCK = 256


def verify(result: Result) -> list[str]:
    """What does not hold about a round, in words; an empty list when everything holds.

    Checked: everybody is in exactly one place; sizes; locks, bans and must-haves; each score and
    satisfaction; the total; the proof over all eligible pairs.
    """
    try:
        encoded = encode(result.pool, result.policy, locks=result.locks, never=result.never)
    except MatchingError as error:
        return [str(error)]
    if encoded.pool.ids != result.pool.ids:
        return ["the people are not in canonical order, so the prices cannot be read"]
    problems = list(_structure(result))
    if not problems:
        problems += _fits(result, encoded)
        problems += _figures(result)
        problems += _proof(result, encoded)
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
        if len(p.members) not in (2, 3):
            yield f"{_name(p)} has {len(p.members)} people"
        elif len(p.members) == 3 and not result.policy.objective.trios:
            yield f"{_name(p)} is a trio, which the policy does not allow"
        if (len(p.members) == 3) != (p.joined in p.members):
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
    for p in result.partnerships:
        for fit in p.fits:
            rows = [np.array([place[m]]) for m in fit.members]
            score, u, v = score_pairs(encoded.arrays, *rows)[0].tolist()
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
        if p.value != (sum(scores) // 2 if len(scores) == 3 else scores[0]):
            yield f"{_name(p)} is not worth {p.value}"
    if result.quality.total != sum(p.value for p in result.partnerships):
        yield "the total is not the sum of the partnerships"
    placed = sum(len(p.members) for p in result.partnerships)
    if (result.quality.placed, result.quality.people) != (placed, len(result.pool)):
        yield "the number of people placed is wrong"


def _proof(result: Result, encoded: Encoded) -> Iterator[str]:
    c = result.certificate
    n = len(encoded)
    if not _right_weights(result, encoded):
        yield "the weights do not put the policy's objective in order"
    y2 = np.array(c.y2, np.int64)
    members = _members_of_sets(result)
    if y2.shape != (n,) or members is None:
        yield "the prices are not for these people"
        return
    if (y2 < 0).any() or any(s.z2 <= 0 for s in c.sets):
        yield "a price is below zero"
    if any(len(m) % 2 == 0 or len(m) < 3 for m in members):
        yield "a set in the proof is not odd"
    bound2 = sum(c.y2) + sum(s.z2 * (len(m) // 2) for s, m in zip(c.sets, members, strict=True))
    place = {person: row for row, person in enumerate(encoded.pool.ids)}
    total2 = 0
    for p in result.partnerships:
        first, second = (place[m] for m in p.members if m != p.joined)
        if not p.locked:
            score = next(f.score for f in p.fits if p.joined not in f.members)
            waited = int(encoded.waited[first] + encoded.waited[second])
            total2 += 2 * (c.base + c.step * waited + score)
    if (bound2, total2) != (c.bound2, c.total2):
        yield "the bound or the total of the proof is wrong"
    if bound2 != total2:
        yield f"the prices leave a gap of {bound2 - total2}: the round is not proven best"
    for i, j in _not_ruled_out(result, encoded, y2, members):
        ids = encoded.pool.ids
        yield f"the prices do not rule out {ids[i]} and {ids[j]}: the round is not proven best"
        return


def _right_weights(result: Result, encoded: Encoded) -> bool:
    c, objective = result.certificate, result.policy.objective
    most = len(encoded) // 2 * 1_000_000
    if objective.place == "best":
        least = max(1, round(objective.minimum * 1_000_000))
        return (c.base, c.step, c.minimum) == (0, 0, least)
    longest = int(encoded.waited.max(initial=0))
    orderly = c.step > most if longest else c.step == 0
    return orderly and c.minimum == 0 and c.base > len(encoded) * longest * c.step + most


def _members_of_sets(result: Result) -> list[set[int]] | None:
    """Rows in each odd set, or None where the sets are not built from people and earlier sets."""
    members: list[set[int]] = []
    n = len(result.pool)
    for k, s in enumerate(result.certificate.sets):
        if any(not 0 <= p < n for p in s.people) or any(not 0 <= q < k for q in s.inside):
            return None
        parts = [set(s.people), *(members[q] for q in s.inside)]
        members.append(set().union(*parts))
        if len(members[-1]) != sum(len(part) for part in parts):
            return None
    return members


def _not_ruled_out(
    result: Result, encoded: Encoded, y2: NDArray[np.int64], members: list[set[int]]
) -> Iterator[tuple[int, int]]:
    """Eligible pairs of people not locked that weigh more than their prices."""
    c = result.certificate
    place = {person: row for row, person in enumerate(encoded.pool.ids)}
    held = np.zeros(len(encoded), bool)
    held[[place[person] for lock in result.locks for person in lock]] = True
    rows = [row for m in members for row in sorted(m)]
    columns = [k for k, m in enumerate(members) for _ in m]
    shape = (len(encoded), max(1, len(members)))
    inside = csr_array((np.ones(len(rows), np.int64), (rows, columns)), shape)
    z2 = np.array([s.z2 for s in c.sets] or [0], np.int64)
    net = y2 - c.base - 2 * c.step * encoded.waited
    for begin in range(0, len(encoded), BLOCK):
        end = min(len(encoded), begin + BLOCK)
        score = score_rows(encoded.arrays, begin, end).astype(np.int64)
        excess = 2 * score - net[begin:end, None] - net[None, :]
        wanted = (score != INELIGIBLE) & (score >= c.minimum) & (excess > 0)
        wanted &= ~held[begin:end, None] & ~held[None, :]
        shared = (inside[begin:end].multiply(z2[None, :]) @ inside.T).toarray()
        for i, j in np.argwhere(wanted & (excess > shared)).tolist():
            yield i + begin, j


def _name(p: Partnership) -> str:
    return f"the partnership of {', '.join(p.members)}"
