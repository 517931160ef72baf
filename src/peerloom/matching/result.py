"""What a matching returns, and how it is kept: `round.json`, the same bytes for the same round."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from peerloom.matching.blossom import Blossom
from peerloom.matching.errors import MatchingError, ResultError
from peerloom.matching.policy import Policy
from peerloom.matching.policy_reading import policy_from_dict
from peerloom.matching.pool import Pool
from peerloom.tables import write_csv

FORMAT = "peerloom-round/2"


@dataclass(frozen=True)
class PairFit:
    """How well two people suit each other; all figures in millionths.

    Attributes
    ----------
    members
        Ids of the two.
    score
        Reciprocal mean of the satisfactions.
    satisfaction
        Of the first with the second, and the other way.
    points
        For each criterion in the policy's order: its part in each satisfaction (they add up to
        the satisfaction but for rounding).
    """

    members: tuple[str, str]
    score: int
    satisfaction: tuple[int, int]
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Partnership:
    """People matched to each other.

    Attributes
    ----------
    members
        Two ids, or three; in circles three to eight; sorted.
    value
        Worth to the total, in millionths: a pair's score; a trio's mean score for one and a half
        pairs; a circle's as `circles.worth` says.
    fits
        Every two of the members.
    locked
        It was to stay as it is.
    joined
        Id of the one who joined a pair; empty in a pair.
    """

    members: tuple[str, ...]
    value: int
    fits: tuple[PairFit, ...]
    locked: bool = False
    joined: str = ""

    @property
    def score(self) -> int:
        """Mean score of every two of the members, in millionths."""
        return sum(f.score for f in self.fits) // len(self.fits)


@dataclass(frozen=True)
class Relaxation:
    """The smallest set of must-haves without which a person could be placed.

    Attributes
    ----------
    criteria
        Places in the policy's list.
    opens
        How many people it opens.
    nearest
        For each criterion how near the nearest miss came: for `close` the distance in thousandths,
        else the benefit in millionths.
    places
        True when it is shown to place the person; False when it opens partners who may be taken.
    """

    criteria: tuple[int, ...]
    opens: int
    nearest: tuple[int, ...]
    places: bool


@dataclass(frozen=True)
class Unplaced:
    """A person without a partnership, and why.

    Attributes
    ----------
    person
        Id.
    reason
        `alone`, `ask`, `nobody_fits`, `below_minimum`, `all_taken`, `left_over` (circles).
    eligible
        People who meet every must-have with them.
    excludes
        For each demanding criterion (place in the policy's list) how many people it alone or with
        others shuts out.
    relaxation
        None where no must-have stands in the way, or none would help.
    """

    person: str
    reason: str
    eligible: int
    excludes: tuple[tuple[int, int], ...] = ()
    relaxation: Relaxation | None = None


@dataclass(frozen=True)
class Quality:
    """Figures of a round; scores and satisfactions in millionths."""

    placed: int
    people: int
    eligible_pairs: int
    total: int
    mean: int
    lowest: int
    quartiles: tuple[int, int, int]
    top_ten: int
    blocking_pairs: int
    gini: int


@dataclass(frozen=True)
class Bound:
    """What any pairs of at least a score can weigh at most.

    Attributes
    ----------
    minimum
        Least score of the pairs, in millionths.
    scored
        1 where they weigh their scores too, 0 where only being placed and having waited count.
    y2, sets, bound2
        As in `Certificate`.
    """

    minimum: int
    scored: int
    y2: tuple[int, ...]
    sets: tuple[Blossom, ...]
    bound2: int


@dataclass(frozen=True)
class Certificate:
    """Proof that the pairs are the best; people in the order of the result's pool.

    Attributes
    ----------
    base, step, minimum
        How weights are made, see `peerloom.matching.weights`.
    y2
        Doubled price of each person.
    sets
        Odd sets, inner before outer.
    bound2, total2
        Twice the bound the prices prove, and twice what the pairs weigh.
    bonus
        Worth of keeping a standing pair.
    floor
        Where the floor was raised to `minimum`: that no pairs place more, and that pairs with a
        higher floor place fewer.
    """

    base: int
    step: int
    minimum: int
    y2: tuple[int, ...]
    sets: tuple[Blossom, ...]
    bound2: int
    total2: int
    bonus: int = 0
    floor: tuple[Bound, ...] = ()

    @property
    def gap2(self) -> int:
        """Twice what could still be gained; 0 is a proven optimum."""
        return self.bound2 - self.total2


@dataclass(frozen=True)
class Result:
    """A solved round: everything needed to read it, repeat it, and check it."""

    pool: Pool
    policy: Policy
    locks: tuple[tuple[str, str], ...]
    standing: tuple[tuple[str, str], ...]
    never: tuple[tuple[str, str], ...]
    partnerships: tuple[Partnership, ...]
    unplaced: tuple[Unplaced, ...]
    quality: Quality
    certificate: Certificate
    timings: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def touched(self) -> int:
        """Standing pairs that ended."""
        kept = {p.members for p in self.partnerships}
        return sum(pair not in kept for pair in self.standing)

    def as_dict(self) -> dict[str, Any]:
        """Plain data without timings, which differ from run to run."""
        pool = {"ids": self.pool.ids, "columns": dict(sorted(self.pool.columns.items()))}
        return {
            "format": FORMAT,
            "pool_digest": self.pool.digest(),
            "policy_digest": self.policy.digest(),
            "policy": self.policy.as_dict(),
            "pool": pool,
            "locks": self.locks,
            "standing": self.standing,
            "never": self.never,
            "partnerships": [asdict(p) | {"score": p.score} for p in self.partnerships],
            "unplaced": [asdict(u) for u in self.unplaced],
            "quality": asdict(self.quality),
            "certificate": asdict(self.certificate) | {"gap2": self.certificate.gap2},
        }

    def to_json(self) -> str:
        """The text of `round.json`: the same round gives the same bytes."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n"

    def partnerships_csv(self) -> str:
        """Columns partnership, members, score."""
        rows = [
            (k, "; ".join(p.members), f"{p.score / 1e6:.6f}")
            for k, p in enumerate(self.partnerships, 1)
        ]
        return write_csv(("partnership", "members", "score"), rows)

    def unplaced_csv(self, words: Mapping[str, tuple[str, str]]) -> str:
        """Columns id, reason, smallest_relaxation; `words` gives both texts by id."""
        rows = [(u.person, *words[u.person]) for u in self.unplaced]
        return write_csv(("id", "reason", "smallest_relaxation"), rows)


def read_result(path: str | Path) -> Result:
    """Read `round.json`, or the folder it is in.

    Raises
    ------
    ResultError
        Not there, not a round, or with parts missing.
    """
    path = Path(path)
    if path.is_dir():
        path = path / "round.json"
    if not path.is_file():
        raise ResultError(f"there is no file '{path}'")
    try:
        return result_from_dict(json.loads(path.read_text("utf-8")))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ResultError(f"'{path.name}' is not valid JSON: {error}") from None


def result_from_dict(data: Any) -> Result:
    """The result that `Result.as_dict` wrote; nothing in it is believed yet, see `verify`."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ResultError(f"it does not say that it is in the format '{FORMAT}'")
    try:
        pool = Pool(
            tuple(data["pool"]["ids"]),
            {n: tuple(cells) for n, cells in data["pool"]["columns"].items()},
        )
        result = Result(
            pool=pool,
            policy=policy_from_dict(data["policy"]),
            locks=tuple((a, b) for a, b in data["locks"]),
            standing=tuple((a, b) for a, b in data["standing"]),
            never=tuple((a, b) for a, b in data["never"]),
            partnerships=tuple(_partnership(p) for p in data["partnerships"]),
            unplaced=tuple(_unplaced(u) for u in data["unplaced"]),
            quality=_quality(data["quality"]),
            certificate=_certificate(data["certificate"]),
        )
    except MatchingError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ResultError(f"a part is missing or of the wrong form ({error!r})") from None
    for name, digest in (("pool", pool.digest()), ("policy", result.policy.digest())):
        if data.get(f"{name}_digest") != digest:
            raise ResultError(
                f"the {name} is not the one the round was solved on (its digest differs)"
            )
    return result


def _partnership(data: Mapping[str, Any]) -> Partnership:
    fits = tuple(
        PairFit(
            members=(f["members"][0], f["members"][1]),
            score=int(f["score"]),
            satisfaction=(int(f["satisfaction"][0]), int(f["satisfaction"][1])),
            points=tuple((int(a), int(b)) for a, b in f["points"]),
        )
        for f in data["fits"]
    )
    if not fits:
        raise ValueError("a partnership without people")
    return Partnership(
        tuple(data["members"]), int(data["value"]), fits, bool(data["locked"]), data["joined"]
    )


def _unplaced(data: Mapping[str, Any]) -> Unplaced:
    r = data["relaxation"]
    relaxation = r and Relaxation(
        tuple(r["criteria"]), r["opens"], tuple(r["nearest"]), bool(r["places"])
    )
    excludes = tuple((int(c), int(k)) for c, k in data["excludes"])
    return Unplaced(data["person"], data["reason"], data["eligible"], excludes, relaxation)


def _quality(data: Mapping[str, Any]) -> Quality:
    low, middle, high = data["quartiles"]
    return Quality(**{**data, "quartiles": (low, middle, high)})


def _certificate(data: Mapping[str, Any]) -> Certificate:
    return Certificate(
        base=int(data["base"]),
        step=int(data["step"]),
        minimum=int(data["minimum"]),
        y2=tuple(int(y) for y in data["y2"]),
        sets=_sets(data["sets"]),
        bound2=int(data["bound2"]),
        total2=int(data["total2"]),
        bonus=int(data["bonus"]),
        floor=tuple(
            Bound(
                minimum=int(b["minimum"]),
                scored=int(b["scored"]),
                y2=tuple(int(y) for y in b["y2"]),
                sets=_sets(b["sets"]),
                bound2=int(b["bound2"]),
            )
            for b in data["floor"]
        ),
    )


def _sets(data: Sequence[Mapping[str, Any]]) -> tuple[Blossom, ...]:
    return tuple(Blossom(tuple(s["people"]), tuple(s["inside"]), int(s["z2"])) for s in data)
