"""Two partners on a Monday in February."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.participants.models import Participant
from peerloom.partnerships import actions
from peerloom.partnerships.models import Meeting, Partnership
from peerloom.programs.models import Program
from tests.factories import make_participant

NOW = datetime(2026, 2, 2, 8, tzinfo=UTC)  # within the dates of the tests' programs
WORK = "Mon 09:00-12:00; Tue 09:00-12:00; Wed 09:00-12:00; Thu 09:00-12:00"
Pair = tuple[Partnership, Person, Person]


def make_pair(program: Program) -> Pair:
    """Ana in Paris and Ben in London, with shared mornings."""
    said = {"hours": WORK, "wants": "sql", "offers": "sql"}
    ana = make_participant(program, "Ana", state="matched", **said)
    ben = make_participant(program, "Ben", state="matched", **said)
    Participant.objects.filter(pk=ana.pk).update(time_zone="Europe/Paris")
    Participant.objects.filter(pk=ben.pk).update(time_zone="Europe/London")
    ana.refresh_from_db()
    ben.refresh_from_db()
    return actions.open_partnership([ana, ben]), ana.person, ben.person


def held(partnership: Partnership, by: Person, days: int = 0) -> Meeting:
    return actions.note_that_we_met(partnership, timezone.now() - timedelta(days=days), by=by)
