"""What is asked of pulses; single answers leave this room for their author alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person, PersonRecord
from peerloom.evidence import SMALLEST, hidden
from peerloom.participants.models import Participant
from peerloom.programs.letters import language_for
from peerloom.programs.models import Program, Pulse
from peerloom.programs.scales import SCALES, Kind
from peerloom.pulses.items import ABLE, THEN, Item, items_for, score, skills_in
from peerloom.pulses.links import ask_of, meeting_token_of, reply_of, token_of
from peerloom.pulses.models import PulseReply
from peerloom.pulses.private import Answers, answers_of, safe
from peerloom.pulses.windows import Window, window_of

__all__ = [
    "ABLE",
    "THEN",
    "Answers",
    "Missing",
    "Response",
    "answers_to",
    "ask_of",
    "asks",
    "language_of",
    "meeting_token_of",
    "open_for",
    "pulses_of",
    "replies_of",
    "reply_of",
    "responses",
    "said_in",
    "score",
    "skills_in",
    "token_of",
    "window_of",
    "words_in",
]


def language_of(reply: PulseReply) -> str:
    """In which somebody is asked."""
    return language_for(reply.participant.person, reply.pulse.program)


def asks(reply: PulseReply) -> list[Item]:
    """What somebody is asked."""
    participant = reply.participant
    before: Answers = {}
    if reply.pulse.moment == Pulse.When.END:
        first = PulseReply.objects.filter(
            participant=participant, pulse__moment=Pulse.When.BASELINE
        ).first()
        if first:
            before = answers_of(safe(reply.pulse.program), first)
    return items_for(reply.pulse, participant, language_of(reply), before)


def open_for(person: Person) -> list[PulseReply]:
    """Pulses that wait for somebody's answer."""
    mine = PulseReply.objects.filter(
        participant__person=person, answered_at=None, asked_at__isnull=False, pulse__off=False
    ).exclude(participant__state__in=(Participant.State.LEFT, Participant.State.DECLINED))
    today = timezone.localdate()
    found = []
    for reply in mine.select_related("pulse__program", "participant__person"):
        window = window_of(reply.pulse)
        if window and window.has(today):
            found.append(reply)
    return found


def replies_of(person: Person) -> list[PulseReply]:
    """All of somebody's replies."""
    mine = PulseReply.objects.filter(participant__person=person)
    return list(mine.select_related("pulse__program__organisation", "participant__person"))


def pulses_of(program: Program) -> list[tuple[Pulse, Window | None]]:
    """A program's pulses in the order they are asked."""
    pulses = list(program.pulses.select_related("program"))
    found = [(pulse, window_of(pulse)) for pulse in pulses]
    return sorted(found, key=lambda p: (p[1] is None, p[1] and p[1].opens, p[0].pk))


@dataclass(frozen=True)
class Missing:
    """One group among those asked: how many, and how many of them answered; None where hidden."""

    name: str
    asked: int
    answered: int | None


@dataclass(frozen=True)
class Response:
    """How many answered one pulse, and who is missing, as counts.

    Attributes
    ----------
    by
        What the groups are of, such as 'Unit'; empty where the organisation's people are not known.
    """

    pulse: Pulse
    window: Window | None
    open: bool
    asked: int
    answered: int
    by: str
    groups: list[Missing]

    @property
    def percent(self) -> int:
        """Answered, of those asked."""
        return round(100 * self.answered / self.asked) if self.asked else 0


def responses(program: Program, *, by_unit: bool = False) -> list[Response]:
    """Every pulse with its answers as counts; `by_unit` with who is missing."""
    counts = {
        pulse: (asked, answered)
        for pulse, asked, answered in PulseReply.objects.filter(
            pulse__program=program, asked_at__isnull=False
        )
        .order_by()
        .values_list("pulse")
        .annotate(Count("pk"), Count("answered_at"))
    }
    units = _units(program) if by_unit else {}
    today = timezone.localdate()
    found = []
    for pulse, window in pulses_of(program):
        asked, answered = counts.get(pulse.pk, (0, 0))
        groups = _missing(units, pulse) if any(units.values()) else []
        found.append(
            Response(
                pulse,
                window,
                bool(window and window.has(today)) and not pulse.off,
                asked,
                answered,
                "Unit" if groups else "",
                groups,
            )
        )
    return found


def _units(program: Program) -> dict[str, str]:
    """Unit by address, from the organisation's own file."""
    records = PersonRecord.objects.filter(organisation=program.organisation)
    return {email.lower(): unit for email, unit in records.values_list("email", "unit")}


def _missing(units: dict[str, str], pulse: Pulse) -> list[Missing]:
    asked: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    there = pulse.replies.exclude(asked_at=None)
    for email, at in there.values_list("participant__person__email", "answered_at"):
        unit = units.get(email.lower()) or _("not known")
        asked[unit] += 1
        answered[unit] += at is not None
    small = {name for name, n in asked.items() if n < SMALLEST}
    if len(asked) - len(small) < 2:
        return []
    together = _("small groups together")
    for name in small:
        asked[together] += asked.pop(name)
        answered[together] += answered.pop(name, 0)
    names = sorted(asked)
    away = hidden([answered[n] for n in names]) | hidden([asked[n] - answered[n] for n in names])
    return [Missing(n, asked[n], None if k in away else answered[n]) for k, n in enumerate(names)]


def said_in(program: Program, moment: str) -> dict[int, tuple[int, Answers]]:
    """Answers to one of a program's pulses: by participant the version and what they said.

    For counting alone: what is shown of them goes through `peerloom.evidence.shown`.
    """
    pulse = program.pulses.filter(moment=moment).select_related("program").first()
    return answers_to(pulse) if pulse else {}


def answers_to(pulse: Pulse) -> dict[int, tuple[int, Answers]]:
    """The same of one pulse."""
    replies = list(pulse.replies.exclude(answered_at=None))
    box = safe(pulse.program) if replies else None
    return {r.participant_id: (r.version, answers_of(box, r)) for r in replies if box}


def words_in(program: Program) -> list[tuple[Pulse, list[str]]]:
    """What people wrote in their own words, without whose they are, once a pulse is over.

    Where at least five wrote something; in an order that says nothing of when or who.
    """
    today = timezone.localdate()
    found = []
    for pulse, window in pulses_of(program):
        if window is None or window.closes >= today:
            continue
        keys = [f"{s.key}.{i}" for s in SCALES if s.kind == Kind.WORDS for i in s.items]
        said = [str(a[k]) for _, a in answers_to(pulse).values() for k in keys if k in a]
        if len(said) >= SMALLEST:
            found.append((pulse, sorted(said, key=str.casefold)))
    return found
