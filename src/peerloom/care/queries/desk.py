"""The care desk: who needs help today and why, with what was tried. Nothing private is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from peerloom.accounts.models import Person
from peerloom.balance import Step
from peerloom.care.models import SupportRequest
from peerloom.core.words import later
from peerloom.participants.models import Participant
from peerloom.participants.queries import Face, face_of
from peerloom.partnerships.queries import partnerships_in, parts_by, rhythms
from peerloom.programs.models import Program
from peerloom.programs.queries import SIGNALS, looked_after

TRIED = {
    Step.EACH_ALONE: later("each was nudged alone"),
    Step.BOTH_TOGETHER: later("it was on both their agenda"),
    Step.OFFER_HELP: later("help was offered"),
}


@dataclass(frozen=True)
class Case:
    """A request as a manager sees it.

    Attributes
    ----------
    tried
        Step by step, what was done about its signals, and when.
    named
        Of those alone who asked to be known.
    """

    request: SupportRequest
    people: list[Face]
    reasons: list[str]
    tried: list[tuple[date, str]]
    named: list[str]
    held: int

    @property
    def steps(self) -> list[str]:
        """What was tried, each once."""
        return list(dict.fromkeys(what for _, what in self.tried))


@dataclass(frozen=True)
class Waiting:
    """Somebody who looks for a peer, and whether they had one before."""

    face: Face
    participant: Participant
    rounds: int
    had_one: bool


@dataclass(frozen=True)
class Desk:
    """What the desk shows."""

    new: list[Case]
    in_hand: list[Case]
    closed: list[Case]
    waiting: list[Waiting]
    waiting_count: int
    paused: list[tuple[Face, date | None]]


def requests_in(program: Program, by: Person) -> QuerySet[SupportRequest]:
    """Requests of partnerships with people of the manager's own."""
    own = partnerships_in(program, by)
    return SupportRequest.objects.filter(partnership__in=own).select_related("partnership__program")


def in_need(program: Program, by: Person) -> int:
    """How many requests nobody has taken in hand yet."""
    return requests_in(program, by).filter(state=SupportRequest.State.NEW).count()


def desk_of(program: Program, by: Person, *, most: int = 50) -> Desk:
    """The desk of a program for a manager."""
    own = looked_after(program, by)
    shown = requests_in(program, by).prefetch_related(
        parts_by("partnership__parts"),
        "partnership__signals__steps",
        "named__participant__person",
    )
    open_ones = request_views(shown.exclude(state=SupportRequest.State.CLOSED)[:most], own)
    closed = request_views(shown.filter(state=SupportRequest.State.CLOSED)[:10], own)
    people = program.participants.filter(organisation__in=own).select_related(
        "person", "organisation", "program"
    )
    waiting = people.filter(state=Participant.State.LOOKING)
    paused = people.filter(state=Participant.State.PAUSED).order_by("paused_until", "pk")
    had = set(waiting.filter(partnerships__isnull=False).values_list("pk", flat=True).distinct())
    first = waiting.order_by("-rounds_waited", "applied_at", "pk")[:most]
    return Desk(
        new=[c for c in open_ones if c.request.state == SupportRequest.State.NEW],
        in_hand=[c for c in open_ones if c.request.state == SupportRequest.State.IN_HAND],
        closed=closed,
        waiting=[Waiting(face_of(p, own), p, p.rounds_waited, p.pk in had) for p in first],
        waiting_count=waiting.count(),
        paused=[(face_of(p, own), p.paused_until) for p in paused[:most]],
    )


def request_views(requests: Iterable[SupportRequest], own: list[int]) -> list[Case]:
    """Requests of one program with people, reasons and what was tried."""
    found = list(requests)
    if not found:
        return []
    together = [r.partnership for r in found]
    met = rhythms(together[0].program, together)
    return [_case(r, own, met[r.partnership_id].held) for r in found]


def case_of(request: SupportRequest, own: list[int]) -> Case:
    """One request as a manager of these organisations sees it."""
    [case] = request_views([request], own)
    return case


def _case(request: SupportRequest, own: list[int], held: int) -> Case:
    partnership = request.partnership
    closed = request.closed_at.date() if request.closed_at else None
    steps = [
        step
        for signal in partnership.signals.all()
        if signal.kind in request.signals
        for step in signal.steps.all()
        if step.up and step.step in TRIED and (closed is None or step.on <= closed)
    ]
    tried = [(s.on, TRIED[Step(s.step)]) for s in sorted(steps, key=lambda s: (s.on, s.pk))]
    named = [
        face_of(m.participant, own).name
        for m in request.named.all()
        if m.participant.organisation_id in own
    ]
    return Case(
        request=request,
        people=[face_of(p.participant, own) for p in partnership.parts.all()],
        reasons=[SIGNALS[s] for s in request.signals if s in SIGNALS],
        tried=list(dict.fromkeys(tried)),
        named=named,
        held=held,
    )
