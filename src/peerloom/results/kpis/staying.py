"""Retention: who of those who took part is still there, beside comparable others."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date

import numpy as np
from django.utils.translation import gettext as _

from peerloom.accounts.models import PersonRecord
from peerloom.core.words import later, spoken
from peerloom.evidence import (
    SMALLEST,
    Curve,
    comparable,
    kaplan_meier,
    stayed_longer,
    years_there,
)
from peerloom.partnerships.models import PartnershipMember
from peerloom.results.figures import Beside, Claim, Lot, Measured, Missing, Source, number
from peerloom.results.reading import Reading

YEAR, LEAST = 365, 90


def retention(reading: Reading) -> Source | Missing:
    """Share still there twelve months after the program began (Kaplan-Meier).

    Everybody counts from the program's first day, so that nobody is credited with having lived to
    see it; others are those who were there that day, took part in no program here, and have the
    same unit, site, stage and about as many years (coarsened exact matching).
    """
    start, until = reading.program.starts_on, reading.records_read_on
    if not start or not until or not reading.records:
        return Missing(
            "retention",
            later(
                "Not enough evidence: read in your organisation's people, with when they joined and "
                "left."
            ),
        )
    day = min(YEAR, (until - start).days)
    if day < LEAST:
        return Missing(
            "retention",
            spoken(
                lambda: _(
                    "Not enough evidence: your people's file was read {days} days after the program "
                    "began, and it takes {least}. Read in a newer one."
                ).format(days=max(0, day), least=LEAST)
            ),
        )
    there = {r.pk: r for r in reading.records.values() if _was_there(r, start)}
    ours, theirs = _sides(reading, there)
    if not ours:
        return Missing(
            "retention",
            later("Not enough evidence: nobody who had a peer is in your people's file."),
        )
    alike = comparable(
        [_kind(there[p], start) for p in ours], [_kind(there[p], start) for p in theirs]
    )
    compared = {p for p, has in zip(ours, alike.ours, strict=True) if has}
    # Those of whom nobody like them is known are in the curve, and not in the comparison.
    keys = {p: {"stay": f"{p}.{there[p].left_on or ''}"} for p in ours}

    def measure(people: Sequence[int]) -> Measured:
        curve = _curve([there[p] for p in people], start, until)
        found = curve.at(day).times(100)
        words = spoken(lambda: _still_here(found.value, day))
        beside: list[Beside] = []
        curves = [_drawn(later("took part"), curve)]
        same = [p for p in people if p in compared]
        if len(same) >= SMALLEST and alike.others >= SMALLEST and len(people) == len(ours):
            others = [p for p, w in zip(theirs, alike.weights, strict=True) if w > 0]
            weights = alike.weights[alike.weights > 0]
            other = _curve([there[p] for p in others], start, until, weights)
            mine = _curve([there[p] for p in same], start, until)
            gap = stayed_longer(mine, other, day).times(100)
            at = other.at(day).times(100)
            curves.append(_drawn(later("comparable others"), other))
            beside = [
                Beside(later("comparable others"), at.value, at.low, at.high, alike.others,
                       later("The same unit, site, stage and years; none of them took part.")),
                Beside(later("difference"), gap.value, gap.low, gap.high, gap.n,
                       spoken(lambda: _(
                           "{same} of {people} have somebody comparable. Who joins by themselves may stay "
                           "longer anyway."
).format(same=len(same), people=len(people)))),
            ]  # fmt: skip
            words = spoken(
                lambda: _("{sentence}, and {value} of comparable others").format(
                    sentence=_still_here(found.value, day), value=number(at.value, 0, "%")
                )
            )
        return Measured(
            found, words, beside=tuple(beside), claim=Claim.ASSOCIATION, curves=tuple(curves)
        )

    lot = _lot(reading, there, keys, start, until, day)
    counting = [p for p, w in zip(theirs, alike.weights, strict=True) if w > 0]
    others = frozenset(f"{p}.{there[p].left_on or ''}" for p in counting)
    along = {"stay_others": others} if len(compared) >= SMALLEST and others else {}
    return Source(
        "retention",
        "%",
        0,
        tuple(sorted(ours)),
        keys,
        measure,
        {},
        len(ours),
        along=along,
        lot=lot,
    )


def _still_here(share: float, day: int) -> str:
    said = (
        _("{value} of those who took part are still here twelve months after it began")
        if day == YEAR
        else _("{value} of those who took part are still here {days} days after it began")
    )
    return said.format(value=number(share, 0, "%"), days=day)


def _lot(
    reading: Reading,
    there: dict[int, PersonRecord],
    keys: dict[int, dict[str, str]],
    start: date,
    until: date,
    day: int,
) -> Lot | None:
    """Records of those drawn and of those not drawn, wherever the lot put them."""
    won = {reading.people[pk].email.lower(): lot for pk, lot in reading.lots.items()}
    sides: dict[bool, list[int]] = {True: [], False: []}
    for pk, record in sorted(there.items()):
        side = won.get(record.email.lower())
        if side is not None:
            sides[side].append(pk)
            keys[pk] = {"stay": f"{pk}.{record.left_on or ''}"}
    if not sides[True] or not sides[False]:
        return None

    def measure(ours: Sequence[int], theirs: Sequence[int]) -> tuple[Beside, Beside]:
        mine, other = (_curve([there[p] for p in side], start, until) for side in (ours, theirs))
        gap, at = stayed_longer(mine, other, day).times(100), other.at(day).times(100)
        return (
            Beside(later("not drawn"), at.value, at.low, at.high, at.n),
            Beside(later("difference by lot"), gap.value, gap.low, gap.high, gap.n,
                   later("Everybody counts where the lot put them. Zou and Donner (2008).")),
        )  # fmt: skip

    return Lot(tuple(sides[True]), tuple(sides[False]), measure)


def _was_there(record: PersonRecord, day: date) -> bool:
    joined = record.joined_on is not None and record.joined_on <= day
    return joined and (record.left_on is None or record.left_on > day)


def _sides(reading: Reading, there: dict[int, PersonRecord]) -> tuple[list[int], list[int]]:
    """Records of those who had a peer here, and of those who took part in nothing here."""
    parts = PartnershipMember.objects
    own = reading.organisation or reading.program.organisation
    here = set(
        parts.filter(participant__in=reading.places).values_list(
            "participant__person__email", flat=True
        )
    )
    anywhere = set(
        parts.filter(participant__organisation=own).values_list(
            "participant__person__email", flat=True
        )
    )
    ours = sorted(pk for pk, r in there.items() if r.email.lower() in here)
    theirs = sorted(pk for pk, r in there.items() if r.email.lower() not in anywhere)
    return ours, theirs


def _kind(record: PersonRecord, day: date) -> Hashable:
    days = (day - record.joined_on).days if record.joined_on else 0
    return record.unit, record.site, record.stage, years_there(days)


def _curve(
    records: Sequence[PersonRecord], start: date, until: date, weights: np.ndarray | None = None
) -> Curve:
    gone = [r.left_on is not None and r.left_on <= until for r in records]
    ends = [r.left_on if g and r.left_on else until for r, g in zip(records, gone, strict=True)]
    return kaplan_meier([(end - start).days for end in ends], gone, weights)


def _drawn(name: str, curve: Curve) -> dict[str, object]:
    """Points of a curve, one in four weeks: no single leaving can be read from it."""
    last = int(min(curve.longest, YEAR))
    days = [*range(0, last, 28), last]
    at = [curve.at(d) for d in days]
    return {
        "name": name,
        "days": days,
        "stayed": [round(e.value, 3) for e in at],
        "low": [round(e.low, 3) for e in at],
        "high": [round(e.high, 3) for e in at],
    }
