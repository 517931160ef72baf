"""A break of a partnership: nobody expects a meeting until it is over."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.messaging.actions import post
from peerloom.partnerships.actions.meetings import writable
from peerloom.partnerships.errors import BadTime
from peerloom.partnerships.models import Break, Partnership
from peerloom.programs.letters import ProgramWords, compose, said_day

LONGEST = timedelta(days=92)


@transaction.atomic
def take_break(partnership: Partnership, until: date, *, by: Person) -> Break:
    """No meetings until a day; all members read the same words, whoever said so.

    Another end of a break that goes on already is its new end.

    Raises
    ------
    BadTime
        In the past, or more than three months away.
    """
    writable(partnership, by)
    today = timezone.localdate()
    if not today < until <= today + LONGEST:
        raise BadTime(
            _(
                "A break ends on a day from tomorrow on, at most three months away. Nothing was "
                "changed."
            )
        )
    current = partnership.breaks.filter(first__lte=today, last__gte=today).first()
    if current and current.last == until:
        return current
    pause = current or Break(partnership=partnership, first=today)
    pause.last = until
    pause.save()
    _tell(pause)
    return pause


@transaction.atomic
def end_break(partnership: Partnership, *, by: Person) -> None:
    """They meet again from today on."""
    writable(partnership, by)
    today = timezone.localdate()
    for pause in partnership.breaks.filter(last__gte=today):
        if pause.first >= today:
            pause.delete()
        else:
            pause.last = today - timedelta(days=1)
            pause.save(update_fields=["last"])


def _tell(pause: Break) -> None:
    program = pause.partnership.program
    own, letters = ProgramWords(program), []
    for part in pause.partnership.parts.select_related("participant__person"):
        person = part.participant.person
        said = own.say("message_break", person)
        letters.append(
            compose(
                said,
                program,
                person,
                key=f"break-{pause.pk}-{pause.last:%Y%m%d}-{part.pk}",
                kind="break",
                link=f"{settings.SITE_URL}/partnerships/{pause.partnership_id}/",
                marks={"until": said_day(pause.last, said.language)},
            )
        )
    post(letters, organisation_id=program.organisation_id)
