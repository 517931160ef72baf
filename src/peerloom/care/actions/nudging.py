"""Nudges on their way: at most one message a week to a person, whatever it is about."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.care.facts import about
from peerloom.care.models import Nudge, NudgeLimit, OneClick
from peerloom.care.said import ANSWERS, QUIET
from peerloom.core.markdown import rendered
from peerloom.messaging.actions import Letter, post
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.private import safe
from peerloom.programs.queries import care_words

A_WEEK = timedelta(days=7)
# After this a nudge is no longer of use, and a link no longer good.
STALE, LINK_LIVES = timedelta(days=21), timedelta(days=30)
MOST = 3
MONTH = timedelta(days=28)


def fingerprint(token: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def send_nudges() -> int:
    """Write to everybody for whom something waits and who was not nudged within a week; how many."""
    now = timezone.now()
    waiting = Nudge.objects.filter(sent_at=None, withdrawn_at=None)
    waiting.filter(made_at__lt=now - STALE).update(withdrawn_at=now)
    waiting.filter(member__partnership__state=Partnership.State.ENDED).update(withdrawn_at=now)
    due = waiting.exclude(member__participant__person__nudge_limit__nudged_at__gt=now - A_WEEK)
    due = due.exclude(member__participant__person__nudge_limit__quiet_until__gt=now.date())
    people = due.order_by().values_list("member__participant__person", flat=True).distinct()
    return sum(_nudge(number) for number in list(people))


@transaction.atomic
def _nudge(person: int) -> int:
    """One message with what waits for a person; 0 where another process did it meanwhile."""
    now = timezone.now()
    NudgeLimit.objects.get_or_create(person_id=person)
    limit = NudgeLimit.objects.select_for_update(of=("self",)).get(person_id=person)
    if limit.nudged_at and now - A_WEEK < limit.nudged_at <= now:
        return 0
    if limit.quiet_until and limit.quiet_until > now.date():
        return 0
    waiting = Nudge.objects.filter(
        member__participant__person=person, sent_at=None, withdrawn_at=None
    )
    nudges = list(
        waiting.select_related(
            "signal", "member__participant__person", "member__partnership__program__organisation"
        ).order_by("-step", "pk")[:MOST]
    )
    if not nudges:
        return 0
    letter = compose(nudges)
    post([letter], organisation_id=nudges[0].member.partnership.program.organisation_id)
    Nudge.objects.filter(pk__in=[n.pk for n in nudges]).update(sent_at=now, letter=letter.key)
    limit.nudged_at = now
    limit.save(update_fields=["nudged_at"])
    return 1


@dataclass(frozen=True)
class Piece:
    """One nudge in words, with what can be answered."""

    title: str
    text: str
    link: str
    answers: list[tuple[str, str]]
    why: str


def compose(nudges: Sequence[Nudge], *, real: bool = True) -> Letter:
    """The message with these nudges of one person; links that work only if `real`."""
    member = nudges[0].member
    person = member.participant.person
    language = person.language or member.partnership.program.language
    pieces = [_piece(n, language, real=real) for n in nudges]
    words = {
        "person": person,
        "pieces": pieces,
        "program": member.partnership.program,
        "settings_link": f"{settings.SITE_URL}/me/messages/",
    }
    links = [link for piece in pieces for link in piece.answers]
    links.append(("Open", pieces[0].link))
    return Letter(
        key=f"nudge-{nudges[0].pk}",
        kind="nudge",
        to=person.email,
        subject=pieces[0].title,
        text=render_to_string("care/nudge.txt", words),
        html=render_to_string("care/nudge.html", words),
        links=links,
        why=pieces[0].why,
        calm=True,
        until=timezone.now() + STALE,
        zone=member.participant.time_zone or person.time_zone,
    )


WHY = {
    "leaning": "Your last check-ins and agendas show that one hat is worn more by one of you.",
    "talking": "Your last check-ins show that one of you talks and one listens.",
    "silence": "It is longer than you agreed since you met.",
    "moving": "Two of your last three meetings were moved or cancelled.",
    "unclear": "There is no agreement yet, or it was said that it is not clear.",
    "no_click": "You said twice that your meeting was hardly worth it.",
    "waiting": "An introduction was not answered within a week.",
    "wrong_program": "You said that the program is hardly right for you.",
    "clash": "The hours that you all gave hardly meet.",
}


def _piece(nudge: Nudge, language: str, *, real: bool) -> Piece:
    member = nudge.member
    program = member.partnership.program
    said = care_words(program, nudge.words, language)
    others = member.partnership.parts.exclude(pk=member.pk).select_related("participant__person")
    names = [p.participant.person.first_name for p in others]
    reason = about(safe(member.partnership), nudge.signal).reason if real else "…"
    filled = {"{names}": " & ".join(names) or "…", "{reason}": reason}
    title, text = said.title, said.body
    for mark, words in filled.items():
        title, text = title.replace(mark, words), text.replace(mark, words)
    answers = []
    offered = (*ANSWERS.get(nudge.words, ()), QUIET)
    token = secrets.token_urlsafe(32)
    if real:
        OneClick.objects.create(
            nudge=nudge, fingerprint=fingerprint(token), expires_at=timezone.now() + LINK_LIVES
        )
    for key, label in offered:
        answers.append((label, f"{settings.SITE_URL}/answer/{token}/?say={key}"))
    link = f"{settings.SITE_URL}{page_for(nudge)}"
    return Piece(title, text, link, answers, WHY.get(nudge.signal.kind, ""))


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


def html_of(piece: Piece) -> str:
    """A piece's words as safe HTML."""
    return rendered(piece.text)


@transaction.atomic
def quieten(person: Person, *, until: date | None) -> None:
    """No nudges until a day; None: as usual from now on."""
    NudgeLimit.objects.get_or_create(person=person)
    limit = NudgeLimit.objects.select_for_update(of=("self",)).get(person=person)
    limit.quiet_until = until
    limit.save(update_fields=["quiet_until"])
