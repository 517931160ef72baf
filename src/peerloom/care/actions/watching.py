"""The daily look at every partnership: signals read, the ladder moved, words made ready.

A partnership is looked at once a day, by whoever comes first: its row is locked and marked, so that a
second run, or another machine, finds nothing left to do. After a gap in the looks (an upgrade, a
server that was off, a clock that jumped) the first look takes no step: what it saw counts the day
after, when a clock that was wrong has been put right.
"""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from peerloom.balance import Now, Signal, Step, climb, read_signals
from peerloom.care.actions.asking import close_ended, open_request
from peerloom.care.facts import about, facts_of, keep_rung, rung_of, safeguards_for, seal_about
from peerloom.care.models import CareSignal, CareStep, CareWatch, Nudge
from peerloom.care.said import PATIENCE_DAYS, tellings
from peerloom.core.encryption import Unreadable
from peerloom.core.holding import held
from peerloom.core.parts import in_parts
from peerloom.participants.models import Participant
from peerloom.partnerships.models import Partnership, PartnershipKey
from peerloom.partnerships.private import safe
from peerloom.partnerships.queries import Course, courses, marks_of_answers
from peerloom.programs.models import Program
from peerloom.programs.queries import SafeguardChoice, safeguards_of

logger = logging.getLogger(__name__)
AT_ONCE = 250
GAP = timedelta(days=3)
QUIET = Signal(0)
# Signals that move with the days and the calendar, whether or not anybody does anything.
OF_DAYS = frozenset({"silence", "moving", "waiting", "clash"})


def watch(*, at_once: int = AT_ONCE) -> int:
    """Look at every open partnership that was not looked at today; how many."""
    today = timezone.localdate()
    _begin_watches()
    close_ended()
    numbers = list(_due(today).order_by("pk").values_list("pk", flat=True))
    return sum(_watch_readable(today, part) for part in in_parts(numbers, at_once))


def _watch_readable(today: date, numbers: Sequence[int]) -> int:
    """Look at some; one whose key is missing keeps none of the others from being looked at."""
    try:
        return _watch_some(today, numbers)
    except Unreadable:
        if len(numbers) > 1:
            return sum(_watch_readable(today, [number]) for number in numbers)
        logger.error("watch %s: what its partners said is sealed with a missing key", *numbers)
        return 0


@transaction.atomic
def catch_up(program: Program, days: Iterable[date]) -> None:
    """Climb the ladder through past days, for a history that was brought in from elsewhere.

    Nobody is told anything: what would have been said is long over.
    """
    _begin_watches()
    open_ones = program.partnerships.filter(state=Partnership.State.OPEN)
    numbers = list(open_ones.values_list("pk", flat=True))
    for day in days:
        look = _Look(day, numbers)
        for course in courses(numbers, day):
            if course.opened_on <= day:
                look.at(course, only_look=False, fresh=True)
        look.nudges.clear()
        look.save()
    CareWatch.objects.filter(partnership__in=numbers).update(looked_on=timezone.localdate())


def _begin_watches() -> None:
    fresh = Partnership.objects.filter(state=Partnership.State.OPEN, watch=None)
    numbers = list(fresh.values_list("pk", flat=True))
    CareWatch.objects.bulk_create(
        (CareWatch(partnership_id=n) for n in numbers), ignore_conflicts=True, batch_size=1000
    )


def _due(today: date) -> QuerySet[CareWatch]:
    # Not 'before today': a clock that was ahead once must not keep anybody from being looked at.
    return CareWatch.objects.exclude(looked_on=today).filter(
        partnership__state=Partnership.State.OPEN,
        partnership__program__state=Program.State.RUNNING,
    )


@transaction.atomic
def _watch_some(today: date, numbers: Sequence[int]) -> int:
    """Look at those of some watches that nobody else has looked at meanwhile."""
    # Without a join: PostgreSQL would put all of both tables together for each few.
    rows = CareWatch.objects.filter(pk__in=numbers).exclude(looked_on=today)
    locked = list(held(rows, skip=True).order_by("pk"))
    mine = Partnership.objects.filter(pk__in=[w.partnership_id for w in locked])
    together = set(mine.filter(state=Partnership.State.OPEN).values_list("pk", flat=True))
    watches = {w.partnership_id: w for w in locked if w.partnership_id in together}
    if not watches:
        return 0
    look = _Look(today, list(watches))
    marks = marks_of_answers(list(watches))
    now = {n: look.mark(n, marks.get(n, "")) for n in watches}
    fresh = [n for n, w in watches.items() if w.seen != now[n] or w.looked_on is None]
    look.bring_keys(fresh)
    for course in courses(list(watches), today, unseal=fresh):
        last = watches[course.partnership].looked_on
        look.at(
            course,
            only_look=course.on_break or last is None or not timedelta(0) <= today - last <= GAP,
            fresh=course.partnership in fresh,
        )
    look.save()
    for number, row in watches.items():
        row.seen = now[number]
    changed = [watches[n] for n in fresh]
    CareWatch.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["partnership"],
        update_fields=["seen"],
        batch_size=200,
    )
    CareWatch.objects.filter(partnership__in=list(watches)).update(looked_on=today)
    return len(watches)


