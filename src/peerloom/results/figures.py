"""A figure: what was counted, of whom, how surely, beside what, and the sentence that may be quoted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from peerloom.core.words import heard, in_all, later
from peerloom.evidence import Estimate

# Of a figure that is no share, for people.
UNITS = {"points": later("points"), "people": later("people")}


# What a figure is broken down by, of the organisation's own file.
BREAKDOWNS = {"unit": later("Unit"), "site": later("Site"), "stage": later("Stage")}


class Claim(StrEnum):
    """How far a figure carries."""

    COUNT = "count"  # of what happened, all of it
    ASSOCIATION = "association"
    DRAWN = "drawn"  # places were drawn by lot: it was the program


@dataclass(frozen=True)
class Beside:
    """Another figure to hold the first against."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Point:
    """A figure at one time."""

    at: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True)
class Group:
    """The figure of one unit, site or stage."""

    by: str
    group: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Measured:
    """What was counted of some people.

    Attributes
    ----------
    value
        With its interval and how many it rests on.
    words
        The sentence.
    before, after, size
        Of a change: means, and the change in standard deviations.
    alike
        All of them said the same, so that it would tell what each said.
    """

    value: Estimate
    words: str
    before: float | None = None
    after: float | None = None
    size: float | None = None
    beside: tuple[Beside, ...] = ()
    trend: tuple[Point, ...] = ()
    claim: Claim = Claim.ASSOCIATION
    alike: bool = False
    curves: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Lot:
    """Those whom the lot gave a place and those whom it did not, and how they compare.

    Each counts where the lot put them, whatever came of it (intention to treat).
    """

    drawn: tuple[int, ...]
    others: tuple[int, ...]
    measure: Callable[[Sequence[int], Sequence[int]], tuple[Beside, Beside]]


@dataclass(frozen=True)
class Source:
    """One KPI's numbers before anything is shown.

    Attributes
    ----------
    people
        Whose numbers are in it: of participants, partnerships or records.
    keys
        For each of them the keys of their answers, by question.
    measure
        The figure of some of them.
    groups
        For each breakdown the group of each of them; those who are in none are left out.
    of
        How many could have been in it.
    along
        Answers of others in the figure of all of them, by question.
    """

    key: str
    unit: str
    digits: int
    people: tuple[int, ...]
    keys: Mapping[int, Mapping[str, str]]
    measure: Callable[[Sequence[int]], Measured]
    groups: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    of: int = 0
    whom: str = later("people")
    along: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lot: Lot | None = None

    def sums(self, people: Sequence[int]) -> dict[str, frozenset[str]]:
        """Which answers are in the figure of some people, by question."""
        found: dict[str, set[str]] = {}
        for person in people:
            for question, key in self.keys[person].items():
                found.setdefault(question, set()).add(key)
        sums = {question: frozenset(keys) for question, keys in found.items()}
        return sums | dict(self.along if len(people) == len(self.people) else {})


@dataclass(frozen=True)
class Missing:
    """Why there is no figure."""

    key: str
    words: str


@dataclass(frozen=True)
class Figure:
    """A figure as it is shown, or why there is none; kept as JSON."""

    key: str
    name: str
    unit: str = ""
    digits: int = 1
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    of: int = 0
    whom: str = later("people")
    before: float | None = None
    after: float | None = None
    size: float | None = None
    target: float | None = None
    baseline: float | None = None
    claim: str = ""
    words: str = ""
    missing: str = ""
    beside: tuple[Beside, ...] = ()
    trend: tuple[Point, ...] = ()
    groups: tuple[Group, ...] = ()
    # Some groups are not shown.
    hidden: bool = False
    # When it was counted: earlier than its edition where too few answers have come since.
    counted_on: str = ""
    curves: tuple[dict[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        kept = asdict(self)
        for part in ("name", "words", "missing", "whom"):
            kept[part] = in_all(kept[part])
        for beside in kept["beside"]:
            beside |= {part: in_all(beside[part]) for part in ("name", "words")}
        for curve in kept["curves"]:
            curve["name"] = in_all(curve["name"])
        return kept

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Figure:
        """From `as_dict`."""
        parts: dict[str, Any] = {
            **{part: heard(kept[part]) for part in ("name", "words", "missing", "whom")},
            "beside": tuple(
                Beside(**b | {part: heard(b[part]) for part in ("name", "words")})
                for b in kept.get("beside", ())
            ),
            "trend": tuple(Point(**p) for p in kept.get("trend", ())),
            "groups": tuple(Group(**g) for g in kept.get("groups", ())),
            "curves": tuple(c | {"name": heard(c["name"])} for c in kept.get("curves", ())),
        }
        return cls(**{**kept, **parts})

    @property
    def standing(self) -> str:
        """Against its target: 'reached' or 'below' where the whole interval is, else 'near'."""
        if self.low is None or self.high is None or self.target is None:
            return ""
        if self.low >= self.target:
            return "reached"
        return "below" if self.high < self.target else "near"


def group_words(of: Group) -> str:
    """A group with what it is a group of: Unit: Data."""
    return _("{what}: {group}").format(what=BREAKDOWNS.get(of.by.lower(), of.by), group=of.group)


def number(value: float, digits: int, unit: str = "") -> str:
    """A number as people read it: 12.3 %, 0.8 points."""
    # No minus before nothing.
    text = number_format(round(value, digits) or 0.0, digits).replace("-", "−")
    return f"{text} {unit}" if unit == "%" else text


def interval(e: Estimate, digits: int, unit: str = "") -> str:
    """The interval in words."""
    return _("95 % interval {low} to {high}").format(
        low=number(e.low, digits), high=number(e.high, digits, unit)
    )
