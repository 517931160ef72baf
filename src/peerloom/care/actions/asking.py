"""Requests for help: asked for, taken in hand, closed with an outcome."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.balance import Step
from peerloom.care.errors import NothingWritten, NotOpen, RequestClosed
from peerloom.care.models import CareSignal, CareStep, SupportNote, SupportRequest
from peerloom.core.audit import record
from peerloom.core.events import tell
from peerloom.core.holding import held
from peerloom.partnerships.models import Partnership

MOST = 2000
State = SupportRequest.State


def open_request(partnership: Partnership, kinds: Sequence[str]) -> SupportRequest:
    """The partnership's open request, with these signals; called within a transaction."""
    held(Partnership.objects).get(pk=partnership.pk)
    request = partnership.requests.exclude(state=State.CLOSED).first()
    if request is None:
        request = SupportRequest.objects.create(partnership=partnership)
        organisation = partnership.program.organisation_id
        tell("support_request.opened", request, organisation_id=organisation)
    request.signals = list(dict.fromkeys([*request.signals, *kinds]))
    request.save(update_fields=["signals"])
    return request


@transaction.atomic
def ask_for_help(
    partnership: Partnership,
    *,
    by: Person,
    told: str = "",
    named: bool = False,
    kinds: Sequence[str] = (),
) -> SupportRequest:
    """Ask the program manager for help; asking twice is one request.

    Parameters
    ----------
    told
        What the manager may read, for those who choose to say more.
    named
        The manager learns who asked; otherwise nobody does.

    Raises
    ------
    NotOpen
    """
    allow(by, "partnerships.take_part", partnership)
    if not Partnership.objects.filter(pk=partnership.pk, state=Partnership.State.OPEN).exists():
        raise NotOpen
    request = open_request(partnership, kinds)
    told = told.replace("\x00", "").strip()[:MOST]
    if told:
        request.told = f"{request.told}\n\n{told}".strip()
        request.save(update_fields=["told"])
    if named:
        request.named.add(partnership.parts.get(participant__person=by))
    today = timezone.localdate()
    for signal in partnership.signals.filter(kind__in=kinds):
        if signal.step != Step.MANAGER:
            signal.step, signal.since = Step.MANAGER, today
            signal.save(update_fields=["step", "since"])
            CareStep.objects.create(signal=signal, step=Step.MANAGER, on=today)
    return request


def _locked(request: SupportRequest, by: Person) -> SupportRequest:
    allow(by, "care.handle", request)
    rows = held(SupportRequest.objects)
    return rows.select_related("partnership__program").get(pk=request.pk)


@transaction.atomic
def take_in_hand(request: SupportRequest, *, by: Person) -> SupportRequest:
    """Say that somebody looks after it. Raises `RequestClosed`."""
    fresh = _locked(request, by)
    if fresh.state == State.CLOSED:
        raise RequestClosed
    if fresh.state == State.NEW:
        fresh.state = State.IN_HAND
        fresh.save(update_fields=["state"])
        _note(by, "took in hand", fresh)
    return fresh


@transaction.atomic
def note_on(request: SupportRequest, text: str, *, by: Person) -> SupportNote:
    """Note something for oneself and other managers; the person may read it in their data."""
    fresh = _locked(request, by)
    text = text.replace("\x00", "").strip()[:MOST]
    if not text:
        raise NothingWritten
    return SupportNote.objects.create(request=fresh, author=by, text=text)


@transaction.atomic
def close_request(request: SupportRequest, outcome: str, *, by: Person) -> SupportRequest:
    """What came of it; the signals begin anew, from the picture on."""
    fresh = _locked(request, by)
    if fresh.state == State.CLOSED:
        raise RequestClosed
    fresh.state, fresh.closed_at = State.CLOSED, timezone.now()
    fresh.outcome = SupportRequest.Outcome(outcome)
    fresh.save(update_fields=["state", "closed_at", "outcome"])
    _begin_anew(fresh.partnership)
    _note(by, "closed", fresh, outcome=outcome)
    return fresh


def _begin_anew(partnership: Partnership) -> None:
    """Whoever was helped is not nudged the day after: two weeks pass from here."""
    today = timezone.localdate()
    met = partnership.meetings.filter(state="held").count()
    for signal in CareSignal.objects.filter(partnership=partnership, step=Step.MANAGER):
        signal.step, signal.since, signal.strict = Step.PICTURE, today, 0
        signal.met_then = met
        signal.save(update_fields=["step", "since", "strict", "met_then"])
        CareStep.objects.create(signal=signal, step=Step.PICTURE, up=False, on=today)


def close_ended() -> int:
    """Requests of partnerships that ended otherwise need nobody any more; how many there were."""
    open_ones = SupportRequest.objects.exclude(state=State.CLOSED)
    over = open_ones.filter(partnership__state=Partnership.State.ENDED)
    return over.update(
        state=State.CLOSED, outcome=SupportRequest.Outcome.NOTHING, closed_at=timezone.now()
    )


@transaction.atomic
def reopen_request(request: SupportRequest, *, by: Person) -> SupportRequest:
    """It was closed too early; where another is open since, that one is it."""
    fresh = _locked(request, by)
    other = fresh.partnership.requests.exclude(state=State.CLOSED).first()
    if fresh.state != State.CLOSED or other:
        return other or fresh
    fresh.state, fresh.closed_at, fresh.outcome = State.IN_HAND, None, ""
    fresh.save(update_fields=["state", "closed_at", "outcome"])
    _note(by, "opened again", fresh)
    return fresh


def _note(by: Person, verb: str, request: SupportRequest, **details: str) -> None:
    owner = request.partnership.program.organisation_id
    record(by, verb, request, organisation_id=owner, **details)
