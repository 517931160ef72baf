"""What a matching returns, and how it is kept: `round.json`, the same bytes for the same round."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from peerloom.matching.blossom import Blossom
from peerloom.matching.policy import Policy
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
