"""How a meeting was: asked once after each, answered by a link in ten seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from peerloom.care.actions import had_turn, may_be_nudged, take_turns
from peerloom.core.holding import held
from peerloom.core.parts import in_parts
from peerloom.messaging.actions import Letter, post
from peerloom.partnerships.actions import check_in
from peerloom.partnerships.models import CheckIn, Meeting, Partnership, PartnershipMember
from peerloom.partnerships.queries import parts_by
from peerloom.programs.letters import ProgramWords, compose
from peerloom.programs.models import Program, Pulse
from peerloom.pulses.errors import NothingSaid, PulseOver
from peerloom.pulses.links import meeting_token_of
from peerloom.pulses.models import MeetingAsk

AFTER, UNTIL, LIVES = timedelta(hours=2), timedelta(days=3), timedelta(days=14)
QUESTIONS = ("hats", "talk", "worth")
AT_ONCE = 200


def ask_after_meetings() -> int:
    """Ask each member who has not said how a meeting of the last days was; how many.

    Once about a meeting, and as one of the week's nudges: who meets more often is asked about some.
    """
    off = Pulse.objects.filter(moment=Pulse.When.MEETING, off=True).values("program")
    live = Program.objects.filter(state=Program.State.RUNNING).exclude(pk__in=off)
    count = 0
    for program in live.select_related("organisation").order_by("pk"):
        numbers = list(_due(program).order_by("pk").values_list("pk", flat=True))
        count += sum(_ask_some(program, part) for part in in_parts(numbers, AT_ONCE))
    return count


def _due(program: Program) -> QuerySet[PartnershipMember]:
    """Members of whom a word on a meeting is missing, who were not asked and may be."""
    said = CheckIn.objects.filter(meeting=OuterRef("pk"), owner=OuterRef(OuterRef("pk")))
    asked = MeetingAsk.objects.filter(meeting=OuterRef("pk"), member=OuterRef(OuterRef("pk")))
    open_ones = _recent(program).filter(
        ~Exists(said), ~Exists(asked), partnership=OuterRef("partnership")
    )
    members = PartnershipMember.objects.filter(
        Exists(open_ones), partnership__program=program, participant__person__is_active=True
    )
    return may_be_nudged(members, "participant__person", timezone.now())


def _recent(program: Program) -> QuerySet[Meeting]:
    """Meetings that were over some hours ago, and not longer than some days."""
    now = timezone.now()
    # Longest meetings are a few hours: a wide look first, the exact end below.
    return Meeting.objects.filter(
        partnership__program=program,
        partnership__state=Partnership.State.OPEN,
        state__in=(Meeting.State.PLANNED, Meeting.State.HELD),
        starts_at__gte=now - UNTIL,
        starts_at__lte=now - AFTER,
    )


@transaction.atomic
def _ask_some(program: Program, numbers: Sequence[int]) -> int:
    now = timezone.now()
    rows = PartnershipMember.objects.filter(pk__in=numbers).select_related("participant__person")
    members = {m.pk: m for m in rows.prefetch_related(parts_by("partnership__parts"))}
    free = set(take_turns(sorted({m.participant.person_id for m in members.values()}), now))
    pairs = _open(program, [m for m in members.values() if m.participant.person_id in free])
    asks = MeetingAsk.objects.bulk_create(
        MeetingAsk(meeting=meeting, member=member) for meeting, member in pairs
    )
    own = ProgramWords(program)
    post([_letter(ask, own) for ask in asks], organisation_id=program.organisation_id)
    had_turn({ask.member.participant.person_id for ask in asks}, now)
    return len(asks)


def _open(
    program: Program, members: Sequence[PartnershipMember]
) -> list[tuple[Meeting, PartnershipMember]]:
    """For each person the last meeting they have said nothing of and were not asked about."""
    now = timezone.now()
    meetings: dict[int, list[Meeting]] = {}
    for meeting in _recent(program).order_by("-starts_at"):
        if meeting.ends_at <= now - AFTER:
            meetings.setdefault(meeting.partnership_id, []).append(meeting)
    numbers = [m.pk for m in members]
    said = set(CheckIn.objects.filter(owner__in=numbers).values_list("meeting", "owner"))
    asked = set(MeetingAsk.objects.filter(member__in=numbers).values_list("meeting", "member"))
    found: dict[int, tuple[Meeting, PartnershipMember]] = {}
    for member in members:
        for meeting in meetings.get(member.partnership_id, []):
            if (meeting.pk, member.pk) not in said | asked:
                # One message to a person who is in two partnerships.
                found.setdefault(member.participant.person_id, (meeting, member))
                break
    return list(found.values())


def _letter(ask: MeetingAsk, own: ProgramWords) -> Letter:
    member, person = ask.member, ask.member.participant.person
    parts = member.partnership.parts.all()
    others = [p.participant for p in parts if p.participant_id != member.participant_id]
    names = " & ".join(p.person.first_name for p in others)
    return compose(
        own.say("message_after_meeting", person),
        own.program,
        person,
        key=f"after-meeting-{ask.meeting_id}-{member.pk}",
        kind="after_meeting",
        link=f"{settings.SITE_URL}/pulse/meeting/{meeting_token_of(ask)}/",
        marks={"names": names or "…"},
        calm=True,
        until=timezone.now() + LIVES,
        zone=member.participant.time_zone or person.time_zone,
    )


@transaction.atomic
def say_how_it_was(ask: MeetingAsk, said: Mapping[str, str]) -> CheckIn:
    """Keep what somebody says of a meeting by their link; once, for two weeks.

    Parameters
    ----------
    said
        By question (`hats`, `talk`, `worth`) from 0 to 4; others are left out.

    Raises
    ------
    PulseOver
        Too late, said already, or the partnership has ended.
    NothingSaid
        None of it is an answer.
    """
    held(MeetingAsk.objects).get(pk=ask.pk)
    if not may_say(ask):
        raise PulseOver
    steps = {"0", "1", "2", "3", "4"}
    answers = {q: int(said[q]) for q in QUESTIONS if said.get(q) in steps}
    if not answers:
        raise NothingSaid
    return check_in(ask.meeting, answers, by=ask.member.participant.person)


def may_say(ask: MeetingAsk) -> bool:
    """True while the link is good."""
    fresh = ask.asked_at > timezone.now() - LIVES
    said = CheckIn.objects.filter(meeting=ask.meeting, owner=ask.member).exists()
    return fresh and not said and ask.meeting.partnership.is_open
