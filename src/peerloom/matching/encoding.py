"""Reading a pool under a policy, once, into the arrays that scoring runs over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.criteria import ENCODERS, ONE, Answers, Shape
from peerloom.matching.errors import PoolError, Problem, nearest
from peerloom.matching.policy import RECIPROCAL, Criterion, Policy
from peerloom.matching.pool import Pool
from peerloom.matching.scoring import (
    INELIGIBLE,
    WORDS_A_WEEK,
    Arrays,
    mean_benefit,
    must_haves,
    score_pairs,
    sociable,
)

SAMPLE = 1000  # people over whom a criterion's mean is taken in larger pools
MAX_WAITED = 7
_YES = frozenset(["yes", "y", "true", "1", "x", "oui", "si", "sí"])
_NO = frozenset(["", *["no", "n", "false", "0", "non"]])


@dataclass(frozen=True)
class Encoded:
    """A pool under a policy, ready to be scored. People stand in canonical order.

    Attributes
    ----------
    pool
        The people in canonical order: by what they answered, then by id. So neither the order of
        the file nor (but for people with equal answers) the ids decide between equal totals.
    policy
        As given.
    arrays
        See `Arrays`.
    company
        In circles, for each criterion with `company`: who is never to be the only one. Between two
        that is a personal must-have, and stands in `arrays`.
    waited : int64 array, shape (n,)
        Rounds each person has waited, at most `MAX_WAITED`.
    locks, never, standing
        Pairs of rows that must be, that may not be (bans, past partners, refusals), and that stand
        already and had better be kept.
    """

    pool: Pool
    policy: Policy
    arrays: Arrays
    waited: NDArray[np.int64]
    company: Mapping[int, NDArray[np.uint8]]
    locks: tuple[tuple[int, int], ...]
    never: tuple[tuple[int, int], ...]
    standing: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.pool)


def encode(
    pool: Pool,
    policy: Policy,
    *,
    locks: Iterable[tuple[str, str]] = (),
    never: Iterable[tuple[str, str]] = (),
    standing: Iterable[tuple[str, str]] = (),
) -> Encoded:
    """Read every answer that the policy needs, once.

    Parameters
    ----------
    pool, policy
        People and what to match them by.
    locks
        Pairs of ids that stay together.
    never
        Pairs of ids that may not be matched: bans and past partners.
    standing
        Pairs of ids that stand already; those that may no longer be do not count.

    Raises
    ------
    PolicyError
        The policy names columns the pool does not have.
    PoolError
        Cells that cannot be read, ids that nobody has, locks that clash; all at once.
    """
    policy.check_columns(pool.columns)
    pool = pool.only(policy.columns())
    pool = pool.subset(_canonical_order(pool, policy))
    problems: list[Problem] = []
    answers = [ENCODERS[c.kind](pool, c, policy.lists, problems) for c in policy.criteria]
    waited = _waited(pool, policy, problems)
    asks = [_asks(pool, c, problems) for c in policy.criteria]
    company = {
        k: _yes(pool, c.settings["company"], problems)
        for k, c in enumerate(policy.criteria)
        if c.settings.get("company")
    }
    if not policy.objective.circles:
        asks = [company.pop(k, asked) for k, asked in enumerate(asks)]
    pairs_never = set(_rows(pool, never, "a pair to keep apart", problems))
    for answer in answers:
        pairs_never |= set(answer.never)
    pairs_locked = _rows(pool, locks, "a pair to keep together", problems)
    stands = _rows(pool, standing, "a pair that stands", problems)
    problems += _clashes(pool, pairs_locked)
    if problems:
        raise PoolError(problems)
    arrays = _stack(len(pool), policy, answers, asks, sorted(pairs_never))
    arrays = arrays._replace(mean=_means(arrays, pool, policy))
    encoded = Encoded(
        pool,
        policy,
        arrays,
        waited,
        company,
        tuple(sorted(pairs_locked)),
        tuple(sorted(pairs_never)),
        _eligible(arrays, stands),
    )
    _check_locks(encoded)
    return encoded


def _eligible(arrays: Arrays, pairs: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    if not pairs:
        return ()
    left, right = (np.array(side, np.int64) for side in zip(*pairs, strict=True))
    scores = score_pairs(arrays, left, right)[:, 0].tolist()
    return tuple(p for p, score in zip(pairs, scores, strict=True) if score != INELIGIBLE)


def without(encoded: Encoded, rows: Sequence[int]) -> Encoded:
    """The same pool with some people set aside; nobody can be matched with them."""
    active = encoded.arrays.active.copy()
    active[list(rows)] = 0
    return replace(encoded, arrays=encoded.arrays._replace(active=active))


def _canonical_order(pool: Pool, policy: Policy) -> list[int]:
    # Lists of ids would make the order depend on names.
    ranks = {n for c in policy.criteria if c.kind == "rank" for n in c.columns()}
    names = [n for n in sorted(pool.columns) if n not in ranks]
    keys = [_digest([pool.columns[n][row] for n in names]) for row in range(len(pool))]
    return sorted(range(len(pool)), key=lambda row: (keys[row], pool.ids[row]))


def _digest(cells: Sequence[str]) -> bytes:
    return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).digest()


def _rows(
    pool: Pool, pairs: Iterable[tuple[str, str]], what: str, problems: list[Problem]
) -> list[tuple[int, int]]:
    place = {person: row for row, person in enumerate(pool.ids)}
    found = []
    for a, b in pairs:
        unknown = [p for p in (a, b) if p not in place]
        for person in unknown:
            problems.append(Problem(what, f"nobody has the id '{person}'.{nearest(person, place)}"))
        if a == b:
            problems.append(Problem(what, f"'{a}' cannot be paired with themselves"))
        elif not unknown:
            found.append((min(place[a], place[b]), max(place[a], place[b])))
    return sorted(set(found))


def _clashes(pool: Pool, locks: Sequence[tuple[int, int]]) -> list[Problem]:
    seen: set[int] = set()
    problems = []
    for pair in locks:
        for row in pair:
            if row in seen:
                what = f"'{pool.ids[row]}' is in two pairs to keep together"
                problems.append(Problem("a pair to keep together", what))
            seen.add(row)
    return problems


def _check_locks(encoded: Encoded) -> None:
    locks = encoded.locks
    if not locks:
        return
    left, right = (np.array(side, np.int64) for side in zip(*locks, strict=True))
    scores = score_pairs(encoded.arrays, left, right)[:, 0]
    ids = encoded.pool.ids
    problems = [
        Problem(
            "a pair to keep together",
            f"'{ids[a]}' and '{ids[b]}' break a must-have or are kept apart",
        )
        for (a, b), score in zip(locks, scores, strict=True)
        if score == INELIGIBLE
    ]
    if problems:
        raise PoolError(problems)


def _waited(pool: Pool, policy: Policy, problems: list[Problem]) -> NDArray[np.int64]:
    waited = np.zeros(len(pool), np.int64)
    if policy.waited:
        for row, cell in enumerate(pool.column(policy.waited)):
            if cell and not cell.isdecimal():
                what = f"'{cell}' is not a whole number of rounds"
                problems.append(Problem(pool.where(row, policy.waited), what))
            elif cell:
                waited[row] = min(MAX_WAITED, int(cell[:9]))
    return waited


def _asks(pool: Pool, criterion: Criterion, problems: list[Problem]) -> NDArray[np.uint8]:
    if criterion.personal and not criterion.must:
        return _yes(pool, criterion.personal, problems)
    return np.full(len(pool), criterion.must, np.uint8)


def _yes(pool: Pool, column: str, problems: list[Problem]) -> NDArray[np.uint8]:
    """Who says yes in a yes/no column."""
    yes = np.zeros(len(pool), np.uint8)
    for row, cell in enumerate(pool.column(column)):
        said = cell.casefold()
        if said not in _YES | _NO:
            problems.append(Problem(pool.where(row, column), f"'{cell}' is neither yes nor no"))
        yes[row] = said in _YES
    return yes


def _means(a: Arrays, pool: Pool, policy: Policy) -> NDArray[np.int64]:
    """Each criterion's mean over people who can be matched at all.

    Those who can't do not count, so that their coming or going changes nothing for the others.
    Above `SAMPLE` people the ones whose answers have the smallest digests stand for all.
    """
    people = np.flatnonzero(sociable(must_haves(a)))[:SAMPLE]
    return np.array([mean_benefit(a, c, people) for c in range(len(policy.criteria))], np.int64)


def _pad(parts: list[Any], shape: tuple[int, ...], kind: type) -> NDArray[Any]:
    """Arrays of one stack, padded with zeros to a common shape; at least one, for the compiler."""
    stack: NDArray[Any] = np.zeros((max(1, len(parts)), *shape), kind)
    for k, part in enumerate(parts):
        room_for = tuple(slice(size) for size in part.shape)
        stack[k][room_for] = part
    return stack


def _stack(
    n: int,
    policy: Policy,
    answers: Sequence[Answers],
    asks: Sequence[NDArray[np.uint8]],
    never: Sequence[tuple[int, int]],
) -> Arrays:
    by_shape = {s: [x for x in answers if x.shape == s] for s in Shape}
    seen = dict.fromkeys(Shape, 0)
    slot = []
    for answer in answers:
        slot.append(seen[answer.shape])
        seen[answer.shape] += 1
    sets, weeks, vectors = (by_shape[s] for s in (Shape.SETS, Shape.WEEK, Shape.VECTOR))
    words = max([1, *(x.left.shape[1] for x in sets)])
    left = _pad([x.left for x in sets], (n, words), np.uint64)
    start, other, benefit = _lists(by_shape[Shape.LIST], n)
    never_start, never_other = _symmetric_rows(never, n)
    cs = policy.criteria
    return Arrays(
        shape=np.array([int(x.shape) for x in answers], np.int64),
        slot=np.array(slot, np.int64),
        gives=np.array([x.gives for x in answers], np.uint8).reshape(len(cs), n),
        takes=np.array([x.takes for x in answers], np.uint8).reshape(len(cs), n),
        asks=np.array(asks, np.uint8).reshape(len(cs), n),
        demands=np.array([bool(said.any()) for said in asks], np.uint8),
        threshold=np.array([round(c.threshold * ONE) for c in cs], np.int64),
        strict=np.array([c.missing != "allow" for c in cs], np.uint8),
        weight=np.array([round(c.weight * 1000) for c in cs], np.int64),
        mean=np.full(len(cs), ONE // 2, np.int64),
        codes=_pad([x.codes for x in by_shape[Shape.CHOICE]], (n,), np.int32),
        tables=_pad([x.table[0] for x in by_shape[Shape.CHOICE]], (2,), np.int64),
        numbers=_pad([x.numbers for x in by_shape[Shape.NUMBER]], (n,), np.int64),
        tolerance=np.array([x.tolerance for x in by_shape[Shape.NUMBER]] or [0], np.int64),
        left=left,
        right=_pad([x.right for x in sets], (n, words), np.uint64),
        counts=np.bitwise_count(left).sum(axis=2, dtype=np.int64),
        week=_pad(
            [x.left for x in weeks], (n, max([1, *(x.left.shape[1] for x in weeks)])), np.uint64
        ),
        weeks=np.array([x.left.shape[1] // WORDS_A_WEEK for x in weeks] or [0], np.int64),
        enough=np.array([x.enough for x in weeks] or [1], np.int64),
        vectors=_pad(
            [x.vectors for x in vectors],
            (n, max([1, *(x.vectors.shape[1] for x in vectors)])),
            np.int16,
        ),
        list_start=start,
        list_other=other,
        list_benefit=benefit,
        never_start=never_start,
        never_other=never_other,
        active=np.ones(n, np.uint8),
        reciprocal=np.array([RECIPROCAL.index(policy.objective.reciprocal)], np.int64),
    )


def _lists(
    answers: Sequence[Answers], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    start = np.zeros((max(1, len(answers)), n + 1), np.int64)
    flat: list[tuple[int, int]] = []
    for k, answer in enumerate(answers):
        for row, entries in enumerate(answer.lists):
            start[k, row] = len(flat)
            flat.extend(entries)
        start[k, n] = len(flat)
    pairs = np.array(flat or [(0, 0)], np.int64)
    return start, pairs[:, 0].copy(), pairs[:, 1].copy()


def _symmetric_rows(
    pairs: Sequence[tuple[int, int]], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    both = sorted({*pairs, *((b, a) for a, b in pairs)})
    start = np.zeros(n + 1, np.int64)
    tails = np.array([a for a, _ in both], np.int64)
    np.cumsum(np.bincount(tails, minlength=n), out=start[1:])
    return start, np.array([b for _, b in both] or [0], np.int64)
