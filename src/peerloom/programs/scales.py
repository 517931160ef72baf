"""What pulses can ask: short scales that stay as they are, so that answers compare.

All in Peerloom's own wording and free to use with it; `after` names what each is about in research,
not where words were taken from. Words are in `template_library`, by language, under `scales`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import get_language

from peerloom.core.words import later
from peerloom.programs.template_library import words


class Moment(StrEnum):
    """When a pulse is asked."""

    BASELINE = "baseline"
    MIDPOINT = "midpoint"
    END = "end"
    OWN = "own"


class Kind(StrEnum):
    """How an item is answered."""

    AGREE = "agree"  # 1 not at all, to 5 fully
    ABLE = "able"  # 1 not yet, to 5 others ask me; once for each skill somebody wants to learn
    COUNT = "count"  # how many people: see `COUNTS`
    WORDS = "words"  # a sentence or two


# What a chosen answer to a `COUNT` stands for: none, one or two, three to five, six to ten, more.
COUNTS = {1: 0.0, 2: 1.5, 3: 4.0, 4: 8.0, 5: 12.0}
LEAST, MOST = 1, 5  # of every item but words
SKILLS_ASKED = 3


@dataclass(frozen=True)
class Scale:
    """A few items about one thing; its score is their mean.

    Attributes
    ----------
    items
        Keys of its items.
    moments
        When it is asked.
    reversed_
        Items of which agreeing says less of it.
    serves
        Objectives that bring it, by key; none where every program asks it.
    kpis
        Keys of the KPIs that are counted from it.
    after
        What it is about, in research.
    """

    key: str
    items: tuple[str, ...]
    moments: tuple[Moment, ...]
    kind: Kind = Kind.AGREE
    reversed_: frozenset[str] = frozenset()
    serves: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()
    after: str = ""

    def name(self, language: str = "") -> str:
        """As managers and reports call it, in a language; else in the reader's own."""
        return str(self._said(language or get_language() or "en")["name"])

    def asks(self, language: str) -> dict[str, str]:
        """Its items in a language: words by key."""
        return dict(zip(self.items, self._said(language)["items"], strict=True))

    def _said(self, language: str) -> dict[str, Any]:
        return dict(words(language)["scales"][self.key])


B, M, E = Moment.BASELINE, Moment.MIDPOINT, Moment.END
SCALES = (
    Scale("skills", ("able",), (B, E), Kind.ABLE, serves=("skills", "grow"), kpis=("skill_growth",),
          after=later(
              "self-rated skill, with a look back at the end (Howard 1980: response shift)"
)),
    Scale("belonging", ("belong", "noticed", "myself"), (B, E), serves=("belonging", "arrive"),
          kpis=("belonging",), after=later("the need to belong (Baumeister and Leary 1995)")),
    Scale("company", ("ask", "alone"), (B, E), reversed_=frozenset({"alone"}),
          serves=("arrive", "connect", "belonging"),
          after=later("loneliness at work (Wright, Burt and Strongman 2006)")),
    Scale("leadership", ("coach", "motivate", "challenge", "feedback"), (B, E), serves=("lead",),
          kpis=("leadership",), after=later("coaching, motivating, challenging, giving feedback")),
    Scale("reach", ("others",), (B, E), Kind.COUNT, serves=("connect",), kpis=(),
          after=later("advice ties (Burt 1992)")),
    Scale("stay", ("stay",), (B, E), serves=("arrive",), after=later("intention to stay")),
    Scale("match", ("same_peer",), (M, E), kpis=("match_satisfaction",),
          after=later("satisfaction with a match, asked blind")),
    Scale("safety", ("not_know", "mistake", "help"), (M,),
          after=later("psychological safety (Edmondson 1999)")),
    Scale("hats", ("both", "clear", "closer"), (M,), after=later("both hats, clear expectations, progress")),
    Scale("touch", ("in_touch",), (E,), kpis=("new_ties",), after=later("ties that last")),
    Scale("again", ("again",), (E,), after=later("would take part again")),
    Scale("open", ("open",), (E,), Kind.WORDS, after=later("in one's own words")),
)  # fmt: skip
BY_KEY = {s.key: s for s in SCALES}


def scales_at(moment: str, objectives: Iterable[str]) -> list[str]:
    """Keys of the scales that a pulse asks for these objectives, in their order."""
    mine = set(objectives)
    return [s.key for s in SCALES if moment in s.moments and (not s.serves or mine & set(s.serves))]


def served_by(objectives: Iterable[str]) -> dict[str, str]:
    """Scales that these objectives bring: the first objective that each is for, by key."""
    mine = list(objectives)
    return {
        s.key: next(o for o in s.serves if o in mine) for s in SCALES if set(s.serves) & set(mine)
    }
