"""From sources to figures: what can be shown beside everything that was shown before.

A figure whose answers differ from earlier ones by those of fewer than five people is not shown
anew: the earlier one stands, with its date, until enough have come. Groups are hidden so that none
follows from the others (`peerloom.evidence.disclosure`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from peerloom.core.words import later, spoken
from peerloom.evidence import SMALLEST
from peerloom.evidence import Sums as SumsOf
from peerloom.results.figures import Claim, Figure, Group, Measured, Missing, Source, number

Sums = dict[str, frozenset[str]]
# Where all said the same, so many at least: fewer would be told what each of them said.
ALIKE = 10


class Shown:
    """Everything of a program that was ever shown, by question, and what is new in it."""

    def __init__(self, before: Mapping[str, Sequence[frozenset[str]]]) -> None:
        self._sums = {question: SumsOf(sets) for question, sets in before.items()}
        self.fresh: list[tuple[str, frozenset[str]]] = []

    def take(self, sums: Sums) -> bool:
        """Show one more figure, unless somebody's answer would follow from it; whether it is."""
        mine = {q: self._sums.setdefault(q, SumsOf()) for q in sums}
        new = [(q, s) for q, s in sums.items() if s not in mine[q].known]
        if not all(mine[q].may_take(s) for q, s in new):
            return False
        for question, answers in new:
            mine[question].take(answers)
        self.fresh += new
        return True


def figure_of(
    source: Source | Missing,
    shown: Shown,
    named: Mapping[str, str],
    before: Figure | None,
    on: date,
) -> Figure:
    """The figure of a source as it can be shown.

    Parameters
    ----------
    named
        Names by key.
    before
        The figure as it was shown last.
    """
    name = named.get(source.key, source.key)
    if isinstance(source, Missing):
        return _kept(before) or Figure(source.key, name, missing=source.words)
    blank = Figure(source.key, name, source.unit, source.digits, of=source.of, whom=source.whom)
    count = len(source.people)
    if count < SMALLEST:
        words = spoken(
            lambda: _(
                "Not enough evidence: it takes {smallest} {whom}, and there are fewer."
            ).format(smallest=SMALLEST, whom=source.whom)
        )
        return _kept(before) or replace(blank, missing=words)
    measured = source.measure(source.people)
    if measured.alike and count < ALIKE:
        # Not why: that they agree would tell what each of them said.
        return replace(blank, missing=later("Not shown: it would tell too much of too few."))
    if not shown.take(source.sums(source.people)):
        words = spoken(
            lambda: _("Too few {whom} have come to it since it was counted last.").format(
                whom=source.whom
            )
        )
        return _kept(before) or replace(
            blank, missing=spoken(lambda: _("Not shown: {words}").format(words=words))
        )
    measured = _by_lot(source, measured, shown)
    groups, hidden = _groups(source, shown)
    return replace(
        blank, **_said(measured), groups=groups, hidden=hidden, counted_on=on.isoformat()
    )


def _kept(before: Figure | None) -> Figure | None:
    """The earlier figure stands, with the day it was counted on."""
    return before if before is not None and before.value is not None else None


def _said(measured: Measured) -> dict[str, Any]:
    value = measured.value
    return {
        "value": value.value,
        "low": value.low,
        "high": value.high,
        "n": value.n,
        "before": measured.before,
        "after": measured.after,
        "size": measured.size,
        "claim": str(measured.claim),
        "words": measured.words,
        "beside": measured.beside,
        "trend": measured.trend,
        "curves": measured.curves,
    }


def _by_lot(source: Source, measured: Measured, shown: Shown) -> Measured:
    """With the comparison by lot, where there is one that betrays nobody."""
    lot = source.lot
    if lot is None or min(len(lot.drawn), len(lot.others)) < SMALLEST:
        return measured
    if not all(shown.take(source.sums(side)) for side in (lot.drawn, lot.others)):
        return measured
    beside, gap = lot.measure(lot.drawn, lot.others)
    digits = max(1, source.digits)
    words = spoken(
        lambda: _(
            "{words}. Places were drawn by lot: beside those not drawn it is a difference of "
            "{value} ({low} to {high})"
        ).format(
            words=measured.words,
            value=number(gap.value, digits),
            low=number(gap.low or 0, digits),
            high=number(gap.high or 0, digits),
        )
    )
    return replace(measured, beside=(*measured.beside, beside, gap), claim=Claim.DRAWN, words=words)


def _groups(source: Source, shown: Shown) -> tuple[tuple[Group, ...], bool]:
    """Figures by unit, site and stage: in each the larger groups first."""
    found, hidden = [], False
    for by, group_of in source.groups.items():
        inside: dict[str, list[int]] = {}
        for person in source.people:
            if person in group_of:
                inside.setdefault(group_of[person], []).append(person)
        if len(inside) < 2:
            continue
        for name, people in sorted(inside.items(), key=lambda g: (-len(g[1]), g[0])):
            measured = source.measure(people) if len(people) >= SMALLEST else None
            if measured is None or measured.alike or not shown.take(source.sums(people)):
                hidden = True
                continue
            value = measured.value
            found.append(Group(by, name, value.value, value.low, value.high, value.n))
    return tuple(found), hidden
