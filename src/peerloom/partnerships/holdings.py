"""What this room holds of a person."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, cast

from peerloom.accounts.models import Person
from peerloom.core.encryption import Safe
from peerloom.core.holdings import Keeping, declare, keep
from peerloom.core.words import later
from peerloom.messaging.actions import forget_names
from peerloom.partnerships.forgetting import forget_writing, hold_all_of, take_out
from peerloom.partnerships.models import CalendarFeed, LookBack, Partnership, PartnershipMember
from peerloom.partnerships.private import safe


def read(person: Person) -> dict[str, Any]:
    """Their partnerships, and everything they wrote in them; of partners only what was for them."""
    parts = PartnershipMember.objects.filter(participant__person=person).select_related(
        "partnership__program"
    )
    feed = CalendarFeed.objects.filter(person=person).first()
    return {
        "partnerships": [_part(part) for part in parts.order_by("pk")],
        "calendar_address_since": feed.made_at if feed else None,
    }


def _part(part: PartnershipMember) -> dict[str, Any]:
    partnership, box = part.partnership, safe(part.partnership)
    others = partnership.members.exclude(pk=part.participant_id)
    return {
        "program": partnership.program.name,
        "since": partnership.opened_at,
        "state": partnership.get_state_display(),
        "breaks": list(partnership.breaks.values("first", "last")),
        "with": list(others.values_list("person__name", flat=True)),
        "gives": part.gives,
        "gets": part.gets,
        "shared": part.shared,
        "introduction_seen": part.answered_at,
        "meetings": [
            {
                "starts": m.starts_at,
                "minutes": m.minutes,
                "state": m.get_state_display(),
                "shared_note": _text(box, m.note_sealed),
            }
            for m in partnership.meetings.all()
        ],
        "own_notes": [_text(box, n.text_sealed) for n in part.private_notes.all()],
        "agenda": [
            {"hat": i.hat, "text": _text(box, i.text_sealed), "done": i.done}
            for i in part.items.all()
        ],
        "next_steps": [
            {"text": _text(box, s.text_sealed), "due": s.due_on, "done": s.done_at}
            for s in part.next_steps.all()
        ],
        "check_ins": [
            {"made": c.made_at, **json.loads(_text(box, c.answers_sealed))}
            for c in part.check_ins.all()
        ],
        "agreements": [
            {"number": a.number, "accepted": a.accepted_at, "text": _text(box, a.text_sealed)}
            for a in partnership.agreements.all()
        ],
        "agreements_accepted": list(part.acceptances.values("agreement__number", "at")),
        "learning_moments": [
            {"made": m.made_at, "shared": m.shared, "text": _text(box, m.text_sealed)}
            for m in part.learning_moments.all()
        ],
        "feedback_given": [_text(box, f.text_sealed) for f in part.given.all()],
        "feedback_received": [_text(box, f.text_sealed) for f in part.received.all()],
        "thanks_given": [_text(box, t.text_sealed) for t in part.thanks_given.all()],
        "thanks_received": [_text(box, t.text_sealed) for t in part.thanks.all()],
        "look_back": [
            {
                "text": _text(box, b.text_sealed),
                "stay_in_touch": b.in_touch,
                "alumni_list": b.alumni,
            }
            for b in LookBack.objects.filter(owner=part)
        ],
        "goal_marks": list(part.participant.goals.values("text", "marks__level", "marks__made_at")),
    }


def _text(box: Safe, sealed: object) -> str:
    return box.read(cast(bytes, sealed))


def erase(person: Person) -> None:
    """Everything they wrote for themselves or that was written to them; the partnership stays."""
    CalendarFeed.objects.filter(person=person).delete()
    partners = Person.objects.filter(
        places__parts__partnership__parts__participant__person=person
    ).exclude(pk=person.pk)
    forget_names(
        [person.first_name, person.email], to=set(partners.values_list("email", flat=True))
    )
    take_out(PartnershipMember.objects.filter(participant__person=person))


def forget(organisation_id: int, before: datetime) -> int:
    """Everything that partners wrote, of partnerships that ended."""
    return forget_writing(
        Partnership.objects.filter(program__organisation=organisation_id, ended_at__lt=before)
    )


declare(
    "partnerships",
    (
        "partnerships.Partnership", "partnerships.PartnershipMember", "partnerships.CalendarFeed",
        "partnerships.Break",
        "partnerships.Meeting", "partnerships.AgendaItem", "partnerships.PrivateNote",
        "partnerships.NextStep", "partnerships.CheckIn", "partnerships.Agreement",
        "partnerships.Acceptance", "partnerships.LearningMoment", "partnerships.GoalMark",
        "partnerships.Feedback", "partnerships.Thanks", "partnerships.LookBack",
    ),
    read,
    erase,
    hold_all_of,
)  # fmt: skip
keep(
    Keeping(
        "writing",
        later(
            "What partners write: agreement, agenda, notes, check-ins, feedback, thanks, "
            "learning moments"
        ),
        later("so that partners can read it"),
        later("the partnership's end"),
        24,
        forget,
    )
)
