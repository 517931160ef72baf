"""Figures of what happened: who met how often, and whom the partnerships connect."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.core.words import later, spoken
from peerloom.evidence import share, ties
from peerloom.partnerships.models import CheckIn, Meeting, Partnership, PartnershipMember
from peerloom.programs.models import Pulse, Question
from peerloom.programs.scales import BY_KEY
from peerloom.pulses.queries import score
from peerloom.results.figures import Beside, Claim, Measured, Missing, Point, Source, number
from peerloom.results.reading import Reading

OFTEN, FIRST = 3, timedelta(days=91)
DIFFERENT = {
    "unit": later("different units"),
    "site": later("different sites"),
    "function": later("different functions"),
}
UNKNOWN = {
    "unit": later("Not enough evidence: of no partnership all units are known."),
    "site": later("Not enough evidence: of no partnership all sites are known."),
    "function": later("Not enough evidence: of no partnership all functions are known."),
}
TALK = 4.0  # of 5: who say that they talk, and will go on


def engagement(reading: Reading) -> Source | Missing:
    """Share of partnerships that met three times in their first three months."""
    due = timezone.now() - FIRST
    mine = _partnerships(reading)
    opened = dict(mine.filter(opened_at__lte=due).values_list("pk", "opened_at"))
    if not opened:
        return Missing(
            "engagement",
            later("Not enough evidence: no partnership is three months old yet."),
        )
    held: dict[int, list[date]] = defaultdict(list)
    meetings = Meeting.objects.filter(partnership__in=mine, state=Meeting.State.HELD)
    for number_, at in meetings.values_list("partnership", "starts_at"):
        held[number_].append(timezone.localtime(at).date())
    often = {p: sum(d <= (at + FIRST).date() for d in held[p]) >= OFTEN for p, at in opened.items()}
    # Of those who are counted here: in a shared program a partner of theirs may be another's.
    parts = PartnershipMember.objects.filter(partnership__in=mine, participant__in=reading.places)
    sizes = Counter(parts.values_list("partnership", flat=True))
    said = CheckIn.objects.filter(meeting__in=meetings, owner__participant__in=reading.places)
    answered = Counter(said.values_list("meeting__partnership", flat=True))
    ended = {
        p: timezone.localtime(at).date() if at else None
        for p, at in mine.values_list("pk", "ended_at")
    }

    def measure(people: Sequence[int]) -> Measured:
        yes = sum(often[p] for p in people)
        found = share(yes, len(people)).times(100)
        ever = share(sum(bool(held[p]) for p in people), len(people)).times(100)
        asked = sum(len(held[p]) * sizes[p] for p in people)
        beside = [Beside(later("met at all"), ever.value, ever.low, ever.high, ever.n)]
        if asked:
            told = share(sum(answered[p] for p in people), asked).times(100)
            # Answers of one pair go together, so that an interval of single answers is too narrow.
            beside.append(Beside(later("check-ins answered"), told.value, n=asked))
        for name, day in _milestones(reading):
            there = sum((ended[p] or day) >= day for p in people)
            beside.append(Beside(name, 100 * there / len(people), n=len(people)))
        return Measured(
            found,
            spoken(
                lambda: _(
                    "{value} of partnerships met at least {often} times in their first three months"
                ).format(value=number(found.value, 0, "%"), often=OFTEN)
            ),
            beside=tuple(beside),
            trend=_by_month(reading, {p: opened[p].date() for p in people}, held),
            claim=Claim.COUNT,
        )

    keys = {p: {"engagement": f"{p}.{often[p]}"} for p in opened}
    return Source(
        "engagement",
        "%",
        0,
        tuple(sorted(opened)),
        keys,
        measure,
        {},
        mine.count(),
        later("partnerships"),
    )


def _milestones(reading: Reading) -> list[tuple[str, date]]:
    """Half-way and the end, as far as they have come."""
    starts, ends = reading.program.starts_on, reading.program.ends_on
    if not starts or not ends:
        return []
    days = [
        (later("together half-way"), starts + (ends - starts) / 2),
        (later("together at the end"), ends),
    ]
    return [(name, day) for name, day in days if day <= reading.today]


def _by_month(
    reading: Reading, opened: dict[int, date], held: dict[int, list[date]]
) -> tuple[Point, ...]:
    """Of the partnerships that were there, the share that met in each month."""
    starts = min(opened.values())
    until = min(reading.today, reading.program.ends_on or reading.today)
    points, month = [], starts.replace(day=1)
    while month <= until:
        after = (month + timedelta(days=32)).replace(day=1)
        there = [p for p, at in opened.items() if at < after]
        if there and after <= until + timedelta(days=1):
            met = sum(any(month <= d < after for d in held[p]) for p in there)
            points.append(Point(month.isoformat(), 100 * met / len(there), n=len(there)))
        month = after
    return tuple(points)


def new_ties(reading: Reading) -> Source | Missing:
    """Share of ties between people of different units, against what chance would give."""
    border, group = _border(reading)
    if not border:
        return Missing(
            "new_ties",
            later(
                "Not enough evidence: it is not known who belongs to which unit. Read in your "
                "organisation's people, or ask for the function on the join form."
            ),
        )
    members: dict[int, list[str]] = defaultdict(list)
    parts = PartnershipMember.objects.filter(partnership__in=_partnerships(reading))
    seats: dict[int, list[int]] = defaultdict(list)
    for partnership, participant in parts.values_list("partnership", "participant"):
        seats[partnership].append(participant)
    for partnership, people in seats.items():
        if len(people) > 1 and all(p in group for p in people):
            members[partnership] = [group[p] for p in people]
    if not members:
        return Missing("new_ties", UNKNOWN[border])
    scale = BY_KEY["touch"]
    still = {p: score(said, scale) for p, (_, said) in reading.last.items() if score(said, scale)}

    def measure(people: Sequence[int]) -> Measured:
        found = ties([members[p] for p in people])
        value = share(round(found.across * found.ties), found.ties).times(100)
        beside = [
            Beside(later("by chance"), 100 * found.chance, 100 * found.low, 100 * found.high, found.people,
                   later("The same people put together at random, 2,000 times.")),
        ]  # fmt: skip
        said = [still[p] or 0 for partnership in people for p in seats[partnership] if p in still]
        if len(said) >= 5 and len(people) == len(members):
            talk = share(sum(s >= TALK for s in said), len(said)).times(100)
            beside.append(
                Beside(later("still talk at the end"), talk.value, talk.low, talk.high, talk.n)
            )
        than = later("more than") if found.across > found.high else later("fewer than")
        than = later("about as many as") if found.low <= found.across <= found.high else than
        return Measured(
            value,
            spoken(
                lambda: _(
                    "{value} of ties connect people of {different}, {than} the {chance} that "
                    "chance would give"
                ).format(
                    value=number(value.value, 0, "%"),
                    different=DIFFERENT[border],
                    than=than,
                    chance=number(100 * found.chance, 0, "%"),
                )
            ),
            beside=tuple(beside),
            claim=Claim.COUNT,
        )

    keys = {p: {"ties": str(p)} for p in members}
    for partnership in members:
        # Answers within one partnership stand and fall together.
        told = [f"{p}.{reading.last[p][0]}" for p in seats[partnership] if p in still]
        if told:
            keys[partnership][f"touch@{Pulse.When.END}"] = " ".join(told)
    count = _partnerships(reading).count()
    return Source(
        "new_ties", "%", 0, tuple(sorted(members)), keys, measure, {}, count, later("partnerships")
    )


def _border(reading: Reading) -> tuple[str, dict[int, str]]:
    """What partnerships can cross, and on which side each participant is."""
    for name in ("unit", "site"):
        known = reading.groups.get(name, {})
        if 5 * len(known) >= 4 * len(reading.people) > 0:
            return name, known
    one = (Question.Kind.TEXT, Question.Kind.CHOICE)
    for key in ("function", "site"):
        question = reading.program.questions.filter(key=key, kind__in=one).first()
        if question:
            said = {
                pk: str(answers.get(key, "")).strip().casefold()
                for pk, answers in reading.places.values_list("pk", "answers")
            }
            known = {pk: text for pk, text in said.items() if text}
            if len(set(known.values())) > 1:
                return key, known
    return "", {}


def _partnerships(reading: Reading) -> QuerySet[Partnership]:
    mine = Partnership.objects.filter(program=reading.program)
    if reading.organisation is not None:
        own = PartnershipMember.objects.filter(participant__in=reading.places)
        mine = mine.filter(pk__in=own.values("partnership"))
    return mine
