"""What people say to a nudge: by a link that works once, or on their page."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.balance import Step, rest
from peerloom.care.actions.asking import ask_for_help
from peerloom.care.actions.nudging import MONTH, quieten
from peerloom.care.errors import BadDay, LinkUsed
from peerloom.care.facts import keep_rung, rung_of
from peerloom.care.models import CareSignal, CareStep, OneClick, WorksForUs
from peerloom.care.queries.links import link_of, offered
from peerloom.care.said import BOTH_HATS
from peerloom.core.encryption import fingerprint
from peerloom.core.holding import held
from peerloom.partnerships.actions import note_answer, note_that_we_met, take_break
from peerloom.partnerships.models import Partnership

LONGEST_REST = timedelta(days=184)
EIGHT_WEEKS = timedelta(weeks=8)


@transaction.atomic
def answer_link(token: str, said: str) -> str:
    """Say one thing by a link, once; what happened, in words.

    Raises
    ------
    LinkUsed
        Used already, too old, nobody's, or it does not offer that answer.
    PartnershipsError
        It cannot be done any more; the link stays good.
    """
    rows = held(OneClick.objects)
    if not rows.filter(fingerprint=fingerprint(token)).exists():
        raise LinkUsed
    link = link_of(token)
    if link is None or said not in offered(link):
        raise LinkUsed
    happened = _do(link, said)
    link.used_at, link.said = timezone.now(), said
    link.save(update_fields=["used_at", "said"])
    return happened


def _do(link: OneClick, said: str) -> str:
    member = link.nudge.member
    partnership, person = member.partnership, member.participant.person
    today = timezone.localdate()
    if said == "met":
        note_that_we_met(partnership, timezone.now(), by=person)
        return _("Noted: you met. How it was, you can say on your page.")
    if said == "break":
        take_break(partnership, today + MONTH, by=person)
        return _("Noted: you take a break of four weeks. All of you are told.")
    if said == "here":
        note_answer(member)
        return _("Good. Your page has times when all of you are free.")
    if said == "works":
        say_it_works(partnership, today + EIGHT_WEEKS, by=person)
        return _("Noted. Once all of you say so, nothing is said of it for eight weeks.")
    if said == "help":
        ask_for_help(partnership, by=person, kinds=[link.nudge.signal.kind])
        return _("The program manager hears that you would like help, and not who asked.")
    if said == "fine":
        return _("Good. Nobody is told; you can ask for help on your page at any time.")
    quieten(person, until=today + MONTH)
    return _("Noted: no nudges for four weeks.")


@transaction.atomic
def say_it_works(partnership: Partnership, until: date, *, by: Person) -> bool:
    """'This works for us': once all members have said so, hats are not spoken of until then.

    Returns
    -------
    bool
        Whether all of them have.

    Raises
    ------
    BadDay
        In the past, or more than half a year away.
    """
    allow(by, "partnerships.take_part", partnership)
    today = timezone.localdate()
    if not today < until <= today + LONGEST_REST:
        raise BadDay(_("half a year"))
    held(Partnership.objects).get(pk=partnership.pk)
    member = partnership.parts.get(participant__person=by)
    everybody = set(partnership.parts.values_list("pk", flat=True))
    agreed = False
    for kind in sorted(BOTH_HATS):
        signal, _made = CareSignal.objects.get_or_create(partnership=partnership, kind=kind)
        WorksForUs.objects.update_or_create(signal=signal, member=member, defaults={"until": until})
        said = signal.works.filter(until__gt=today)
        if set(said.values_list("member", flat=True)) == everybody:
            agreed = True
            _let_rest(signal, min(said.values_list("until", flat=True)))
    return agreed


def _let_rest(signal: CareSignal, until: date) -> None:
    if signal.step != Step.PICTURE:
        CareStep.objects.create(signal=signal, step=Step.PICTURE, up=False, on=timezone.localdate())
    keep_rung(signal, rest(rung_of(signal), until))
    signal.save()
    signal.nudges.filter(sent_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())


@transaction.atomic
def we_talked(partnership: Partnership, *, by: Person) -> None:
    """They talked about how their hats are."""
    allow(by, "partnerships.take_part", partnership)
    partnership.signals.filter(kind__in=BOTH_HATS).update(talked_on=timezone.localdate())
