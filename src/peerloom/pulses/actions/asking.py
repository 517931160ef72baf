"""People are asked by a letter with a link; reminded twice, within the limits of nudges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from peerloom.care.actions import had_turn, may_be_nudged, take_turns
from peerloom.core.parts import in_parts
from peerloom.messaging.actions import Letter, post
from peerloom.participants.models import Participant
from peerloom.programs.letters import ProgramWords, compose, language_for, said_day
from peerloom.programs.models import Program, Pulse
from peerloom.programs.template_library import words
from peerloom.pulses.links import token_of
from peerloom.pulses.models import PulseReply
from peerloom.pulses.windows import Window, window_of

A_WEEK = timedelta(days=7)
MOST_LETTERS, AT_ONCE = 3, 200
_HERE = (Participant.State.LOOKING, Participant.State.MATCHED, Participant.State.PAUSED)


def ask_pulses() -> int:
    """Write to everybody whose answer to an open pulse is missing and who may be written to.

    Asked once and reminded twice, a week apart; a letter counts as the week's nudge, and whoever
    wants to be left in peace is. How many were written to.
    """
    today = timezone.localdate()
    written = 0
    for pulse, window in open_pulses(today):
        _begin(pulse)
        due = _due(pulse).order_by("pk").values_list("pk", flat=True)
        numbers = list(due)
        written += sum(_ask_some(pulse, window, part) for part in in_parts(numbers, AT_ONCE))
    return written


def open_pulses(today: date) -> list[tuple[Pulse, Window]]:
    """Pulses that take answers, with their days."""
    live = Pulse.objects.filter(off=False).exclude(program__state=Program.State.DRAFT)
    # Longest ago that any of them can still be open by the program's dates.
    recent = Q(program__ends_on__gte=today - timedelta(days=60)) | Q(opens_on__isnull=False)
    found = []
    for pulse in live.filter(recent).select_related("program__organisation").order_by("pk"):
        window = window_of(pulse)
        if window and window.has(today):
            found.append((pulse, window))
    return found


def _begin(pulse: Pulse) -> None:
    """A reply for everybody who is to be asked and has none."""
    people = asked_people(pulse).exclude(pulse_replies__pulse=pulse)
    numbers = list(people.values_list("pk", flat=True).distinct())
    PulseReply.objects.bulk_create(
        (PulseReply(pulse=pulse, participant_id=n) for n in numbers),
        ignore_conflicts=True,
        batch_size=1000,
    )


def asked_people(pulse: Pulse) -> QuerySet[Participant]:
    """Whom a pulse is for: everybody here; of what comes of meeting, those who had a peer."""
    people = pulse.program.participants.filter(applied_at__isnull=False)
    here, met = Q(state__in=_HERE), Q(state__in=_HERE, parts__isnull=False)
    # Whom the lot left waiting: what they say shows what the program itself brings.
    left = Q(state=Participant.State.WAITING, lot__isnull=False)
    if pulse.moment == Pulse.When.BASELINE:
        return people.filter(here | left)
    if pulse.moment == Pulse.When.END:
        return people.filter(met | left)
    return people.filter(met if pulse.moment == Pulse.When.MIDPOINT else here)


def _due(pulse: Pulse) -> QuerySet[PulseReply]:
    now = timezone.now()
    waiting = pulse.replies.filter(answered_at=None, letters__lt=MOST_LETTERS)
    waiting = waiting.filter(
        Q(participant__state__in=_HERE)
        | Q(participant__state=Participant.State.WAITING, participant__lot__isnull=False)
    )
    waiting = waiting.filter(Q(last_letter_at=None) | Q(last_letter_at__lte=now - A_WEEK))
    return may_be_nudged(waiting, "participant__person", now)


@transaction.atomic
def _ask_some(pulse: Pulse, window: Window, numbers: Sequence[int]) -> int:
    now = timezone.now()
    replies = _due(pulse).filter(pk__in=numbers).select_related("participant__person")
    people = sorted(set(replies.values_list("participant__person", flat=True)))
    free = set(take_turns(people, now))
    # Read anew: whoever held the turns may have written meanwhile.
    mine = [r for r in replies.all() if r.participant.person_id in free]
    own = ProgramWords(pulse.program)
    post(
        [_letter(reply, pulse, window, own) for reply in mine],
        organisation_id=pulse.program.organisation_id,
    )
    for reply in mine:
        reply.asked_at = reply.asked_at or now
        reply.letters, reply.last_letter_at = reply.letters + 1, now
    PulseReply.objects.bulk_update(
        mine, ["asked_at", "letters", "last_letter_at"], batch_size=AT_ONCE
    )
    had_turn((r.participant.person_id for r in mine), now)
    return len(mine)


def _letter(reply: PulseReply, pulse: Pulse, window: Window, own: ProgramWords) -> Letter:
    person, program = reply.participant.person, pulse.program
    said = own.say("message_pulse", person)
    language = language_for(person, program)
    subject = pulse.name or str(words(language)["pulse"]["subjects"][pulse.moment])
    return compose(
        said,
        program,
        person,
        key=f"pulse-{reply.pk}-{reply.letters + 1}",
        kind="pulse",
        link=f"{settings.SITE_URL}/pulse/{token_of(reply)}/",
        marks={"day": said_day(window.closes, said.language)},
        subject=f"{subject} ({program.name})",
        calm=True,
        until=_end_of(window.closes),
        zone=reply.participant.time_zone or person.time_zone,
    )


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))
