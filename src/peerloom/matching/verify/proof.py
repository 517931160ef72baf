"""Holds the prices of a round against all eligible pairs. Imports nothing of the solver."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.criteria import ONE, Shape
from peerloom.matching.encoding import Encoded, without
from peerloom.matching.progress import Progress, in_turn, ranges
from peerloom.matching.result import Bound, Result
from peerloom.matching.scoring import (
    ALL_CRITERIA,
    TILE,
    Arrays,
    Row,
    desk,
    score_pairs,
    score_some,
)

PAIRS = 20_000_000  # looked at between two reports of progress


def check_proof(
    result: Result, encoded: Encoded, progress: Progress | None = None
) -> Iterator[str]:
    """What does not hold about the proof that no better pairs exist."""
    c = result.certificate
    place = {person: row for row, person in enumerate(encoded.pool.ids)}
    whom = total = 0
    for p in result.partnerships:
        if not p.locked:
            first, second = (place[m] for m in p.members if m != p.joined)
            whom += c.base + c.step * int(encoded.waited[first] + encoded.waited[second])
            total += next(f.score for f in p.fits if p.joined not in f.members)
    if not _right_weights(result, encoded):
        yield "the weights do not put the policy's objective in order"
    kept = {p.members for p in result.partnerships} & set(result.standing)
    if c.total2 != 2 * (whom + total + c.bonus * len(kept)):
        yield "the bound or the total of the proof is wrong"
    if c.bound2 < c.total2:
        yield "the bound is below what the pairs weigh"
    yield from _bound_holds(result, encoded, Bound(c.minimum, 1, c.y2, c.sets, c.bound2), progress)
    yield from _standing_ruled_out(result, encoded)
    if result.policy.objective.raise_floor and whom:
        yield from _floor(result, encoded, whom, progress)


def _standing_ruled_out(result: Result, encoded: Encoded) -> Iterator[str]:
    """That the prices cover pairs that stand, which weigh more than their scores."""
    c = result.certificate
    bound = Bound(c.minimum, 1, c.y2, c.sets, c.bound2)
    sets = _sets_of(bound, len(encoded))
    if sets is None or not encoded.standing or len(c.y2) != len(encoded):
        return
    left, right = (np.array(side, np.int64) for side in zip(*encoded.standing, strict=True))
    scores = score_pairs(encoded.arrays, left, right)[:, 0].tolist()
    for (i, j), score in zip(encoded.standing, scores, strict=True):
        weight = c.base + c.step * int(encoded.waited[i] + encoded.waited[j]) + score + c.bonus
        if score >= c.minimum and 2 * weight > c.y2[i] + c.y2[j] + int(_together(sets, i, j)):
            who = f"{encoded.pool.ids[i]} and {encoded.pool.ids[j]}"
            yield f"the prices do not rule out {who}, who stand: the round is not proven best"


def _floor(result: Result, encoded: Encoded, whom: int, progress: Progress | None) -> Iterator[str]:
    """That as many are placed as can be, and that with a higher floor fewer would be."""
    c = result.certificate
    if [b.minimum for b in c.floor] != [0, c.minimum + 1] or c.floor[1].scored != 0:
        yield "the proof of the floor is not one"
        return
    most, higher = c.floor
    if most.bound2 >= 2 * (whom + (c.step or c.base)):
        yield "it is not proven that no more people can be placed"
    if higher.bound2 >= 2 * whom:
        yield "it is not proven that a higher floor would place fewer"
    for bound in c.floor:
        yield from _bound_holds(result, encoded, bound, progress)


def _bound_holds(
    result: Result, encoded: Encoded, bound: Bound, progress: Progress | None
) -> Iterator[str]:
    """That no pairs of at least the bound's score weigh more than it says."""
    c = result.certificate
    y2, sets = np.array(bound.y2, np.int64), _sets_of(bound, len(encoded))
    if y2.shape != (len(encoded),) or sets is None:
        yield "the prices are not for these people"
        return
    if (y2 < 0).any() or any(s.z2 <= 0 for s in bound.sets):
        yield "a price is below zero"
    if (sets.size % 2 == 0).any() or (sets.size < 3).any():
        yield "a set in the proof is not odd"
    of_sets = zip(bound.sets, sets.size.tolist(), strict=True)
    if bound.bound2 != sum(bound.y2) + sum(s.z2 * (size // 2) for s, size in of_sets):
        yield "the bound or the total of the proof is wrong"
    place = {person: row for row, person in enumerate(encoded.pool.ids)}
    held = [place[person] for lock in result.locks for person in lock]
    a = without(encoded, held).arrays
    net = y2 - c.base - 2 * c.step * encoded.waited
    units = ranges(len(encoded), max(1, PAIRS // len(encoded)))
    generous = _generous(a)
    looks = in_turn(
        progress,
        "checking",
        units,
        lambda u: _broken(a, generous, net, sets, bound.minimum, bound.scored, *u),
    )
    for i, j in looks:
        if i >= 0:
            who = f"{encoded.pool.ids[i]} and {encoded.pool.ids[j]}"
            yield f"the prices do not rule out {who}: the round is not proven best"
            return


def _right_weights(result: Result, encoded: Encoded) -> bool:
    c, objective = result.certificate, result.policy.objective
    most = len(encoded) // 2 * 1_000_000
    if objective.place == "best":
        least = max(1, round(objective.minimum * 1_000_000))
        return (c.base, c.step, c.minimum) == (0, 0, least) and c.bonus >= 0
    longest = int(encoded.waited.max(initial=0))
    most += len(encoded) // 2 * c.bonus
    orderly = c.step > most if longest else c.step == 0
    orderly = orderly and (c.minimum == 0 or objective.raise_floor)
    return orderly and c.base > len(encoded) * longest * c.step + most


class _Sets(NamedTuple):
    """The odd sets of a proof as a forest: each has people of its own, and sets inside."""

    size: Row
    innermost: Row  # (n,) smallest set of each person, -1
    outer: Row  # the set around each, -1
    depth: Row
    price: Row  # of a set and all around it, added up


def _sets_of(bound: Bound, n: int) -> _Sets | None:
    """The sets, or None where they are not built from people and earlier sets, each used once."""
    sets = bound.sets
    found = _Sets(*(np.full(size, -1, np.int64) for size in (len(sets), n, *[len(sets)] * 3)))
    for k, s in enumerate(sets):
        if any(not 0 <= p < n or found.innermost[p] >= 0 for p in s.people):
            return None
        if any(not 0 <= q < k or found.outer[q] >= 0 for q in s.inside):
            return None
        if len({*s.people}) + len({*s.inside}) != len(s.people) + len(s.inside):
            return None
        found.innermost[list(s.people)] = k
        found.outer[list(s.inside)] = k
        found.size[k] = len(s.people) + sum(int(found.size[q]) for q in s.inside)
    for k in range(len(sets) - 1, -1, -1):
        around = found.outer[k]
        found.depth[k] = found.depth[around] + 1 if around >= 0 else 0
        found.price[k] = sets[k].z2 + (found.price[around] if around >= 0 else 0)
    return found


@kernel
def _together(s: _Sets, i: int, j: int) -> Whole:
    """Prices of the sets that hold both people."""
    a, b = s.innermost[i], s.innermost[j]
    while a != b and a >= 0 and b >= 0:
        if s.depth[a] < s.depth[b]:
            b = s.outer[b]
        else:
            a = s.outer[a]
    return s.price[a] if a == b and a >= 0 else np.int64(0)


def _generous(a: Arrays) -> Arrays:
    """The same people, as if texts and hours that are given always suited: no pair scores less."""
    shape, slot = a.shape.copy(), a.slot.copy()
    shape[(shape == Shape.VECTOR) | (shape == Shape.WEEK)] = Shape.CHOICE
    slot[shape != a.shape] = len(a.codes)
    everybody = np.zeros((1, a.codes.shape[1]), np.int32)
    table = np.full((1, 2), ONE, np.int64)
    codes, tables = np.concatenate([a.codes, everybody]), np.concatenate([a.tables, table])
    return a._replace(shape=shape, slot=slot, codes=codes, tables=tables)


@kernel
def _broken(
    a: Arrays,
    generous: Arrays,
    net: Row,
    sets: _Sets,
    minimum: int,
    scored: int,
    begin: int,
    end: int,
) -> tuple[Whole, Whole]:
    """The first pair of rows in [begin, end) with later ones that weighs more than its prices."""
    n = net.shape[0]
    everybody, some = np.arange(n), np.empty(TILE, np.int64)
    d = desk(TILE)
    for i in range(begin, end):
        for j in range(i + 1, n, TILE):
            others = everybody[j : j + TILE]
            score_some(generous, i, others, 0, ALL_CRITERIA, d)
            count = 0
            for x in range(others.shape[0]):
                excess = 2 * scored * d.score[x] - net[i] - net[j + x]
                if d.score[x] >= max(0, minimum) and excess > 0:
                    some[count] = j + x
                    count += 1
            score_some(a, i, some[:count], 0, ALL_CRITERIA, d)
            for x in range(count):
                excess = 2 * scored * d.score[x] - net[i] - net[some[x]]
                fits = d.score[x] >= max(0, minimum) and excess > 0
                if fits and excess > _together(sets, i, some[x]):
                    return i, some[x]
    return -1, -1
