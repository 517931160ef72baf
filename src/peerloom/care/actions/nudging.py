"""Nudges on their way: at most one message a week to a person, whatever it is about."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.care.models import Nudge, NudgeLimit, OneClick
from peerloom.care.said import ANSWERS, QUIET
from peerloom.core.encryption import fingerprint
from peerloom.core.holding import held
from peerloom.core.parts import in_parts
from peerloom.messaging.actions import Letter, post, withdraw
from peerloom.partnerships.models import Partnership
from peerloom.programs.letters import (
    ProgramWords,
    filled,
    filled_as_html,
    filled_as_text,
    language_for,
    phrases,
)
from peerloom.programs.template_library import words as library_words

Row = TypeVar("Row", bound=Model)
A_WEEK = timedelta(days=7)
# After this a nudge is no longer of use, and a link no longer good.
STALE, LINK_LIVES = timedelta(days=21), timedelta(days=30)
MOST, AT_ONCE = 3, 100
MONTH = timedelta(days=28)


def send_nudges() -> int:
    """Write to everybody for whom something waits and who was not nudged within a week; how many."""
    now = timezone.now()
    waiting = Nudge.objects.filter(sent_at=None, withdrawn_at=None)
    waiting.filter(made_at__lt=now - STALE).update(withdrawn_at=now)
    waiting.filter(member__partnership__state=Partnership.State.ENDED).update(withdrawn_at=now)
    _withdraw_ended(now)
    due = may_be_nudged(waiting, "member__participant__person", now)
    people = due.order_by().values_list("member__participant__person", flat=True).distinct()
    numbers = sorted(people)
    return sum(_nudge_some(part) for part in in_parts(numbers, AT_ONCE))


def _withdraw_ended(now: datetime) -> None:
    """Take back messages that still wait for the morning and are about ended partnerships alone."""
    lately = Nudge.objects.filter(sent_at__gt=now - A_WEEK).exclude(letter="")
    ended = lately.filter(member__partnership__state=Partnership.State.ENDED)
    keys = set(ended.values_list("letter", flat=True))
    goes_on = lately.filter(letter__in=keys, member__partnership__state=Partnership.State.OPEN)
    withdraw(keys - set(goes_on.values_list("letter", flat=True)))


@transaction.atomic
def _nudge_some(people: Sequence[int]) -> int:
    """A message with what waits for each of these people; how many were not written to meanwhile."""
    now = timezone.now()
    free = take_turns(people, now)
    waiting: dict[int, list[Nudge]] = defaultdict(list)
    rows = Nudge.objects.filter(
        member__participant__person__in=free, sent_at=None, withdrawn_at=None
    )
    for nudge in rows.select_related(*_ALONG).order_by("-step", "pk"):
        waiting[nudge.member.participant.person_id].append(nudge)
    voice, letters = Voice(), defaultdict(list)
    for nudges in (theirs[:MOST] for theirs in waiting.values()):
        letter = voice.letter(nudges)
        letters[nudges[0].member.partnership.program.organisation_id].append(letter)
        for nudge in nudges:
            nudge.sent_at, nudge.letter = now, letter.key
    said = [n for theirs in waiting.values() for n in theirs[:MOST]]
    Nudge.objects.bulk_update(said, ["sent_at", "letter"], batch_size=200)
    OneClick.objects.bulk_create(voice.links)
    for owner, written in letters.items():
        post(written, organisation_id=owner)
    had_turn(waiting, now)
    return len(waiting)


def may_be_nudged(rows: QuerySet[Row], person: str, now: datetime) -> QuerySet[Row]:
    """Those rows whose person was not nudged within a week and wants to be; a first look, without a
    turn taken.

    Parameters
    ----------
    person
        How a row leads to its person, as queries say it.
    """
    limit = f"{person}__nudge_limit"
    rows = rows.exclude(
        **{f"{limit}__nudged_at__gt": now - A_WEEK, f"{limit}__nudged_at__lte": now}
    )
    return rows.exclude(**{f"{limit}__quiet_until__gt": now.date()})


def take_turns(people: Sequence[int], now: datetime) -> list[int]:
    """Those of some people (by number) who may be nudged now; theirs until the transaction ends.

    One message a week to a person, whatever it is about: whoever writes one takes a turn.
    """
    NudgeLimit.objects.bulk_create((NudgeLimit(person_id=n) for n in people), ignore_conflicts=True)
    limits = held(NudgeLimit.objects).filter(person__in=people)
    return [x.person_id for x in limits.order_by("person") if not _spared(x, now)]


def had_turn(people: Iterable[int], now: datetime) -> None:
    """These people were written to."""
    NudgeLimit.objects.filter(person__in=list(people)).update(nudged_at=now)


_ALONG = (
    "signal", "member__participant__person", "member__partnership__program__organisation",
    "member__partnership__sealing",
)  # fmt: skip


def _spared(limit: NudgeLimit, now: datetime) -> bool:
    if limit.quiet_until and limit.quiet_until > now.date():
        return True
    # One that lies ahead is of a clock that was wrong.
    return bool(limit.nudged_at and now - A_WEEK < limit.nudged_at <= now)


@dataclass(frozen=True)
class Piece:
    """One nudge in words, with what can be answered."""

    title: str
    text: str
    html: str
    link: str
    answers: list[tuple[str, str]]
    why: str


class Voice:
    """Says nudges in words; remembers what was looked up, so that many cost little.

    Attributes
    ----------
    links
        Those in its letters; they work once they are kept.
    """

    def __init__(self) -> None:
        self.links: list[OneClick] = []
        self._own: dict[int, ProgramWords] = {}

    def letter(self, nudges: Sequence[Nudge]) -> Letter:
        """The message with these nudges of one person."""
        member = nudges[0].member
        person, program = member.participant.person, member.partnership.program
        pieces = [self._piece(n) for n in nudges]
        say = phrases(language_for(person, program))
        words = {
            "pieces": pieces,
            "program": program,
            "language": language_for(person, program),
            "say": {k: v.replace("{name}", person.first_name) for k, v in say.items()},
            "settings_link": f"{settings.SITE_URL}/me/messages/",
        }
        links = [link for piece in pieces for link in piece.answers]
        return Letter(
            key=f"nudge-{nudges[0].pk}",
            kind="nudge",
            to=person.email,
            subject=pieces[0].title,
            text=render_to_string("care/nudge.txt", words),
            html=render_to_string("care/nudge.html", words),
            links=[(say["open"], pieces[0].link), *links],
            why=pieces[0].why,
            calm=True,
            # The introduction went where they like it best; once more by another way.
            mail_only=any(n.words == "care_waiting" for n in nudges),
            until=timezone.now() + STALE,
            zone=member.participant.time_zone or person.time_zone,
        )

    def _piece(self, nudge: Nudge) -> Piece:
        member = nudge.member
        program, person = member.partnership.program, member.participant.person
        own = self._own.setdefault(program.pk, ProgramWords(program))
        said = own.say(nudge.words, person)
        spoken = library_words(language_for(person, program))["care"]
        others = member.partnership.members.exclude(pk=member.participant_id)
        names = " & ".join(p.person.first_name for p in others.select_related("person"))
        reason = str(spoken["reasons"].get(nudge.signal.kind, ""))
        marks = {"names": names or "…", "reason": reason, "program": program.name}
        token = secrets.token_urlsafe(32)
        expires = timezone.now() + LINK_LIVES
        self.links.append(OneClick(nudge=nudge, fingerprint=fingerprint(token), expires_at=expires))
        answers = [
            (str(spoken["answers"][key]), f"{settings.SITE_URL}/answer/{token}/?say={key}")
            for key in (*ANSWERS.get(nudge.words, ()), QUIET)
        ]
        return Piece(
            title=filled(said.title, marks),
            text=filled_as_text(said.body, marks),
            html=filled_as_html(said.body, marks),
            link=f"{settings.SITE_URL}{page_for(nudge)}",
            answers=answers,
            why=reason,
        )


def page_for(nudge: Nudge) -> str:
    """Where a nudge leads."""
    partnership = nudge.member.partnership_id
    if nudge.words in ("care_help", "care_no_click", "care_wrong_program", "care_waiting_peer"):
        return f"/partnerships/{partnership}/not-working/"
    if nudge.words in ("care_moving", "care_clash"):
        return f"/partnerships/{partnership}/times/"
    if nudge.words == "care_unclear":
        return f"/partnerships/{partnership}/agreement/"
    if nudge.signal.kind in ("leaning", "talking"):
        return f"/partnerships/{partnership}/hats/"
    return f"/partnerships/{partnership}/"


# So long somebody who wants no nudges has none.
NO_NUDGES = timedelta(days=91)


@transaction.atomic
def quieten(person: Person, *, until: date | None) -> None:
    """No nudges until a day; None: as usual from now on."""
    NudgeLimit.objects.get_or_create(person=person)
    limit = held(NudgeLimit.objects).get(person=person)
    limit.quiet_until = until
    limit.save(update_fields=["quiet_until"])
