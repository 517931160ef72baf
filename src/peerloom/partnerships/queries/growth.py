"""Learning moments, goals, feedback and thanks as the people they belong to see them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.core.encryption import Safe
from peerloom.core.words import later
from peerloom.participants.models import Goal, TrainingProgress
from peerloom.participants.queries import trainings_done
from peerloom.partnerships.models import (
    Agreement,
    Feedback,
    GoalMark,
    LearningMoment,
    Meeting,
    Partnership,
    PartnershipMember,
    Thanks,
)
from peerloom.partnerships.private import safe

# What partners read: also what is on the wall with a name.
TO_PARTNERS = (LearningMoment.Shared.PARTNERS, LearningMoment.Shared.PROGRAM)
UNCLEAR, RECENT = 1, 6  # of 0 to 4; check-ins looked at
EVERY = timedelta(days=30)  # between two times of being asked for feedback
LEVELS = {
    -2: later("much less than hoped"),
    -1: later("a little less than hoped"),
    0: later("as hoped"),
    1: later("a little better than hoped"),
    2: later("much better than hoped"),
}


@dataclass(frozen=True)
class MomentView:
    """A learning moment with its words."""

    moment: LearningMoment
    text: str
    who: str
    mine: bool


def moments_in(
    partnership: Partnership, mine: PartnershipMember, *, most: int | None = None
) -> list[MomentView]:
    """One's own learning moments of a partnership, and those that partners share; newest first."""
    box = safe(partnership)
    moments = LearningMoment.objects.filter(
        Q(owner=mine) | Q(owner__partnership=partnership, shared__in=TO_PARTNERS)
    ).select_related("owner__participant__person")
    return [_moment(m, box, mine) for m in moments[:most]]


def _moment(moment: LearningMoment, box: Safe, mine: PartnershipMember) -> MomentView:
    return MomentView(
        moment,
        box.read(cast(bytes, moment.text_sealed)),
        moment.owner.participant.person.first_name,
        moment.owner_id == mine.pk,
    )


@dataclass(frozen=True)
class GoalView:
    """A goal and where it stands."""

    goal: Goal
    level: int | None
    marks: list[GoalMark]

    @property
    def words(self) -> str:
        """Where it stands, in words."""
        return "" if self.level is None else LEVELS[self.level]


def goals_of(person: Person) -> list[GoalView]:
    """The person's goals in all programs, with their marks."""
    goals = (
        Goal.objects.filter(participant__person=person)
        .select_related("participant__program")
        .prefetch_related("marks")
    )
    found = []
    for goal in goals:
        marks = list(goal.marks.all())
        found.append(GoalView(goal, marks[-1].level if marks else None, marks))
    return found


@dataclass(frozen=True)
class FeedbackView:
    """Feedback with its words by prompt."""

    feedback: Feedback
    said: dict[str, str]
    who: str


def feedback_for(
    partnership: Partnership, mine: PartnershipMember
) -> tuple[list[FeedbackView], list[FeedbackView]]:
    """Feedback that a member got and gave. What was said at the midpoint is shown once all spoke."""
    box = safe(partnership)
    both = partnership.feedback.filter(Q(giver=mine) | Q(receiver=mine)).select_related(
        "giver__participant__person", "receiver__participant__person"
    )
    shown = midpoint_is_open(partnership)
    got, gave = [], []
    for one in both:
        said = json.loads(box.read(cast(bytes, one.text_sealed)))
        if one.giver_id == mine.pk:
            gave.append(FeedbackView(one, said, one.receiver.participant.person.first_name))
        elif one.moment != Feedback.Moment.MIDPOINT or shown:
            got.append(FeedbackView(one, said, one.giver.participant.person.first_name))
    return got, gave


def midpoint_is_open(partnership: Partnership) -> bool:
    """True once every member gave feedback at the midpoint to every other."""
    pairs = set(
        partnership.feedback.filter(moment=Feedback.Moment.MIDPOINT).values_list(
            "giver", "receiver"
        )
    )
    people = list(partnership.parts.values_list("pk", flat=True))
    return all((a, b) in pairs for a in people for b in people if a != b)


