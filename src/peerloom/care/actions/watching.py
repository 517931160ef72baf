"""The daily look at every partnership: signals read, the ladder moved, words made ready.

A partnership is looked at once a day, by whoever comes first: its row is locked and marked, so that a
second run, or another machine, finds nothing left to do. After a gap in the looks (an upgrade, a
server that was off, a clock that jumped) the first look takes no step: what it saw counts the day
after, when a clock that was wrong has been put right.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from peerloom.balance import Now, Signal, Step, climb, read_signals
from peerloom.care.actions.asking import open_request
from peerloom.care.facts import facts_of, keep_rung, rung_of, safeguards_for, seal_about
from peerloom.care.models import CareSignal, CareStep, CareWatch, Nudge
from peerloom.care.said import PATIENCE_DAYS, tellings
from peerloom.participants.models import Participant
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.private import safe
from peerloom.partnerships.queries import Course, courses
from peerloom.programs.models import Program
from peerloom.programs.queries import SafeguardChoice, safeguards_of

AT_ONCE = 250
GAP = timedelta(days=3)
QUIET = Signal(0)


def watch(*, at_once: int = AT_ONCE) -> int:
    """Look at every open partnership that was not looked at today; how many."""
    today = timezone.localdate()
    _begin_watches()
    count = 0
    while looked := _watch_some(today, at_once):
        count += looked
    return count


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
    ) | CareWatch.objects.filter(
        looked_on=None,
        partnership__state=Partnership.State.OPEN,
        partnership__program__state=Program.State.RUNNING,
    )


@transaction.atomic
def _watch_some(today: date, at_once: int) -> int:
    rows = _due(today).select_for_update(of=("self",), skip_locked=True)
    watches = {w.partnership_id: w for w in rows.order_by("pk")[:at_once]}
    if not watches:
        return 0
    look = _Look(today, list(watches))
    for course in courses(list(watches), today):
        last = watches[course.partnership].looked_on
        look.at(course, only_look=last is None or not timedelta(0) <= today - last <= GAP)
    look.save()
    CareWatch.objects.filter(partnership__in=list(watches)).update(looked_on=today)
    return len(watches)


class _Look:
    """One look at some partnerships: what is read once for all, and what is written at its end."""

    def __init__(self, today: date, numbers: list[int]) -> None:
        self.today = today
        partnerships = Partnership.objects.filter(pk__in=numbers)
        self.partnerships = {
            p.pk: p for p in partnerships.select_related("program__organisation", "sealing")
        }
        self.rows: dict[int, dict[str, CareSignal]] = defaultdict(dict)
        for row in CareSignal.objects.filter(partnership__in=numbers):
            self.rows[row.partnership_id][row.kind] = row
        self.choices: dict[int, SafeguardChoice] = {}
        self.changed: list[CareSignal] = []
        self.steps: list[CareStep] = []
        self.nudges: list[Nudge] = []
        self.quiet: list[int] = []

    def at(self, course: Course, *, only_look: bool) -> None:
        partnership = self.partnerships[course.partnership]
        choice = self._choice(partnership.program)
        found = read_signals(facts_of(course, self.today), safeguards_for(choice))
        rows = self.rows[course.partnership]
        for kind in sorted({*found, *rows} - set(choice.off)):
            if kind not in rows:
                rows[kind] = CareSignal.objects.create(partnership=partnership, kind=kind)
            signal = QUIET if course.on_break else found.get(kind, QUIET)
            self._one(rows[kind], signal, course, only_look=only_look)

    def _one(self, row: CareSignal, signal: Signal, course: Course, *, only_look: bool) -> None:
        partnership = self.partnerships[course.partnership]
        row.level = signal.level
        if signal.level:
            row.about_sealed = seal_about(safe(partnership), signal)
        self.changed.append(row)
        if only_look:
            return
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
        self.steps.append(CareStep(signal=row, step=int(after.step), on=self.today))
        # What was to be said of the step before is no longer what holds.
        self.quiet.append(row.pk)
        if after.step > before.step:
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
        CareSignal.objects.bulk_update(
            self.changed,
            ["level", "step", "since", "met_then", "strict", "met_seen", "rests_until",
             "about_sealed"],
            batch_size=200,
        )  # fmt: skip
        Nudge.objects.filter(signal__in=self.quiet, sent_at=None, withdrawn_at=None).update(
            withdrawn_at=timezone.now()
        )
        CareStep.objects.bulk_create(self.steps)
        Nudge.objects.bulk_create(self.nudges)
