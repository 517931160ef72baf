"""Leaving, pausing, meeting someone new: no reason asked, nobody told who wished it.

A wish waits for the next day's batch, together with all others, so that the hour tells nothing. Then
all members of the partnership read the same words, and the wish itself is deleted.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.care.errors import BadDay, NotOpen
from peerloom.care.models import Parting
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.messaging.actions import Letter, post
from peerloom.participants.actions import stop
from peerloom.participants.models import Participant
from peerloom.partnerships.actions import part_members
from peerloom.partnerships.models import Partnership, PartnershipMember
from peerloom.programs.actions import hold_program
from peerloom.programs.letters import ProgramWords, compose

Then = Parting.Then
# The batch goes at five in the morning, UTC, with what was asked before midnight.
BATCH_AT = time(5, tzinfo=UTC)
LONGEST_PAUSE = timedelta(days=366)


@transaction.atomic
def ask_to_part(
    participant: Participant,
    *,
    then: str,
    by: Person,
    partnership: Partnership | None = None,
    until: date | None = None,
) -> Parting:
    """Wish to meet someone new, to pause until a day, or to leave; a new wish replaces the last.

    Parameters
    ----------
    partnership
        The one to end; pausing and leaving end every open one of the participant's.

    Raises
    ------
    NotOpen
        The partnership has ended already, or the person does not take part.
    BadDay
        A pause that ends in the past or in more than a year.
    """
    allow(by, "care.part", participant)
    wish = Then(then)
    fresh = held(Participant.objects).get(pk=participant.pk)
    if fresh.state in (Participant.State.LEFT, Participant.State.DECLINED):
        raise NotOpen
    if wish == Then.NEW_PEER and not (
        partnership and partnership.is_open and partnership.members.filter(pk=fresh.pk).exists()
    ):
        raise NotOpen
    today = timezone.localdate()
    if wish == Then.PAUSE and not (until and today < until <= today + LONGEST_PAUSE):
        raise BadDay(_("a year"))
    Parting.objects.filter(participant=fresh).delete()
    return Parting.objects.create(
        participant=fresh,
        partnership=partnership if wish == Then.NEW_PEER else None,
        then=wish,
        until=until if wish == Then.PAUSE else None,
    )


@transaction.atomic
def take_back_parting(participant: Participant, *, by: Person) -> None:
    """Stay after all."""
    allow(by, "care.part", participant)
    Parting.objects.filter(participant=participant).delete()


def part_those_who_asked() -> int:
    """Carry out what was wished before today, in the morning; how many wishes."""
    now = timezone.now()
    if now.astimezone(UTC).time() < BATCH_AT.replace(tzinfo=None):
        return 0
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), tzinfo=UTC)
    due = Parting.objects.filter(asked_at__lt=midnight)
    count = 0
    found = due.order_by("pk").values_list("pk", "participant", "participant__program")
    for number, participant, program in list(found):
        with transaction.atomic():
            hold_program(program)
            # Held, so that no round brings them together with somebody meanwhile.
            held(Participant.objects).get(pk=participant)
            wish = held(due).filter(pk=number).first()
            if wish:
                _carry_out(wish)
                count += 1
    return count


def _carry_out(wish: Parting) -> None:
    people = Participant.objects.select_related("program", "person")
    participant = people.get(pk=wish.participant_id)
    ending = participant.partnerships.filter(state=Partnership.State.OPEN)
    if wish.then == Then.NEW_PEER:
        ending = ending.filter(pk=wish.partnership_id or 0)
    for partnership in ending.select_related("program__organisation"):
        end_kindly(partnership, {participant.pk})
    participant.refresh_from_db()
    then, until = wish.then, wish.until
    # Who wished it is nowhere kept; that somebody paused or left is their own state.
    wish.delete()
    if then != Then.NEW_PEER and participant.state != Participant.State.LEFT:
        stop(participant, until=until if then == Then.PAUSE else None)
        record(None, "stopped", participant, organisation_id=participant.organisation_id)


def end_kindly(partnership: Partnership, leaving: set[int], *, told: bool = True) -> None:
    """End it, look for someone new for all who take part, and tell all the same words.

    A circle that is left with two or more goes on as a smaller one.

    Parameters
    ----------
    told
        Not where they go on together with somebody more, and are introduced anew.
    """
    letters = ended_letters(partnership, leaving) if told else []
    part_members(partnership, leaving)
    post(letters, organisation_id=partnership.program.organisation_id)


def ended_letters(partnership: Partnership, leaving: set[int]) -> list[Letter]:
    """What all members read: the same words whoever wished it and whatever comes next."""
    parts = list(partnership.parts.select_related("participant__person"))
    staying = [p for p in parts if p.participant_id not in leaving]
    own = ProgramWords(partnership.program)
    return [
        _ended(partnership, part, parts, own, goes_on=len(staying) > 1 and part in staying)
        for part in parts
    ]


def _ended(
    partnership: Partnership,
    part: PartnershipMember,
    parts: list[PartnershipMember],
    own: ProgramWords,
    *,
    goes_on: bool,
) -> Letter:
    person = part.participant.person
    names = " & ".join(p.participant.person.first_name for p in parts if p.pk != part.pk)
    return compose(
        own.say("message_circle" if goes_on else "message_ended", person),
        own.program,
        person,
        key=f"ended-{partnership.pk}-{part.pk}",
        kind="ended",
        link=f"{settings.SITE_URL}/partnerships/{partnership.pk}/",
        marks={"names": names},
        why=_("A partnership of yours has come to its end."),
        calm=True,
        zone=part.participant.time_zone or person.time_zone,
    )
