"""A program's figures by mail, to those who asked for them."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.accounts.rules import RULES, allow
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.core.words import counted
from peerloom.messaging.actions import Letter, post
from peerloom.programs.letters import Besides, ProgramWords, compose
from peerloom.programs.models import Program
from peerloom.results.figures import Figure, number
from peerloom.results.models import Subscription
from peerloom.results.queries.editions import results_of

EVERY = {Subscription.Every.WEEK: timedelta(days=7), Subscription.Every.MONTH: timedelta(days=28)}
# So long after its last day nothing new comes.
AFTER = timedelta(days=120)


@transaction.atomic
def subscribe(program: Program, *, every: str, by: Person) -> Subscription:
    """Get a program's figures by mail, from tomorrow's first look on."""
    allow(by, "results.read", program)
    chosen = every if every in Subscription.Every.values else Subscription.Every.MONTH
    mine, _ = Subscription.objects.update_or_create(
        program=program, person=by, defaults={"every": chosen}
    )
    record(by, "subscribed to results", program, organisation_id=program.organisation_id)
    return mine


@transaction.atomic
def unsubscribe(program: Program, *, by: Person) -> None:
    """Get them no more."""
    Subscription.objects.filter(program=program, person=by).delete()


def send_reports() -> int:
    """Write to everybody whose report is due; once, whichever machine comes first."""
    today = timezone.localdate()
    live = Subscription.objects.filter(person__is_active=True, program__ends_on__gte=today - AFTER)
    return sum(_send(number_, today) for number_ in list(live.values_list("pk", flat=True)))


@transaction.atomic
def _send(number_: int, today: date) -> int:
    mine = held(Subscription.objects, skip=True)
    one = mine.select_related("program__organisation", "person").filter(pk=number_).first()
    if one is None or (
        one.sent_on and timedelta(0) <= today - one.sent_on < EVERY[Subscription.Every(one.every)]
    ):
        return 0
    # Who lost their role since reads nothing more.
    if not RULES["results.read"](one.person, one.program):
        one.delete()
        return 0
    results = results_of(one.program, one.person)
    if results.taken_at is None:
        return 0
    post([_letter(one, results.figures, today)], organisation_id=one.program.organisation_id)
    one.sent_on = today
    one.save(update_fields=["sent_on"])
    return 1


def _letter(one: Subscription, figures: list[Figure], today: date) -> Letter:
    said = ProgramWords(one.program).say("message_report", one.person)
    with translation.override(said.language):
        facts = _facts(figures)
    return compose(
        said,
        one.program,
        one.person,
        key=f"report-{one.pk}-{today:%Y%m%d}",
        kind="report",
        link=f"{settings.SITE_URL}/results/{one.program_id}/",
        besides=Besides(facts=facts),
        calm=True,
        zone=one.person.time_zone,
    )


def _facts(figures: list[Figure]) -> list[tuple[str, str]]:
    return [
        (str(f.name), _("{words} ({n} {whom}; 95 %: {low} to {high}).").format(words=f.words, n=counted(f.n), whom=f.whom, low=number(f.low or 0, f.digits), high=number(f.high or 0, f.digits, f.unit)))
        for f in figures
        if f.value is not None
    ]  # fmt: skip
