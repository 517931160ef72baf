"""How partnerships went so far, many at once: what care reads. Counts and answers, no words.

Check-ins are unsealed here for the estimate alone; no page of a manager may ask for this.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple, cast

from django.db.models import Count, Max
from django.utils import timezone

from peerloom.core.encryption import safe_of
from peerloom.participants.models import Away
from peerloom.partnerships.models import (
    AgendaItem,
    Agreement,
    Break,
    CheckIn,
    Hat,
    Meeting,
    Partnership,
    PartnershipKey,
    PartnershipMember,
)
from peerloom.partnerships.queries.hours import SharedHours
from peerloom.programs.models import Program

LATELY = 3  # planned meetings that 'moved' is about


class MeetingCourse(NamedTuple):
    """A meeting that was held: answers by part's number, and (asked, shared) items likewise."""

    on: date
    said: dict[int, dict[str, int]]
    brought: dict[int, tuple[int, int]]


@dataclass(frozen=True)
class Course:
    """One partnership's course; members by part's number.

    Attributes
    ----------
    longest_shared
        Minutes of the longest time in a week when all are free; None where hours are not known.
    paused_days
        Days since the last meeting (or the start) that somebody was away or that were a break.
    on_break
        That a break goes on today.
    """

    partnership: int
    program: int
    members: tuple[int, ...]
    opened_on: date
    cadence_days: int
    meeting_minutes: int
    met: list[MeetingCourse] = field(default_factory=list)
    moved: list[bool] = field(default_factory=list)
    ahead: bool = False
    agreed_on: date | None = None
    unanswered: tuple[int, ...] = ()
    longest_shared: int | None = None
    paused_days: int = 0
    on_break: bool = False


# Of a meeting of which nothing was said: one for all of them.
_NOTHING: dict[int, Any] = {}


def courses(
    numbers: Sequence[int], today: date, *, unseal: Collection[int] | None = None
) -> list[Course]:
    """The courses of partnerships up to a day, in a number of queries that does not grow with them.

    Parameters
    ----------
    unseal
        Partnerships whose check-ins and agendas are read; None for all. Of the others the meetings
        come without either.
    """
    parts = _parts(numbers)
    meetings, ahead, moved = _meetings(numbers, today)
    told = _told(meetings, list(numbers if unseal is None else unseal))
    accepted = Agreement.objects.filter(partnership__in=numbers, accepted_at__isnull=False)
    agreed = {
        owner: at.date()
        for owner, at in accepted.order_by("accepted_at").values_list("partnership", "accepted_at")
        if at and at.date() <= today
    }
    off = _days_off(numbers)
    hours = SharedHours(today)
    rows = Partnership.objects.filter(pk__in=numbers).only("program", "opened_at", "slot_weeks")
    pairs = list(rows.order_by("pk"))
    programs = Program.objects.in_bulk({p.program_id for p in pairs})
    found = []
    for p in pairs:
        own, program = parts[p.pk], programs[p.program_id]
        met = told[p.pk]
        since = met[-1].on if met else p.opened_at.date()
        breaks, away = off.get(p.pk, ([], []))
        weeks = p.slot_weeks or program.weeks
        found.append(
            Course(
                partnership=p.pk,
                program=p.program_id,
                members=tuple(part.pk for part in own),
                opened_on=p.opened_at.date(),
                cadence_days=7 * weeks,
                meeting_minutes=program.meeting_minutes,
                met=met,
                moved=moved[p.pk],
                ahead=p.pk in ahead,
                agreed_on=agreed.get(p.pk),
                unanswered=tuple(part.pk for part in own if not part.answered),
                longest_shared=hours.longest(program, own),
                paused_days=_covered([*breaks, *away], since, today),
                on_break=any(first <= today <= last for first, last in breaks),
            )
        )
    return found


def met_so_far(partnership: Partnership, today: date) -> list[MeetingCourse]:
    """The meetings that one partnership held up to a day, with all that was said of them."""
    numbers = [partnership.pk]
    return _told(_meetings(numbers, today)[0], numbers)[partnership.pk]


def marks_of_answers(numbers: Sequence[int]) -> dict[int, str]:
    """What changes whenever they meet, answer, bring something or agree; by partnership."""
    found: dict[int, list[str]] = defaultdict(list)
    said = CheckIn.objects.filter(meeting__partnership__in=numbers).order_by()
    for owner, count, last in said.values_list("meeting__partnership").annotate(
        Count("pk"), Max("changed_at")
    ):
        found[owner].append(f"{count}-{last:%Y%m%d%H%M%S%f}")
    items = AgendaItem.objects.filter(meeting__partnership__in=numbers).order_by()
    for owner, count, last in items.values_list("meeting__partnership").annotate(
        Count("pk"), Max("pk")
    ):
        found[owner].append(f"{count}-{last}")
    # By state rather than of one state: SQLite would go through all meetings of that state.
    met = Meeting.objects.filter(partnership__in=numbers).order_by()
    for owner, state, count in met.values_list("partnership", "state").annotate(Count("pk")):
        if state == Meeting.State.HELD:
            found[owner].append(str(count))
    agreed = Agreement.objects.filter(partnership__in=numbers).order_by()
    for owner, last in agreed.values_list("partnership").annotate(Max("accepted_at")):
        found[owner].append(f"{last:%Y%m%d%H%M%S}" if last else "")
    return {owner: " ".join(marks) for owner, marks in found.items()}


