"""What peers do together, as stored. What they write is sealed with the partnership's key."""

from peerloom.partnerships.models.agreement import TOPICS, Acceptance, Agreement
from peerloom.partnerships.models.growth import (
    PROMPTS,
    Feedback,
    GoalMark,
    LearningMoment,
    LookBack,
    Thanks,
)
from peerloom.partnerships.models.meetings import (
    AgendaItem,
    CheckIn,
    Hat,
    Meeting,
    NextStep,
    PrivateNote,
)
from peerloom.partnerships.models.partnership import (
    Break,
    CalendarFeed,
    Partnership,
    PartnershipKey,
    PartnershipMember,
)

__all__ = [
    "PROMPTS",
    "TOPICS",
    "Acceptance",
    "AgendaItem",
    "Agreement",
    "Break",
    "CalendarFeed",
    "CheckIn",
    "Feedback",
    "GoalMark",
    "Hat",
    "LearningMoment",
    "LookBack",
    "Meeting",
    "NextStep",
    "Partnership",
    "PartnershipKey",
    "PartnershipMember",
    "PrivateNote",
    "Thanks",
]
