"""Finding time: meetings booked, moved, cancelled and held; a standing time; a place on screen."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.calendars.slots import StandingSlot
from peerloom.core.holding import held
from peerloom.messaging.actions import post
from peerloom.participants.queries import training_left
from peerloom.partnerships.errors import BadTime, MeetingChanged, PartnershipEnded, TrainingFirst
from peerloom.partnerships.letters import meeting_letters
from peerloom.partnerships.models import Meeting, Partnership, PartnershipMember
from peerloom.partnerships.queries.times import slot_of, start_in_week

FARTHEST = timedelta(days=366)
REMINDED_BEFORE = timedelta(hours=24)
State = Meeting.State


def member_of(partnership: Partnership, person: Person) -> PartnershipMember:
    """The person's part; raises `NotAllowed` for nobody's."""
    allow(person, "partnerships.take_part", partnership)
    return partnership.parts.select_related("participant__person", "participant__program").get(
        participant__person=person
    )


def writable(partnership: Partnership, by: Person) -> PartnershipMember:
    """The person's part in an open partnership, which is held; from now on they have answered.

    Raises
    ------
    PartnershipEnded
        Nothing new is written then.
    """
    member = member_of(partnership, by)
    # As it is now, whatever was read before; of two partners who press at once the second waits.
    fresh = held(Partnership.objects).only("state").get(pk=partnership.pk)
    if fresh.state != Partnership.State.OPEN:
        raise PartnershipEnded
    note_answer(member)
    return member


def note_answer(member: PartnershipMember) -> None:
    """The member has seen the introduction."""
    if member.answered_at is None:
        member.answered_at = timezone.now()
        member.save(update_fields=["answered_at"])


@transaction.atomic
def book(
    partnership: Partnership, starts_at: datetime, *, by: Person, minutes: int | None = None
) -> Meeting:
    """Plan a meeting and invite everybody; the same time again is the same meeting.

    Raises
    ------
    BadTime
        In the past, more than a year away, or while they meet already.
    TrainingFirst
        The program asks for its trainings before the first meeting.
    """
    member = writable(partnership, by)
    if training_left(member.participant) and not partnership.meetings.exists():
        raise TrainingFirst
    minutes = minutes or partnership.program.meeting_minutes
    _ensure_possible(starts_at, minutes)
    ends_at = starts_at + timedelta(minutes=minutes)
    for other in partnership.meetings.filter(state=State.PLANNED):
        if other.starts_at == starts_at:
            return other
        if other.starts_at < ends_at and starts_at < other.ends_at:
            raise BadTime(
                _("You have planned a meeting at that time already. Nothing was changed.")
            )
    meeting = Meeting.objects.create(partnership=partnership, starts_at=starts_at, minutes=minutes)
    _tell(meeting, "invitation")
    return meeting


@transaction.atomic
def move(meeting: Meeting, starts_at: datetime, *, by: Person, seen: int) -> Meeting:
    """Another time for a planned meeting.

    Parameters
    ----------
    seen
        The meeting's `sequence` as the person saw it.

    Raises
    ------
    BadTime, MeetingChanged
    """
    writable(meeting.partnership, by)
    fresh = _planned(meeting, seen)
    _ensure_possible(starts_at, fresh.minutes)
    if fresh.starts_at == starts_at:
        return fresh
    fresh.starts_at, fresh.reminded_at = starts_at, None
    fresh.sequence += 1
    fresh.moved += 1
    fresh.save(update_fields=["starts_at", "sequence", "moved", "reminded_at"])
    _tell(fresh, "change")
    return fresh


@transaction.atomic
def cancel(meeting: Meeting, *, by: Person, seen: int) -> Meeting:
    """The meeting does not take place; what was written for it is kept. Raises `MeetingChanged`."""
    writable(meeting.partnership, by)
    fresh = _planned(meeting, seen)
    fresh.state = State.CANCELLED
    fresh.sequence += 1
    fresh.save(update_fields=["state", "sequence"])
    _tell(fresh, "cancellation")
    return fresh


@transaction.atomic
def hold(meeting: Meeting, *, by: Person) -> Meeting:
    """They met. The next meeting of a standing time is planned.

    Raises
    ------
    BadTime
        It lies more than an hour ahead.
    """
    writable(meeting.partnership, by)
    fresh = held(Meeting.objects).get(pk=meeting.pk)
    if fresh.state == State.HELD:
        return fresh
    if fresh.starts_at > timezone.now() + timedelta(hours=1):
        raise BadTime(
            _("This meeting is still ahead. If you met already, note that you met instead.")
        )
    fresh.state = State.HELD
    fresh.save(update_fields=["state"])
    plan_next(meeting.partnership)
    return fresh


@transaction.atomic
def note_that_we_met(
    partnership: Partnership, when: datetime, *, by: Person, minutes: int | None = None
) -> Meeting:
    """Note a meeting that was not planned here; one planned within three hours of it is that one.

    Raises
    ------
    BadTime
        It lies ahead, or before the partnership.
    """
    writable(partnership, by)
    now = timezone.now()
    if not partnership.opened_at - timedelta(days=1) <= when <= now + timedelta(minutes=5):
        raise BadTime(_("Say when you met: between the start of your partnership and now."))
    near = timedelta(hours=3)
    known = partnership.meetings.exclude(state=State.CANCELLED).filter(
        starts_at__gte=when - near, starts_at__lte=when + near
    )
    meeting = known.first() or Meeting.objects.create(
        partnership=partnership,
        starts_at=when,
        minutes=minutes or partnership.program.meeting_minutes,
    )
    return hold(meeting, by=by)


@transaction.atomic
def set_slot(
    partnership: Partnership, slot: StandingSlot | None, *, by: Person, weeks: int = 0
) -> Meeting | None:
    """A standing time every so many weeks, or none any more; its next meeting is planned."""
    writable(partnership, by)
    partnership.slot_quarter = slot.quarter if slot else None
    partnership.slot_zone = slot.zone if slot else ""
    partnership.slot_weeks = max(1, weeks) if slot else None
    partnership.save(update_fields=["slot_quarter", "slot_zone", "slot_weeks"])
    return plan_next(partnership)


def plan_next(partnership: Partnership) -> Meeting | None:
    """The next meeting at the standing time, where there is one and none is planned.

    In a week without a time that everybody is free the week after is tried, up to eight.
    """
    slot = slot_of(partnership)
    now = timezone.now()
    if slot is None or not partnership.is_open:
        return None
    ahead = partnership.meetings.filter(state=State.PLANNED, starts_at__gt=now)
    if ahead.exists():
        return None
    last = partnership.meetings.filter(state=State.HELD).order_by("-starts_at").first()
    every = timedelta(weeks=partnership.slot_weeks or 1)
    from_day = last.starts_at + every if last else now
    week = max(from_day, now).date()
    pause = partnership.breaks.filter(last__gte=week).order_by("-last").first()
    after = now + timedelta(hours=12)
    if pause and pause.first <= week:
        week = pause.last + timedelta(days=1)
        after = max(after, timezone.make_aware(datetime.combine(week, time())))
    week -= timedelta(days=week.weekday())
    program = partnership.program
    for _week in range(8):
        start = start_in_week(partnership, slot, week, after=after)
        if start and program.ends_on and start.date() > program.ends_on:
            return None
        if start:
            meeting = Meeting.objects.create(
                partnership=partnership, starts_at=start, minutes=program.meeting_minutes
            )
            _tell(meeting, "invitation")
            return meeting
        week += timedelta(days=7)
    return None


@transaction.atomic
def set_video(partnership: Partnership, address: str, *, by: Person) -> Partnership:
    """Where they meet on screen; what is planned says it in everybody's calendar."""
    writable(partnership, by)
    if partnership.video == address:
        return partnership
    partnership.video = address
    partnership.save(update_fields=["video"])
    for meeting in partnership.meetings.filter(state=State.PLANNED, starts_at__gt=timezone.now()):
        meeting.sequence += 1
        meeting.save(update_fields=["sequence"])
        meeting.partnership = partnership
        _tell(meeting, "place")
    return partnership


