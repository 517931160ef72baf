"""Meetings as their partners see them: agenda, notes, next steps; opened from the safe here alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.core.encryption import Safe
from peerloom.partnerships.models import AgendaItem, Meeting, NextStep, PartnershipMember
from peerloom.partnerships.private import safe
from peerloom.partnerships.queries.partnership import PartnershipView, parts_by, seen_by
from peerloom.partnerships.queries.times import Clock, clocks_of
from peerloom.programs.models import Material

MONTH = timedelta(days=28)
FRAMED = 3  # the first meetings have an agenda of their own each


def meetings_of(person: Person) -> QuerySet[Meeting]:
    """Meetings of partnerships the person is in."""
    return Meeting.objects.filter(partnership__parts__participant__person=person).select_related(
        "partnership__program__organisation", "partnership__sealing"
    )


def meetings_with_partners(person: Person) -> QuerySet[Meeting]:
    """The same, with the people who meet."""
    return meetings_of(person).prefetch_related(parts_by("partnership__parts"))


def next_meetings(person: Person) -> dict[int, Meeting]:
    """The person's next planned meeting of each partnership, by its number."""
    planned = meetings_of(person).filter(
        state=Meeting.State.PLANNED, starts_at__gt=timezone.now() - timedelta(hours=1)
    )
    found: dict[int, Meeting] = {}
    for meeting in planned.order_by("starts_at", "pk"):
        found.setdefault(meeting.partnership_id, meeting)
    return found


@dataclass(frozen=True)
class ItemView:
    """An agenda item: its words, whose it is, and the hat that person wears for it."""

    item: AgendaItem
    text: str
    who: str
    mine: bool


@dataclass(frozen=True)
class StepView:
    """A next step with its owner's name."""

    step: NextStep
    text: str
    who: str
    mine: bool


@dataclass(frozen=True)
class MeetingView:
    """One meeting from one member's chair."""

    meeting: Meeting
    view: PartnershipView
    clocks: list[Clock]
    framework: Material | None
    starters: list[str]
    items: list[ItemView]
    note: str
    own_note: str
    own_version: int
    steps: list[StepView]
    answers: dict[str, int]
    # First names of those who checked in too; known only to who has done so.
    answered: list[str]

    @property
    def checked_in(self) -> bool:
        """True if this member said how it was."""
        return bool(self.answers)


def meeting_view(meeting: Meeting, person: Person) -> MeetingView:
    """All of a meeting for one of its members."""
    view = seen_by(meeting.partnership, person)
    box, mine = safe(meeting.partnership), view.mine
    own_note, own_version = note_of(meeting, mine, "own")
    check_ins = {c.owner_id: c for c in meeting.check_ins.all()}
    answers: dict[str, int] = {}
    if mine.pk in check_ins:
        answers = json.loads(box.read(cast(bytes, check_ins[mine.pk].answers_sealed)))
    others = [p for p in meeting.partnership.parts.all() if p.pk in check_ins and p.pk != mine.pk]
    return MeetingView(
        meeting=meeting,
        view=view,
        clocks=clocks_of(meeting.partnership, meeting.starts_at, person),
        framework=framework_of(meeting),
        starters=starters(view),
        items=items_of(meeting, box, mine),
        note=note_of(meeting, mine, "shared")[0],
        own_note=own_note,
        own_version=own_version,
        steps=steps_of(meeting.next_steps.all(), box, mine),
        answers=answers,
        answered=[p.participant.person.first_name for p in others] if answers else [],
    )


def note_of(meeting: Meeting, mine: PartnershipMember, which: str) -> tuple[str, int]:
    """A note's text and version: the one of all ('shared'), or the member's own."""
    box = safe(meeting.partnership)
    if which == "shared":
        return box.read(cast(bytes, meeting.note_sealed)), meeting.note_version
    own = meeting.private_notes.filter(owner=mine).first()
    return (box.read(cast(bytes, own.text_sealed)), own.version) if own else ("", 0)


def asked_lately(meeting: Meeting, mine: PartnershipMember) -> bool:
    """True if the member answered the monthly questions less than a month before this meeting."""
    box = safe(meeting.partnership)
    since = meeting.starts_at - MONTH
    said = mine.check_ins.filter(meeting__starts_at__gte=since).exclude(meeting=meeting)
    return any("chance" in json.loads(box.read(cast(bytes, c.answers_sealed))) for c in said)


def items_of(meeting: Meeting, box: Safe, mine: PartnershipMember) -> list[ItemView]:
    """What partners bring to a meeting."""
    return [
        ItemView(
            item,
            box.read(cast(bytes, item.text_sealed)),
            item.owner.participant.person.first_name,
            item.owner_id == mine.pk,
        )
        for item in meeting.items.select_related("owner__participant__person")
    ]


def steps_of(steps: QuerySet[NextStep], box: Safe, mine: PartnershipMember) -> list[StepView]:
    """Next steps in words."""
    return [
        StepView(
            step,
            box.read(cast(bytes, step.text_sealed)),
            step.owner.participant.person.first_name,
            step.owner_id == mine.pk,
        )
        for step in steps.select_related("owner__participant__person")
    ]


def framework_of(meeting: Meeting) -> Material | None:
    """What helps this meeting along; None where the manager took it out."""
    before = meeting.partnership.meetings.exclude(state=Meeting.State.CANCELLED).filter(
        starts_at__lt=meeting.starts_at
    )
    place = before.count() + 1
    key = f"meeting_{place}" if place <= FRAMED else "meeting_later"
    return meeting.partnership.program.materials.filter(key=key).first()


def starters(view: PartnershipView) -> list[str]:
    """Questions to begin with, by what the partners hope for."""
    found = []
    for peer in view.peers:
        name = peer.participant.person.first_name
        for goal in peer.goals[:2]:
            found.append(
                _("{name} hopes for: {text}. What would be a first small step?").format(
                    name=name, text=goal.text
                )
            )
    for want in view.mine.gets[:2]:
        found.append(_("Ask what it was like the first time: {want}.").format(want=want))
    for offer in view.mine.gives[:1]:
        found.append(
            _("Before you share about {offer}, ask what they have tried.").format(offer=offer)
        )
    return found[:4]
