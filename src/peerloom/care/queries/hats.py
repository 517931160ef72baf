"""How hats and talk divide between partners, for the partners themselves.

A single answer is not to be told from it. A plain mean of a meeting would give away what the other
said: one's own answer taken off leaves theirs. So shares are those of the running estimate over all
meetings so far, in tenths, and only after every second meeting that somebody spoke of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.balance import GENTLE, Step, picture_of, share_of
from peerloom.care.facts import about, met_of
from peerloom.care.models import CareSignal
from peerloom.care.said import BOTH_HATS
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.private import safe
from peerloom.partnerships.queries import courses

EVERY = 2  # answered meetings from one point to the next


@dataclass(frozen=True)
class HatsPage:
    """The balance from one member's chair.

    Attributes
    ----------
    words
        A sentence for all of them; empty while too little is known.
    days
        Of every second meeting that somebody spoke of.
    asked, listened
        The member's share in tenths after each of them.
    practise
        The hat ('mentee' or 'mentor') that they wore less, where there is a lean.
    talk
        'listen' or 'talk' likewise.
    leans
        A signal of hats or of talk holds.
    agenda
        'How are our hats?' stands on the next agenda.
    rests_until
        They agreed that it works for them.
    works
        First names of the others who said so, while not all have; `mine` if the reader has.
    """

    words: str
    days: list[date]
    asked: list[int]
    listened: list[int]
    practise: str
    talk: str
    leans: bool
    agenda: bool
    rests_until: date | None
    works: list[str]
    mine: bool


def hats_of(partnership: Partnership, person: Person, *, drawn: bool = True) -> HatsPage:
    """The balance for a member of the partnership; `drawn` with what a plot over time needs."""
    parts = list(partnership.parts.select_related("participant__person"))
    me = next(p for p in parts if p.participant.person_id == person.pk)
    [course] = courses([partnership.pk], timezone.localdate())
    met, members = met_of(course), course.members
    picture = picture_of(met, members, {p.pk: p.participant.person.first_name for p in parts})
    days, asked, listened = [], [], []
    for k in range(1, len(met) + 1) if drawn else ():
        hats = share_of(met[:k], me.pk, members, GENTLE)
        # The meeting itself was spoken of, and it is the second, the fourth ...
        if met[k - 1].said and hats.answered and hats.answered % EVERY == 0:
            talk = share_of(met[:k], me.pk, members, GENTLE, "talk")
            days.append(met[k - 1].on)
            asked.append(round(10 * hats.mean))
            listened.append(round(10 * talk.mean))
    rows = {s.kind: s for s in partnership.signals.filter(kind__in=BOTH_HATS)}
    today = timezone.localdate()
    rests = [r.rests_until for r in rows.values() if r.rests_until and r.rests_until > today]
    said = {w.member_id for r in rows.values() for w in r.works.filter(until__gt=today)}
    return HatsPage(
        words=picture.words if picture else "",
        days=days,
        asked=asked,
        listened=listened,
        practise=_less(partnership, me.pk, rows.get("leaning"), ("mentor", "mentee")),
        talk=_less(partnership, me.pk, rows.get("talking"), ("talk", "listen")),
        leans=any(r.level for r in rows.values()),
        agenda=hats_on_agenda(partnership),
        rests_until=min(rests) if rests else None,
        works=[p.participant.person.first_name for p in parts if p.pk in said and p != me],
        mine=me.pk in said,
    )


def _less(partnership: Partnership, me: int, row: CareSignal | None, hats: tuple[str, str]) -> str:
    """What the member does less: `hats` names it for who does the one or the other too much."""
    if row is None or not row.level:
        return ""
    signal = about(safe(partnership), row)
    if not signal.side or not signal.members:
        return ""
    side = signal.side if me in signal.members else -signal.side
    return hats[0] if side > 0 else hats[1]


def hats_on_agenda(partnership: Partnership) -> bool:
    """'How are our hats?' was put on the next agenda, and they have not talked about it yet."""
    asked = partnership.signals.filter(kind__in=BOTH_HATS, step__gte=Step.BOTH_TOGETHER)
    today = timezone.localdate()
    return any(
        (s.talked_on is None or (s.since is not None and s.talked_on < s.since))
        and not (s.rests_until and s.rests_until > today)
        for s in asked
    )