def make_room(partnership: Partnership, *, by: Person) -> Partnership:
    """A room of their own on the server's video host, with a name that nobody guesses."""
    return set_video(
        partnership, f"{settings.VIDEO_URL}/peerloom-{secrets.token_urlsafe(12)}", by=by
    )


def remind_of_meetings() -> int:
    """Remind of what is planned within a day; each time of a meeting once."""
    now = timezone.now()
    due = Meeting.objects.filter(
        state=State.PLANNED,
        starts_at__gt=now,
        starts_at__lte=now + REMINDED_BEFORE,
        # Who booked it for today knows.
        created_at__lte=now - timedelta(hours=6),
        reminded_at__isnull=True,
        partnership__state=Partnership.State.OPEN,
    )
    count = 0
    for number in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            meeting = held(due).filter(pk=number).first()
            if meeting:
                meeting.reminded_at = now
                meeting.save(update_fields=["reminded_at"])
                _tell(meeting, "reminder")
                count += 1
    return count


def plan_standing() -> int:
    """Plan the next meeting wherever a standing time has none ahead."""
    count = 0
    goes_on = Q(program__ends_on=None) | Q(program__ends_on__gt=timezone.localdate())
    open_ones = Partnership.objects.filter(
        goes_on, state=Partnership.State.OPEN, slot_quarter__isnull=False
    ).exclude(meetings__state=State.PLANNED, meetings__starts_at__gt=timezone.now())
    for number in list(open_ones.values_list("pk", flat=True)):
        with transaction.atomic():
            one = held(Partnership.objects).select_related("program__organisation")
            count += plan_next(one.get(pk=number)) is not None
    return count


def _planned(meeting: Meeting, seen: int) -> Meeting:
    meetings = held(Meeting.objects).select_related("partnership__program__organisation")
    fresh = meetings.get(pk=meeting.pk)
    if fresh.state != State.PLANNED or fresh.sequence != seen:
        raise MeetingChanged
    return fresh


def _ensure_possible(starts_at: datetime, minutes: int) -> None:
    now = timezone.now()
    if starts_at <= now:
        raise BadTime(_("That time is over. Choose one that lies ahead; nothing was changed."))
    if starts_at > now + FARTHEST:
        raise BadTime(
            _("That is more than a year away. Choose a nearer time; nothing was changed.")
        )
    if not 15 <= minutes <= 240:
        raise BadTime(_("A meeting takes 15 minutes to four hours. Nothing was changed."))


def _tell(meeting: Meeting, what: str) -> None:
    letters = meeting_letters(meeting, what)
    post(letters, organisation_id=meeting.partnership.program.organisation_id)
