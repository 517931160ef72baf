"""From a pool and a policy to integer scores of pairs, and whether a pair may be at all.

Everything is an integer, in millionths, so that every machine agrees to the last digit:
satisfaction ``u = sum(w b) // sum(w)``, pair score a reciprocal mean of the two satisfactions
(harmonic by default: Pizzato et al. 2010, RECON). A pair that breaks a must-have scores -1.

No array of all pairs is ever made: rows are scored against tiles of columns.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.compiled import Whole, kernel
from peerloom.matching.criteria import ENCODERS, ONE, Answers, Shape
from peerloom.matching.errors import PoolError, Problem, nearest
from peerloom.matching.policy import RECIPROCAL, Criterion, Policy
from peerloom.matching.pool import Pool

Row = NDArray[np.int64]

TILE = 1024
SAMPLE = 1000  # people over whom a criterion's mean is taken in larger pools
INELIGIBLE = -1
MAX_WAITED = 7

_CHOICE, _NUMBER, _SETS, _WEEK, _VECTOR = (
    int(s) for s in (Shape.CHOICE, Shape.NUMBER, Shape.SETS, Shape.WEEK, Shape.VECTOR)
)
_WORDS_A_WEEK = 11


class Arrays(NamedTuple):
    """A pool under a policy, as the compiled loops read it: c criteria, n people.

    `slot[c]` is the place of criterion c in the stack of its shape.
    """

    shape: NDArray[np.int64]
    slot: NDArray[np.int64]
    gives: NDArray[np.uint8]  # (c, n)
    takes: NDArray[np.uint8]  # (c, n)
    asks: NDArray[np.uint8]  # (c, n) whose must-have it is
    demands: NDArray[np.uint8]  # (c,)
    threshold: NDArray[np.int64]
    strict: NDArray[np.uint8]  # a missing answer breaks the must-have
    weight: NDArray[np.int64]  # thousandths
    mean: NDArray[np.int64]
    codes: NDArray[np.int32]  # (stack, n)
    tables: NDArray[np.int64]  # (stack, 2): benefit when equal, when not
    numbers: NDArray[np.int64]
    tolerance: NDArray[np.int64]
    left: NDArray[np.uint64]  # (stack, n, words)
    right: NDArray[np.uint64]
    counts: NDArray[np.int64]
    week: NDArray[np.uint64]
    weeks: NDArray[np.int64]
    enough: NDArray[np.int64]
    vectors: NDArray[np.int16]  # (stack, n, d)
    list_start: NDArray[np.int64]  # (stack, n + 1)
    list_other: NDArray[np.int64]
    list_benefit: NDArray[np.int64]
    never_start: NDArray[np.int64]  # (n + 1,) pairs that may not be, by row
    never_other: NDArray[np.int64]
    active: NDArray[np.uint8]  # (n,) in the pool of this solve
    reciprocal: NDArray[np.int64]  # (1,)


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
    waited : int64 array, shape (n,)
        Rounds each person has waited, at most `MAX_WAITED`.
    locks, never
        Pairs of rows that must be, and that may not be (bans, past partners, refusals).
    """

    pool: Pool
    policy: Policy
    arrays: Arrays
    waited: NDArray[np.int64]
    locks: tuple[tuple[int, int], ...]
    never: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.pool)


@kernel(inline="always")
def _popcount(x: np.uint64) -> np.uint64:
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (x * np.uint64(0x0101010101010101)) >> np.uint64(56)


@kernel
def benefits(
    a: Arrays,
    c: int,
    i: int,
    begin: int,
    end: int,
    to_i: NDArray[np.int64],
    to_j: NDArray[np.int64],
) -> None:
    """Benefit of each j in [begin, end) to i, and of i to j, on criterion c, in millionths."""
    k = a.slot[c]
    shape = a.shape[c]
    if shape == _CHOICE:
        code = a.codes[k, i]
        for j in range(begin, end):
            b = a.tables[k, 0] if a.codes[k, j] == code else a.tables[k, 1]
            to_i[j - begin] = b
            to_j[j - begin] = b
    elif shape == _NUMBER:
        mine = a.numbers[k, i]
        span = 2 * a.tolerance[k]
        for j in range(begin, end):
            distance = abs(a.numbers[k, j] - mine)
            b = np.int64(0)
            if distance == 0:
                b = np.int64(ONE)
            elif distance < span:
                b = ONE * (span - distance) // span
            to_i[j - begin] = b
            to_j[j - begin] = b
    elif shape == _SETS:
        words = a.left.shape[2]
        for j in range(begin, end):
            gets = np.uint64(0)
            serves = np.uint64(0)
            for w in range(words):
                gets += _popcount(a.left[k, i, w] & a.right[k, j, w])
                serves += _popcount(a.left[k, j, w] & a.right[k, i, w])
            to_i[j - begin] = np.int64(gets) * ONE // max(1, a.counts[k, i])
            to_j[j - begin] = np.int64(serves) * ONE // max(1, a.counts[k, j])
    elif shape == _WEEK:
        for j in range(begin, end):
            poorest = a.enough[k]
            for week in range(a.weeks[k]):
                shared = np.uint64(0)
                for w in range(week * _WORDS_A_WEEK, (week + 1) * _WORDS_A_WEEK):
                    shared += _popcount(a.week[k, i, w] & a.week[k, j, w])
                poorest = min(poorest, np.int64(shared))
            b = poorest * ONE // a.enough[k]
            to_i[j - begin] = b
            to_j[j - begin] = b
    elif shape == _VECTOR:
        size = a.vectors.shape[2]
        for j in range(begin, end):
            dot = np.int64(0)
            for d in range(size):
                dot += np.int64(a.vectors[k, i, d]) * np.int64(a.vectors[k, j, d])
            b = min(np.int64(ONE), max(np.int64(0), dot))
            to_i[j - begin] = b
            to_j[j - begin] = b
    else:
        for j in range(begin, end):
            to_i[j - begin] = _listed(a, k, i, j)
            to_j[j - begin] = _listed(a, k, j, i)


