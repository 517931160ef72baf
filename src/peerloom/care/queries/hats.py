"""How hats and talk divide between partners, for the partners themselves.

A single answer is not to be told from it. A plain mean of a meeting would give away what the other
said: one's own answer taken off leaves theirs. So shares are those of the running estimate over all
meetings so far, in tenths, and only after every second meeting that somebody spoke of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.balance import GENTLE, Met, Step, observed, picture_of, posterior
from peerloom.care.facts import about, met_of
from peerloom.care.models import CareSignal
from peerloom.care.said import BOTH_HATS
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.private import safe
from peerloom.partnerships.queries import met_so_far

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
    agenda: bool
    rests_until: date | None
    works: list[str]
    mine: bool


def hats_of(partnership: Partnership, person: Person, *, drawn: bool = True) -> HatsPage:
    """The balance for a member of the partnership; `drawn` with what a plot over time needs."""
    parts, today = list(partnership.parts.all()), timezone.localdate()
    me = next(p for p in parts if p.participant.person_id == person.pk)
    met, members = met_of(met_so_far(partnership, today)), [p.pk for p in parts]
    picture = picture_of(met, members, {p.pk: p.participant.person.first_name for p in parts})
    days, asked, listened = _over_time(met, me.pk, members) if drawn else ([], [], [])
    rows = {s.kind: s for s in partnership.signals.filter(kind__in=BOTH_HATS)}
    rests = [r.rests_until for r in rows.values() if r.rests_until and r.rests_until > today]
    said = {w.member_id for r in rows.values() for w in r.works.filter(until__gt=today)}
    # What works for them is nothing to practise.
    lean, talking = (None if rests else rows.get(kind) for kind in ("leaning", "talking"))
    return HatsPage(
        words=picture.words if picture else "",
        days=days,
        asked=asked,
        listened=listened,
        practise=_less(partnership, me.pk, members, lean, ("mentor", "mentee")),
        talk=_less(partnership, me.pk, members, talking, ("talk", "listen")),
        agenda=_on_agenda(rows.values(), today),
        rests_until=min(rests) if rests else None,
        works=[p.participant.person.first_name for p in parts if p.pk in said and p != me],
        mine=me.pk in said,
    )


def _over_time(
    met: Sequence[Met], me: int, members: Sequence[int]
) -> tuple[list[date], list[int], list[int]]:
    """Days and the member's shares of asking and of listening so far, in tenths."""
    days, asked, listened = [], [], []
    hats = [observed(m, me, members) for m in met]
    talk = [observed(m, me, members, "talk") for m in met]
    for k, meeting in enumerate(met, 1):
        so_far = posterior(hats[:k], len(members), GENTLE)
        # The meeting itself was spoken of, and it is the second, the fourth ...
        if meeting.said and so_far.answered and so_far.answered % EVERY == 0:
            days.append(meeting.on)
            asked.append(round(10 * so_far.mean))
            listened.append(round(10 * posterior(talk[:k], len(members), GENTLE).mean))
    return days, asked, listened


def _less(
    partnership: Partnership,
    me: int,
    members: Sequence[int],
    row: CareSignal | None,
    hats: tuple[str, str],
) -> str:
    """What the member does less: `hats` names it for who does the one or the other too much."""
    if row is None or not row.level:
        return ""
    signal = about(safe(partnership), row)
    # In a circle it is for the one who leans; of two it mirrors.
    if not signal.side or (me not in signal.members and len(members) > 2):
        return ""
    side = signal.side if me in signal.members else -signal.side
    return hats[0] if side > 0 else hats[1]


def hats_on_agenda(partnership: Partnership) -> bool:
    """'How are our hats?' was put on the next agenda, and they have not talked about it yet."""
    return _on_agenda(partnership.signals.filter(kind__in=BOTH_HATS), timezone.localdate())


def _on_agenda(rows: Iterable[CareSignal], today: date) -> bool:
    return any(
        s.step >= Step.BOTH_TOGETHER
        and (s.talked_on is None or (s.since is not None and s.talked_on < s.since))
        and not (s.rests_until and s.rests_until > today)
        for s in rows
    )
