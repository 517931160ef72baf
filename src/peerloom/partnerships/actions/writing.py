"""What partners write around a meeting: agenda, notes, next steps, check-ins."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import cast

from django.db import transaction
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.encryption import wrapped_anew
from peerloom.core.holding import held
from peerloom.partnerships.actions.meetings import hold, member_of, writable
from peerloom.partnerships.errors import NothingSaid, TextConflict, TooLong
from peerloom.partnerships.models import (
    AgendaItem,
    CheckIn,
    Meeting,
    NextStep,
    Partnership,
    PartnershipKey,
    PrivateNote,
)
from peerloom.partnerships.private import safe

NOTE_MOST, LINE_MOST = 20_000, 500
# What a check-in may hold, each from 0 to 4.
ASKED = ("hats", "talk", "worth", "chance", "welcome", "clear", "fit")


def checked(text: str, most: int, *, needed: bool = True) -> str:
    """The text without space around it; raises `TooLong` or `NothingSaid`."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > most:
        raise TooLong(most, len(text))
    if needed and not text:
        raise NothingSaid
    return text


@transaction.atomic
def add_item(meeting: Meeting, text: str, *, hat: str, by: Person) -> AgendaItem:
    """Bring something to a meeting, with the hat its owner wears for it."""
    member = writable(meeting.partnership, by)
    sealed = safe(meeting.partnership).seal(checked(text, LINE_MOST))
    return AgendaItem.objects.create(meeting=meeting, owner=member, hat=hat, text_sealed=sealed)


@transaction.atomic
def tick_item(item: AgendaItem, done: bool, *, by: Person) -> None:
    """It was talked about, or not yet; either partner says so."""
    writable(item.meeting.partnership, by)
    item.done = done
    item.save(update_fields=["done"])


@transaction.atomic
def remove_item(item: AgendaItem, *, by: Person) -> None:
    """Take back what one brought oneself."""
    allow(by, "partnerships.own", item)
    writable(item.meeting.partnership, by)
    item.delete()


@transaction.atomic
def write_shared_note(meeting: Meeting, text: str, *, seen: int, by: Person) -> Meeting:
    """Change the note of all.

    Parameters
    ----------
    seen
        Version of the note that the change was made to.

    Raises
    ------
    TextConflict
        Somebody changed it since; nothing is overwritten.
    TooLong
    """
    writable(meeting.partnership, by)
    text = checked(text, NOTE_MOST, needed=False)
    fresh = held(Meeting.objects).get(pk=meeting.pk)
    box = safe(meeting.partnership)
    now = box.read(cast(bytes, fresh.note_sealed))
    if text != now:
        if fresh.note_version != seen:
            raise TextConflict(now, fresh.note_version)
        fresh.note_sealed = box.seal(text)
        fresh.note_version += 1
        fresh.save(update_fields=["note_sealed", "note_version"])
    meeting.note_sealed, meeting.note_version = fresh.note_sealed, fresh.note_version
    return meeting


@transaction.atomic
def write_private_note(meeting: Meeting, text: str, *, seen: int, by: Person) -> PrivateNote:
    """Change one's own note; as `write_shared_note`, since one may write in two windows."""
    member = writable(meeting.partnership, by)
    text = checked(text, NOTE_MOST, needed=False)
    note, _ = PrivateNote.objects.get_or_create(meeting=meeting, owner=member)
    fresh = held(PrivateNote.objects).get(pk=note.pk)
    box = safe(meeting.partnership)
    now = box.read(cast(bytes, fresh.text_sealed))
    if text != now:
        if fresh.version != seen:
            raise TextConflict(now, fresh.version)
        fresh.text_sealed = box.seal(text)
        fresh.version += 1
        fresh.save(update_fields=["text_sealed", "version"])
    return fresh


@transaction.atomic
def add_step(
    meeting: Meeting, text: str, *, by: Person, owner: int | None = None, due_on: date | None = None
) -> NextStep:
    """Note what somebody will do; `owner` is a part's number, without it one's own."""
    member = writable(meeting.partnership, by)
    whose = meeting.partnership.parts.filter(pk=owner).first() if owner else member
    return NextStep.objects.create(
        partnership=meeting.partnership,
        meeting=meeting,
        owner=whose or member,
        text_sealed=safe(meeting.partnership).seal(checked(text, LINE_MOST)),
        due_on=due_on,
    )


@transaction.atomic
def tick_step(step: NextStep, done: bool, *, by: Person) -> None:
    """It is done, or not yet."""
    writable(step.partnership, by)
    step.done_at = timezone.now() if done else None
    step.save(update_fields=["done_at"])


@transaction.atomic
def check_in(meeting: Meeting, answers: dict[str, int], *, by: Person) -> CheckIn:
    """Say how a meeting was; that they met follows from it. Said again, the last word counts.

    Parameters
    ----------
    answers
        From 0 to 4 by question: `hats` (0 mostly asked, 4 mostly shared), `talk` (0 mostly
        listened, 4 mostly talked), `worth`, and once in a while `chance`, `welcome`, `clear` and `fit`
        (this program is right for me). Others are passed over.
    """
    member = member_of(meeting.partnership, by)
    hold(meeting, by=by)
    kept = {k: max(0, min(4, int(v))) for k, v in answers.items() if k in ASKED}
    sealed = safe(meeting.partnership).seal(json.dumps(kept))
    return CheckIn.objects.update_or_create(
        meeting=meeting, owner=member, defaults={"answers_sealed": sealed}
    )[0]


def note_history(
    partnership: Partnership, meetings: Iterable[tuple[datetime, dict[int, dict[str, int]]]]
) -> int:
    """Take in meetings of the past with what was said of each, by part's number; called once.

    For bringing in what was kept elsewhere: nobody is told, and nothing is planned from it.
    """
    box, count = safe(partnership), 0
    for when, said in meetings:
        meeting = Meeting.objects.create(
            partnership=partnership,
            state=Meeting.State.HELD,
            starts_at=when,
            minutes=partnership.program.meeting_minutes,
        )
        CheckIn.objects.bulk_create(
            CheckIn(meeting=meeting, owner_id=part, answers_sealed=box.seal(json.dumps(answers)))
            for part, answers in said.items()
        )
        count += 1
    return count


def rewrap_keys() -> int:
    """Wrap every partnership's key by the server's first one; how many there were."""
    count = 0
    for number in list(PartnershipKey.objects.values_list("pk", flat=True)):
        with transaction.atomic():
            one = held(PartnershipKey.objects).get(pk=number)
            one.wrapped = wrapped_anew(cast(bytes, one.wrapped))
            one.save(update_fields=["wrapped"])
            count += 1
    return count