@kernel
def _listed(a: Arrays, k: int, i: int, j: int) -> Whole:
    """Benefit of j on i's own list (sorted by the other's row)."""
    low, high = a.list_start[k, i], a.list_start[k, i + 1]
    while low < high:
        middle = (low + high) // 2
        if a.list_other[middle] < j:
            low = middle + 1
        else:
            high = middle
    if low < a.list_start[k, i + 1] and a.list_other[low] == j:
        return a.list_benefit[low]
    return np.int64(0)


@kernel
def _holds(a: Arrays, c: int, i: int, j: int, benefit: int) -> Whole:
    """True if criterion c, where it is a must-have of i, is met by j."""
    if not a.asks[c, i]:
        return True
    if a.takes[c, i] and a.gives[c, j]:
        return benefit >= a.threshold[c]
    return not a.strict[c]


@kernel
def score_tile(
    a: Arrays,
    i: int,
    begin: int,
    end: int,
    u_i: NDArray[np.int64],
    u_j: NDArray[np.int64],
    score: NDArray[np.int64],
    to_i: NDArray[np.int64],
    to_j: NDArray[np.int64],
) -> None:
    """Satisfactions and scores of i with each j in [begin, end); -1 where a must-have fails.

    All arrays have room for ``end - begin``; `to_i` and `to_j` are scratch.
    """
    size = end - begin
    for x in range(size):
        u_i[x] = 0
        u_j[x] = 0
        score[x] = 0 if a.active[begin + x] else INELIGIBLE
    if not a.active[i]:
        score[:size] = INELIGIBLE
        return
    if begin <= i < end:
        score[i - begin] = INELIGIBLE
    total = np.int64(0)
    for c in range(a.shape.shape[0]):
        weight = a.weight[c]
        total += weight
        benefits(a, c, i, begin, end, to_i, to_j)
        for x in range(size):
            j = begin + x
            if a.demands[c] and (
                not _holds(a, c, i, j, to_i[x]) or not _holds(a, c, j, i, to_j[x])
            ):
                score[x] = INELIGIBLE
            known = a.takes[c, i] and a.gives[c, j]
            u_i[x] += weight * (to_i[x] if known else a.mean[c])
            known = a.takes[c, j] and a.gives[c, i]
            u_j[x] += weight * (to_j[x] if known else a.mean[c])
    for x in range(size):
        if total > 0:
            u_i[x] //= total
            u_j[x] //= total
        else:
            # Must-haves alone: whoever meets them all suits.
            u_i[x] = ONE
            u_j[x] = ONE
        if score[x] != INELIGIBLE:
            score[x] = _mean(a.reciprocal[0], u_i[x], u_j[x])
    for k in range(a.never_start[i], a.never_start[i + 1]):
        j = a.never_other[k]
        if begin <= j < end:
            score[j - begin] = INELIGIBLE


@kernel
def room(size: int) -> tuple[Row, Row, Row, Row, Row]:
    """Arrays that `score_tile` writes to: satisfactions of i and j, score, and two of scratch."""
    return (
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
    )


@kernel(inline="always")
def _mean(kind: int, x: int, y: int) -> Whole:
    if kind == 1:
        return min(x, y)
    if kind == 2:
        return (x + y) // 2
    return 2 * x * y // (x + y) if x + y > 0 else np.int64(0)