class _Part(NamedTuple):
    """A member, as far as it matters here."""

    pk: int
    answered: bool
    answers: dict[str, str]
    time_zone: str


def _parts(numbers: Sequence[int]) -> dict[int, list[_Part]]:
    found: dict[int, list[_Part]] = defaultdict(list)
    rows = PartnershipMember.objects.filter(partnership__in=numbers).order_by("pk")
    for owner, pk, at, answers, zone in rows.values_list(
        "partnership", "pk", "answered_at", "participant__answers", "participant__time_zone"
    ):
        found[owner].append(_Part(pk, at is not None, answers, zone))
    return found


Held = dict[int, list[tuple[int, date]]]


def _meetings(numbers: Sequence[int], today: date) -> tuple[Held, set[int], dict[int, list[bool]]]:
    """Held ones in order, which partnerships have one ahead, and which of the last were moved."""
    held: Held = defaultdict(list)
    moved: dict[int, list[bool]] = defaultdict(list)
    ahead, now = set(), timezone.now()
    rows = Meeting.objects.filter(partnership__in=numbers).order_by("starts_at", "pk")
    for pk, owner, state, starts_at, times in rows.values_list(
        "pk", "partnership", "state", "starts_at", "moved"
    ):
        if state == Meeting.State.HELD and starts_at.date() <= today:
            held[owner].append((pk, starts_at.date()))
        if state == Meeting.State.PLANNED and starts_at > now:
            ahead.add(owner)
        moved[owner].append(times > 0 or state == Meeting.State.CANCELLED)
    return held, ahead, defaultdict(list, {k: v[-LATELY:] for k, v in moved.items()})


def _told(meetings: Held, opened: Sequence[int]) -> dict[int, list[MeetingCourse]]:
    """Held meetings with what was said and brought, where the partnership is among those opened."""
    said, brought = _said(opened), _brought(opened)
    found: dict[int, list[MeetingCourse]] = defaultdict(list)
    for owner, held in meetings.items():
        found[owner] = [
            MeetingCourse(on, said.get(m, _NOTHING), brought.get(m, _NOTHING)) for m, on in held
        ]
    return found


def _said(numbers: Sequence[int]) -> dict[int, dict[int, dict[str, int]]]:
    """Answers by meeting and part."""
    keys = PartnershipKey.objects.filter(partnership__in=numbers)
    safes = {k: safe_of(cast(bytes, w)) for k, w in keys.values_list("partnership", "wrapped")}
    found: dict[int, dict[int, dict[str, int]]] = defaultdict(dict)
    rows = CheckIn.objects.filter(meeting__partnership__in=numbers)
    for meeting, owner, partnership, sealed in rows.values_list(
        "meeting", "owner", "meeting__partnership", "answers_sealed"
    ):
        found[meeting][owner] = json.loads(safes[partnership].read(sealed))
    return found


def _brought(numbers: Sequence[int]) -> dict[int, dict[int, tuple[int, int]]]:
    """How many items each part asked and shared with, by meeting."""
    found: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    rows = AgendaItem.objects.filter(meeting__partnership__in=numbers).order_by()
    for meeting, owner, hat, count in rows.values_list("meeting", "owner", "hat").annotate(
        count=Count("pk")
    ):
        asked, shared = found[meeting].get(owner, (0, 0))
        more = (count, 0) if hat == Hat.MENTEE else (0, count)
        found[meeting][owner] = (asked + more[0], shared + more[1])
    return found


Span = tuple[date, date]


def _days_off(numbers: Sequence[int]) -> dict[int, tuple[list[Span], list[Span]]]:
    """Breaks, and days on which some member is away, by partnership."""
    breaks: dict[int, list[Span]] = defaultdict(list)
    rows = Break.objects.filter(partnership__in=numbers)
    for owner, first, last in rows.values_list("partnership", "first", "last"):
        breaks[owner].append((first, last))
    away: dict[int, list[Span]] = defaultdict(list)
    # By partnership, not by a list of people: databases take only so many values.
    gone = Away.objects.filter(participant__parts__partnership__in=numbers)
    for owner, first, last in gone.values_list("participant__parts__partnership", "first", "last"):
        away[owner].append((first, last))
    return {p: (breaks[p], away[p]) for p in {*breaks, *away}}


def _covered(spans: Iterable[Span], since: date, today: date) -> int:
    """Days after `since` and up to today that lie in any of the spans."""
    count, reached = 0, since
    for first, last in sorted(spans):
        start, end = max(first, reached + timedelta(days=1)), min(last, today)
        if end >= start:
            count += (end - start).days + 1
            reached = end
    return count
