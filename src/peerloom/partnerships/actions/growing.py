"""What comes of meeting: learning moments, goals that move, feedback, thanks."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.db import transaction

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.participants.models import Goal
from peerloom.partnerships.actions.meetings import member_of, writable
from peerloom.partnerships.actions.writing import checked
from peerloom.partnerships.errors import NothingSaid
from peerloom.partnerships.models import (
    PROMPTS,
    Feedback,
    GoalMark,
    LearningMoment,
    Meeting,
    Partnership,
    PartnershipMember,
    Thanks,
)
from peerloom.partnerships.private import safe

MOST = 2000


@transaction.atomic
def note_learning(
    partnership: Partnership,
    text: str,
    *,
    by: Person,
    meeting: Meeting | None = None,
    shared: str = LearningMoment.Shared.NOBODY,
) -> LearningMoment:
    """Keep something learned; also after the partnership has ended, it is one's own."""
    member = member_of(partnership, by)
    return LearningMoment.objects.create(
        owner=member,
        meeting=meeting,
        text_sealed=safe(partnership).seal(checked(text, MOST)),
        shared=LearningMoment.Shared(shared),
    )


@transaction.atomic
def share_learning(moment: LearningMoment, shared: str, *, by: Person) -> None:
    """Show it to one's partners, or to nobody."""
    allow(by, "partnerships.own", moment)
    moment.shared = LearningMoment.Shared(shared)
    moment.save(update_fields=["shared"])


@transaction.atomic
def forget_learning(moment: LearningMoment, *, by: Person) -> None:
    """Delete one's own learning moment."""
    allow(by, "partnerships.own", moment)
    moment.delete()


@transaction.atomic
def mark_goal(goal: Goal, level: int, *, by: Person) -> GoalMark:
    """Say where one's goal stands: -2 (much less than hoped) to 2 (much better)."""
    allow(by, "participants.answer", goal.participant)
    return GoalMark.objects.create(goal=goal, level=max(-2, min(2, level)))


@transaction.atomic
def give_feedback(
    partnership: Partnership,
    to: int,
    said: Mapping[str, str],
    *,
    by: Person,
    moment: str = Feedback.Moment.REGULAR,
) -> Feedback:
    """Feedback to one partner (part's number), for the two of them alone.

    Raises
    ------
    NothingSaid, TooLong
    """
    member = writable(partnership, by)
    receiver = _receiver(member, to)
    texts = {k: checked(said.get(k, ""), MOST, needed=False) for k in PROMPTS}
    if not any(texts.values()):
        raise NothingSaid
    return Feedback.objects.create(
        partnership=partnership,
        giver=member,
        receiver=receiver,
        moment=Feedback.Moment(moment),
        text_sealed=safe(partnership).seal(json.dumps(texts, ensure_ascii=False)),
    )


@transaction.atomic
def thank(partnership: Partnership, to: int, text: str, *, by: Person) -> Thanks:
    """Thank a partner; also at the end."""
    member = member_of(partnership, by)
    receiver = _receiver(member, to)
    sealed = safe(partnership).seal(checked(text, MOST))
    return Thanks.objects.create(giver=member, receiver=receiver, text_sealed=sealed)


@transaction.atomic
def show_thanks(thanks: Thanks, shown: str, *, by: Person) -> None:
    """The one who is thanked says where it is shown; the giver's name stays between the two."""
    allow(by, "partnerships.thanked", thanks)
    thanks.shown = Thanks.Shown(shown)
    thanks.save(update_fields=["shown"])


def _receiver(member: PartnershipMember, number: int) -> PartnershipMember:
    """A partner who can read it: nothing is written to somebody who was erased."""
    others = member.partnership.parts.exclude(pk=member.pk)
    return others.filter(participant__person__erased_at=None).get(pk=number)
