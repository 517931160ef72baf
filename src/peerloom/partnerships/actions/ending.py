"""The end of a partnership, whatever brought it about."""

from __future__ import annotations

from django.utils import timezone

from peerloom.core.events import tell
from peerloom.messaging.actions import post
from peerloom.partnerships.letters import meeting_letters
from peerloom.partnerships.models import Meeting, Partnership


def end(partnership: Partnership) -> None:
    """Close it for writing, and take what was planned out of calendars; within a transaction."""
    partnership.state, partnership.ended_at = Partnership.State.ENDED, timezone.now()
    partnership.save(update_fields=["state", "ended_at"])
    tell("partnership.ended", partnership, organisation_id=partnership.program.organisation_id)
    ahead = partnership.meetings.filter(state=Meeting.State.PLANNED, starts_at__gt=timezone.now())
    for meeting in ahead.select_related("partnership__program"):
        meeting.state = Meeting.State.CANCELLED
        meeting.sequence += 1
        meeting.save(update_fields=["state", "sequence"])
        post(
            meeting_letters(meeting, "cancellation"),
            organisation_id=partnership.program.organisation_id,
        )
