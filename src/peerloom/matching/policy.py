"""What the matching is asked to do: criteria (must-haves and wishes) and the objective."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from peerloom.matching.errors import PolicyError, Problem, nearest
from peerloom.words import _

WEIGHTS = {"a little": 1.0, "matters": 2.0, "matters a lot": 4.0}
RECIPROCAL = ("harmonic", "min", "arithmetic")

# Which columns each kind reads, and which of its settings have a default.
KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "same": (("field",), ("company",)),
    "different": (("field",), ()),
    "close": (("field",), ("tolerance", "order")),
    "overlap": (("field",), ()),
    "exchange": (("wants", "offers"), ()),
    "schedule": (("field",), ("zone", "minutes", "season")),
    "text": (("field",), ("model",)),
    "observed": (("field",), ("suits",)),
    "apart": (("field",), ("competitors",)),
    "rank": (("field",), ("refused",)),
}


@dataclass(frozen=True)
class Criterion:
    """One thing the matching looks at.

    Attributes
    ----------
    kind
        One of `KINDS`.
    name
        Words for people; made from the kind and its columns when not given.
    settings
        Columns and settings of the kind, as in the policy file.
    must
        A must-have for everyone.
    personal
        Yes/no column: a must-have of those who say yes, held in both directions.
    threshold
        Least benefit, in [0, 1], that meets the must-have.
    missing
        What a must-have does with a missing answer.
    weight
        Weight of the wish; 0 for a must-have alone.
    """

    kind: str
    name: str
    settings: Mapping[str, Any]
    must: bool = False
    personal: str = ""
    threshold: float = 1.0
    missing: str = "allow"
    weight: float = 0.0

    @property
    def demands(self) -> bool:
        """True if somebody can be shut out by it."""
        return self.must or bool(self.personal)

    def columns(self) -> tuple[str, ...]:
        """Columns of the pool it reads."""
        named = [self.settings.get(k) for k in ("field", "wants", "offers", "zone")]
        named += [self.settings.get(k) for k in ("competitors", "refused", "company")]
        named.append(self.personal)
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True)
class Objective:
    """What 'best' means; see matching.md, 'The model'."""

    place: str = "everyone"
    minimum: float = 0.0
    trios: bool = True
    reciprocal: str = "harmonic"
    raise_floor: bool = False
    size: tuple[int, int] = (2, 2)

    @property
    def circles(self) -> bool:
        """True where people meet in circles rather than pairs."""
        return self.size != (2, 2)


@dataclass(frozen=True)
class Policy:
    """Criteria in order, and the objective.

    Attributes
    ----------
    id_column, lists, waited
        How the pool is read: the column of ids, the mark that splits many-choice cells, and the
        column that says how many rounds a person has waited (empty: none).
    """

    criteria: tuple[Criterion, ...]
    objective: Objective = field(default_factory=Objective)
    id_column: str = "id"
    lists: str = "; "
    waited: str = ""

    def columns(self) -> tuple[str, ...]:
        """All columns of the pool that it reads."""
        names = [n for c in self.criteria for n in c.columns()]
        return tuple(dict.fromkeys([*names, *([self.waited] if self.waited else [])]))

    def check_columns(self, known: Iterable[str]) -> None:
        """Raise `PolicyError` for each column that the pool does not have."""
        names = list(known)
        problems = [
            Problem(
                _("criterion {place} ({kind})").format(place=place, kind=c.kind),
                _("there is no column '{column}'.{hint}").format(
                    column=column, hint=nearest(column, names)
                ),
            )
            for place, c in enumerate(self.criteria, 1)
            for column in c.columns()
            if column not in names
        ]
        if self.waited and self.waited not in names:
            what = _("there is no column '{column}'.{hint}").format(
                column=self.waited, hint=nearest(self.waited, names)
            )
            problems.append(Problem("[pool] waited", what))
        if problems:
            raise PolicyError(problems)

    def as_dict(self) -> dict[str, Any]:
        """The policy as `policy_from_dict` reads it."""
        pool: dict[str, Any] = {"id": self.id_column, "lists": self.lists}
        if self.waited:
            pool["waited"] = self.waited
        objective = asdict(self.objective) | {"size": list(self.objective.size)}
        return {"pool": pool, "criterion": [_as_table(c) for c in self.criteria]} | {
            "objective": objective
        }

    def digest(self) -> str:
        """SHA-256 of what it says."""
        text = json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def with_criterion(self, place: int, **changes: Any) -> Policy:
        """The same policy with one criterion changed (what-if)."""
        criteria = list(self.criteria)
        criteria[place] = replace(criteria[place], **changes)
        return replace(self, criteria=tuple(criteria))


def _as_table(c: Criterion) -> dict[str, Any]:
    table: dict[str, Any] = {"kind": c.kind, "name": c.name, **c.settings}
    if c.demands:
        table |= {"threshold": c.threshold, "missing": c.missing}
    if c.must:
        table["must"] = True
    if c.personal:
        table["personal"] = c.personal
    if c.weight:
        table["weight"] = c.weight
    return table