def midpoint_of(partnership: Partnership) -> datetime | None:
    """Halfway between the start of the partnership and the end of its program."""
    ends_on = partnership.program.ends_on
    if ends_on is None:
        return None
    days = (ends_on - partnership.opened_at.date()).days
    return partnership.opened_at + timedelta(days=days / 2)


def feedback_is_due(
    partnership: Partnership, mine: PartnershipMember, *, held: int | None = None
) -> str:
    """'midpoint', 'regular' or nothing: what kind of feedback to ask the member for now.

    `held` is how many meetings they held, where that is known already.
    """
    if not partnership.is_open:
        return ""
    half, now = midpoint_of(partnership), timezone.now()
    given = partnership.feedback.filter(giver=mine)
    if half and now >= half and not given.filter(moment=Feedback.Moment.MIDPOINT).exists():
        return str(Feedback.Moment.MIDPOINT)
    if held is None:
        held = partnership.meetings.filter(state=Meeting.State.HELD).count()
    if held < 2:
        return ""
    recent = given.filter(made_at__gt=now - EVERY).exists()
    return "" if recent else str(Feedback.Moment.REGULAR)


def agreement_is_due(
    partnership: Partnership, mine: PartnershipMember, accepted: Agreement | None, *, held: int
) -> str:
    """Why the agreement comes up for a member now, in words; nothing where it does not.

    That expectations are not clear is said to the one alone who said so.

    Parameters
    ----------
    accepted
        The agreement that holds.
    held
        How many meetings they held.
    """
    if not partnership.is_open:
        return ""
    if _unclear(partnership, mine):
        return _(
            "You said that what you expect of each other is not clear. Write it down together?"
        )
    if accepted is None:
        return (
            _("You have met twice; time to say what you expect of each other.") if held >= 2 else ""
        )
    half = midpoint_of(partnership)
    if half and accepted.accepted_at and accepted.accepted_at < half <= timezone.now():
        return _("Half of your time is over. Does what you agreed still fit?")
    return ""


def _unclear(partnership: Partnership, mine: PartnershipMember) -> bool:
    """True if the member's last word on it was low, and the agreement was not changed since."""
    box = safe(partnership)
    for check_in in mine.check_ins.order_by("-made_at")[:RECENT]:
        said = json.loads(box.read(cast(bytes, check_in.answers_sealed)))
        if "clear" in said:
            changed = partnership.agreements.filter(changed_at__gt=check_in.made_at).exists()
            return said["clear"] <= UNCLEAR and not changed
    return False


@dataclass(frozen=True)
class ThanksView:
    """A thank-you with its words."""

    thanks: Thanks
    text: str
    who: str


def thanks_to(person: Person) -> list[ThanksView]:
    """What the person was thanked for, newest first."""
    found = Thanks.objects.filter(receiver__participant__person=person).select_related(
        "giver__participant__person", "giver__partnership__sealing"
    )
    return [
        ThanksView(
            t,
            safe(t.giver.partnership).read(cast(bytes, t.text_sealed)),
            t.giver.participant.person.first_name,
        )
        for t in found
    ]


@dataclass(frozen=True)
class Journey:
    """What a person takes along from all their partnerships."""

    goals: list[GoalView]
    moments: list[MomentView]
    thanks: list[ThanksView]
    meetings: list[datetime]
    partnerships: int
    trainings: list[TrainingProgress]


def journey_of(person: Person) -> Journey:
    """Goals, own learning moments, thanks, and when they met; also of what has ended."""
    parts = PartnershipMember.objects.filter(participant__person=person).select_related(
        "partnership__sealing", "participant__person"
    )
    own = Prefetch(
        "learning_moments",
        LearningMoment.objects.select_related("owner__participant__person", "meeting"),
    )
    moments = []
    for part in parts.prefetch_related(own):
        if learned := part.learning_moments.all():
            box = safe(part.partnership)
            moments += [_moment(m, box, part) for m in learned]
    held = Meeting.objects.filter(
        partnership__parts__participant__person=person, state=Meeting.State.HELD
    )
    return Journey(
        goals_of(person),
        sorted(moments, key=lambda m: -m.moment.pk),
        thanks_to(person),
        list(held.values_list("starts_at", flat=True)),
        len(parts),
        trainings_done(person),
    )