@kernel
def score_pairs(a: Arrays, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Score and both satisfactions of given pairs: int64, shape (pairs, 3)."""
    found = np.empty((left.shape[0], 3), np.int64)
    u_i, u_j, score, s1, s2 = room(1)
    for p in range(left.shape[0]):
        j = right[p]
        score_tile(a, left[p], j, j + 1, u_i, u_j, score, s1, s2)
        found[p, 0] = score[0]
        found[p, 1] = u_i[0]
        found[p, 2] = u_j[0]
    return found


@kernel
def score_rows(a: Arrays, begin: int, end: int) -> NDArray[np.int32]:
    """Scores of people [begin, end) with everybody: int32, shape (end - begin, n)."""
    n = a.active.shape[0]
    found = np.empty((end - begin, n), np.int32)
    u_i, u_j, score, s1, s2 = room(TILE)
    for i in range(begin, end):
        for j in range(0, n, TILE):
            stop = min(n, j + TILE)
            score_tile(a, i, j, stop, u_i, u_j, score, s1, s2)
            for x in range(stop - j):
                found[i - begin, j + x] = score[x]
    return found


@kernel
def _sociable(a: Arrays) -> NDArray[np.bool_]:
    """Who has at least one eligible partner; stops at the first."""
    n = a.active.shape[0]
    found = np.zeros(n, np.bool_)
    u_i, u_j, score, s1, s2 = room(TILE)
    for i in range(n):
        for j in range(0, n, TILE):
            if found[i]:
                break
            stop = min(n, j + TILE)
            score_tile(a, i, j, stop, u_i, u_j, score, s1, s2)
            for x in range(stop - j):
                if score[x] != INELIGIBLE:
                    found[i] = True
                    found[j + x] = True
                    break
    return found


@kernel
def _mean_benefit(a: Arrays, c: int, people: NDArray[np.int64]) -> Whole:
    """Mean benefit of a criterion over the ordered pairs of these people that answered it."""
    total = np.int64(0)
    pairs = np.int64(0)
    to_i, to_j = np.empty(1, np.int64), np.empty(1, np.int64)
    for p in range(people.shape[0]):
        i = people[p]
        for q in range(p + 1, people.shape[0]):
            j = people[q]
            forth = a.takes[c, i] and a.gives[c, j]
            back = a.takes[c, j] and a.gives[c, i]
            if not (forth or back):
                continue
            benefits(a, c, i, j, j + 1, to_i, to_j)
            if forth:
                total += to_i[0]
                pairs += 1
            if back:
                total += to_j[0]
                pairs += 1
    return total // pairs if pairs > 0 else np.int64(ONE // 2)


def encode(
    pool: Pool,
    policy: Policy,
    *,
    locks: Iterable[tuple[str, str]] = (),
    never: Iterable[tuple[str, str]] = (),
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
    pairs_never = set(_rows(pool, never, "a pair to keep apart", problems))
    for answer in answers:
        pairs_never |= set(answer.never)
    pairs_locked = _rows(pool, locks, "a pair to keep together", problems)
    problems += _clashes(pool, pairs_locked)
    if problems:
        raise PoolError(problems)
    arrays = _stack(len(pool), policy, answers, asks, sorted(pairs_never))
    arrays = arrays._replace(mean=_means(arrays, pool, policy))
    encoded = Encoded(
        pool, policy, arrays, waited, tuple(sorted(pairs_locked)), tuple(sorted(pairs_never))
    )
    _check_locks(encoded)
    return encoded


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
            if cell and not cell.isdigit():
                what = f"'{cell}' is not a whole number of rounds"
                problems.append(Problem(pool.where(row, policy.waited), what))
            elif cell:
                waited[row] = min(MAX_WAITED, int(cell[:9]))
    return waited


_YES = frozenset(["yes", "y", "true", "1", "x", "oui", "si", "sí"])
_NO = frozenset(["", *["no", "n", "false", "0", "non"]])


def _asks(pool: Pool, criterion: Criterion, problems: list[Problem]) -> NDArray[np.uint8]:
    asks = np.full(len(pool), criterion.must, np.uint8)
    if criterion.personal and not criterion.must:
        for row, cell in enumerate(pool.column(criterion.personal)):
            said = cell.casefold()
            if said not in _YES | _NO:
                what = f"'{cell}' is neither yes nor no"
                problems.append(Problem(pool.where(row, criterion.personal), what))
            asks[row] = said in _YES
    return asks


def _means(a: Arrays, pool: Pool, policy: Policy) -> NDArray[np.int64]:
    """Each criterion's mean over people who can be matched at all.

    Those who can't do not count, so that their coming or going changes nothing for the others.
    Above `SAMPLE` people the ones whose answers have the smallest digests stand for all.
    """
    people = np.flatnonzero(_sociable(a))[:SAMPLE]
    return np.array([_mean_benefit(a, c, people) for c in range(len(policy.criteria))], np.int64)


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
        demands=np.array([c.demands for c in cs], np.uint8),
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
        weeks=np.array([x.left.shape[1] // _WORDS_A_WEEK for x in weeks] or [0], np.int64),
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
