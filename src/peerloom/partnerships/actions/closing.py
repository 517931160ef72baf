"""The end of a partnership, well: a look back, thanks, staying in touch where all say yes."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.core.holding import held
from peerloom.core.words import later
from peerloom.participants.actions import agree
from peerloom.participants.models import Consent
from peerloom.partnerships.actions.ending import end
from peerloom.partnerships.actions.meetings import member_of
from peerloom.partnerships.actions.writing import checked
from peerloom.partnerships.models import LookBack, Partnership
from peerloom.partnerships.private import safe

MOST = 4000
# As the form says it; kept with a yes or a no to it.
ALUMNI = later(
    "Others of this program may find me later. With your name, on the list of those who took part."
)
AFTER = timedelta(days=14)  # from the program's last day to the end of what is still open


@transaction.atomic
def look_back(
    partnership: Partnership, text: str, *, in_touch: bool, alumni: bool, by: Person
) -> LookBack:
    """Say what one takes along; changed as often as one likes. With everybody's word it ends.

    Parameters
    ----------
    in_touch
        Would like to stay in touch; told to nobody unless all of them would.
    alumni
        May stand on the program's list of those who took part.
    """
    member = member_of(partnership, by)
    fresh = held(Partnership.objects).get(pk=partnership.pk)
    before = LookBack.objects.filter(owner=member, alumni=True).exists()
    if before != alumni:
        agree(member.participant, Consent.About.ALUMNI, alumni, ALUMNI)
    said, _ = LookBack.objects.update_or_create(
        owner=member,
        defaults={
            "text_sealed": safe(partnership).seal(checked(text, MOST, needed=False)),
            "in_touch": in_touch,
            "alumni": alumni,
        },
    )
    missing = fresh.parts.filter(look_back=None)
    if fresh.is_open and not missing.exists():
        end(fresh)
    return said


def close_over() -> int:
    """End what is still open two weeks after its program's last day."""
    due = Partnership.objects.filter(
        state=Partnership.State.OPEN, program__ends_on__lt=timezone.localdate() - AFTER
    )
    count = 0
    for number in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            one = held(due).filter(pk=number).first()
            if one:
                end(one)
                count += 1
    return count
