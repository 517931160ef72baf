"""What is asked of partnerships; what partners write is for their members alone."""

from peerloom.partnerships.queries.feeds import calendar_at, feed_of
from peerloom.partnerships.queries.growth import (
    LEVELS,
    FeedbackView,
    GoalView,
    Journey,
    MomentView,
    feedback_for,
    feedback_is_due,
    goals_of,
    journey_of,
    midpoint_is_open,
    moments_in,
    thanks_to,
)
from peerloom.partnerships.queries.page import (
    AgreementView,
    PartnershipPage,
    agreement_of,
    partnership_page,
)
from peerloom.partnerships.queries.partnership import (
    PartnershipView,
    PeerView,
    partnerships_in,
    partnerships_of,
    past_pairs,
    seen_by,
)
from peerloom.partnerships.queries.talks import MeetingView, asked_lately, meeting_view, meetings_of
from peerloom.partnerships.queries.times import (
    Clock,
    OfferedTime,
    gave_no_hours,
    known_zone,
    offered_slots,
    offered_times,
    slot_of,
)

__all__ = [
    "LEVELS",
    "AgreementView",
    "Clock",
    "FeedbackView",
    "GoalView",
    "Journey",
    "MeetingView",
    "MomentView",
    "OfferedTime",
    "PartnershipPage",
    "PartnershipView",
    "PeerView",
    "agreement_of",
    "asked_lately",
    "calendar_at",
    "feed_of",
    "feedback_for",
    "feedback_is_due",
    "gave_no_hours",
    "goals_of",
    "journey_of",
    "known_zone",
    "meeting_view",
    "meetings_of",
    "midpoint_is_open",
    "moments_in",
    "offered_slots",
    "offered_times",
    "partnership_page",
    "partnerships_in",
    "partnerships_of",
    "past_pairs",
    "seen_by",
    "slot_of",
    "thanks_to",
]