class _Look:
    """One look at some partnerships: what is read once for all, and what is written at its end."""

    def __init__(self, today: date, numbers: list[int]) -> None:
        self.today = today
        partnerships = Partnership.objects.filter(pk__in=numbers).only("program", "state")
        self.partnerships = {p.pk: p for p in partnerships}
        programs = Program.objects.in_bulk({p.program_id for p in self.partnerships.values()})
        for partnership in self.partnerships.values():
            partnership.program = programs[partnership.program_id]
        self.rows: dict[int, dict[str, CareSignal]] = defaultdict(dict)
        for row in CareSignal.objects.filter(partnership__in=numbers):
            self.rows[row.partnership_id][row.kind] = row
        self.bring_keys(self.rows)
        self.choices: dict[int, SafeguardChoice] = {}
        self.changed: list[CareSignal] = []
        self.steps: list[CareStep] = []
        self.nudges: list[Nudge] = []
        self.quiet: list[CareSignal] = []

    def bring_keys(self, numbers: Iterable[int]) -> None:
        """Keys of those of whom something is sealed, or will be, at once."""
        for key in PartnershipKey.objects.filter(partnership__in=list(numbers)):
            self.partnerships[key.partnership_id].sealing = key

    def mark(self, number: int, answers: str) -> str:
        """What the signals of answers follow from; they are read anew when it is another."""
        choice = self._choice(self.partnerships[number].program)
        whole = f"{safeguards_for(choice)} {choice.off} {answers}"
        return hashlib.sha256(whole.encode()).hexdigest()[:40]

    def at(self, course: Course, *, only_look: bool, fresh: bool) -> None:
        """Read its signals; those of answers only if there are fresh ones."""
        partnership = self.partnerships[course.partnership]
        choice = self._choice(partnership.program)
        rows = self.rows[course.partnership]
        kinds = None if fresh else OF_DAYS
        found = read_signals(facts_of(course, self.today), safeguards_for(choice), kinds)
        if not fresh:
            kept = [r for r in rows.values() if r.level and r.kind not in OF_DAYS]
            found |= {row.kind: about(safe(partnership), row) for row in kept}
        for kind in set(choice.off) & set(rows):
            self._forget(rows[kind])
        for kind in sorted({*found, *rows} - set(choice.off)):
            if kind not in rows:
                rows[kind] = CareSignal(partnership=partnership, kind=kind)
            self._one(rows[kind], found.get(kind, QUIET), course, only_look=only_look)
        if course.on_break:
            # What waits to be said can wait no longer than until it is no longer true.
            self.quiet += [row for row in rows.values() if row.pk]

    def _one(self, row: CareSignal, signal: Signal, course: Course, *, only_look: bool) -> None:
        was = _state(row)
        row.level = signal.level
        if signal.level:
            box = safe(self.partnerships[course.partnership])
            if about(box, row) != signal:
                row.about_sealed = seal_about(box, signal)
        if not only_look:
            self._step(row, signal, course)
        if row.pk is None or _state(row) != was:
            self.changed.append(row)

    def _forget(self, row: CareSignal) -> None:
        """It is no longer looked for: nothing more is said of it, and nothing is shown."""
        if row.level or row.step:
            row.level, row.step, row.since, row.strict = 0, 0, None, 0
            self.changed.append(row)
            self.quiet.append(row)

    def _step(self, row: CareSignal, signal: Signal, course: Course) -> None:
        partnership = self.partnerships[course.partnership]
        before = rung_of(row)
        talked = row.talked_on is not None and (
            before.since is None or row.talked_on >= before.since
        )
        now = Now(
            today=self.today,
            level=signal.level,
            met=len(course.met),
            talked=talked,
            unasked=self._told_before(partnership),
            patience=timedelta(days=PATIENCE_DAYS.get(row.kind, 14)),
        )
        after = climb(before, now)
        keep_rung(row, after)
        if after.step == before.step:
            return
        up = after.step > before.step
        self.steps.append(CareStep(signal=row, step=int(after.step), up=up, on=self.today))
        # What was to be said of the step before is no longer what holds.
        self.quiet.append(row)
        if up:
            self._up(row, signal, after.step, course)

    def _up(self, row: CareSignal, signal: Signal, step: Step, course: Course) -> None:
        if step == Step.MANAGER:
            open_request(self.partnerships[course.partnership], [row.kind])
        for telling in tellings(row.kind, signal, step, course.members):
            self.nudges.append(
                Nudge(signal=row, member_id=telling.member, step=int(step), words=telling.words)
            )

    def _choice(self, program: Program) -> SafeguardChoice:
        if program.pk not in self.choices:
            self.choices[program.pk] = safeguards_of(program)
        return self.choices[program.pk]

    def _told_before(self, partnership: Partnership) -> bool:
        """The manager may hear unasked: all of them joined when that had been said."""
        since = self._choice(partnership.program).unasked_since
        if since is None:
            return False
        late = Participant.objects.filter(parts__partnership=partnership)
        return not late.exclude(applied_at__gte=since).exists()

    def save(self) -> None:
        rows = CareSignal.objects
        rows.bulk_create((row for row in self.changed if row.pk is None), batch_size=200)
        rows.bulk_create(
            (row for row in self.changed if row.pk is not None),
            update_conflicts=True,
            unique_fields=["partnership", "kind"],
            update_fields=_KEPT,
            batch_size=200,
        )
        Nudge.objects.filter(
            signal__in=[row.pk for row in self.quiet], sent_at=None, withdrawn_at=None
        ).update(withdrawn_at=timezone.now())
        CareStep.objects.bulk_create(self.steps)
        Nudge.objects.bulk_create(self.nudges)


_KEPT = (
    "level", "step", "since", "met_then", "strict", "met_seen", "rests_until", "about_sealed",
)  # fmt: skip


def _state(row: CareSignal) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _KEPT)
