"""Things are kept for their time, then forgotten by themselves; the rest stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from peerloom.accounts.actions import forget_due, set_privacy
from peerloom.accounts.actions.privacy import months_before
from peerloom.accounts.errors import NotAllowed
from peerloom.accounts.models import Person, PersonRecord
from peerloom.core.models import AuditEntry
from peerloom.messaging.actions import Letter, post
from peerloom.messaging.models import OutboxMessage
from peerloom.participants import imports
from peerloom.participants.actions import StatedGoal, state_goals
from peerloom.participants.models import Goal, ImportFile, Participant
from peerloom.partnerships import actions as together
from peerloom.partnerships.models import LearningMoment, PartnershipKey
from peerloom.programs.models import Program
from peerloom.pulses.actions import note_answers
from peerloom.pulses.models import PulseReply
from tests.factories import make_participant, make_person
from tests.rooms.asking import ENDS, on, pulse_at
from tests.rooms.counted import people

pytestmark = pytest.mark.django_db


def months_after_the_end(months: int) -> date:
    return ENDS + timedelta(days=31 * months)


@pytest.fixture
def over(running: Program, manager: Person) -> Program:
    """A program that is over, with answers, goals, pulses, a partnership, letters and files."""
    mine = people(running)
    with on(ENDS - timedelta(days=30)):
        for one in mine:
            state_goals(one, [StatedGoal("skill", "SQL")], by=one.person)
        at = datetime(2026, 7, 1, tzinfo=UTC)
        note_answers(pulse_at(running, "end"), [(p, {"again.again": 4}, at) for p in mine])
        imports.upload(running, name="x.csv", content=b"email\na@x.example\n", by=manager)
        post([Letter("k", "x", "a@x.example", "s", "t")], organisation_id=running.organisation_id)
        OutboxMessage.objects.update(state="sent")
        pair = together.open_partnership(mine[:2])
        together.note_learning(pair, "Ask first", by=mine[0].person)
        pair.state, pair.ended_at = "ended", timezone.now()
        pair.save()
        PersonRecord.objects.create(
            organisation=running.organisation, email="g@x.example", left_on=date(2026, 7, 1)
        )
    with time_machine.travel(ENDS - timedelta(days=200)):
        make_participant(running, "Never", state="invited")
    Program.objects.filter(pk=running.pk).update(state="closed")
    running.refresh_from_db()
    return running


def left(program: Program) -> dict[str, int]:
    return {
        "answers": Participant.objects.filter(program=program).exclude(answers={}).count(),
        "goals": Goal.objects.count(),
        "invited": Participant.objects.filter(state="invited").count(),
        "files": ImportFile.objects.count(),
        "letters": OutboxMessage.objects.count(),
        "pulses": PulseReply.objects.count(),
        "moments": LearningMoment.objects.count(),
        "keys": PartnershipKey.objects.count(),
        "records": PersonRecord.objects.count(),
    }


def test_each_thing_goes_after_its_own_time(over: Program) -> None:
    with on(ENDS):
        forget_due()
        soon = left(over)
    with on(months_after_the_end(10)):
        forget_due()
        before = left(over)
    with on(months_after_the_end(13)):
        forget_due()
        year = left(over)
    with on(months_after_the_end(26)):
        forget_due()
        two = left(over)

    assert soon["files"] == 1
    assert (before["answers"], before["goals"], before["files"], before["invited"]) == (
        12,
        12,
        0,
        0,
    )
    assert (before["letters"], before["pulses"]) == (1, 12)
    assert (year["answers"], year["goals"], year["letters"], year["pulses"]) == (0, 0, 0, 12)
    assert (year["moments"], year["keys"], year["records"]) == (1, 1, 1)
    assert two == dict.fromkeys(two, 0)
    # Who took part stays countable.
    assert Participant.objects.filter(program=over).count() == 12
    told = AuditEntry.objects.filter(verb="forgot").order_by("pk")
    assert {"answers": 12}.items() <= told[1].details.items() | told[2].details.items()


def test_once_a_day(over: Program) -> None:
    with on(months_after_the_end(13)):
        assert forget_due() > 0
        make_participant(over, "Old", state="matched", wants="sql")
        assert forget_due() == 0


def test_an_organisation_says_how_long(over: Program, manager: Person) -> None:
    admin = make_person("a@x.example", over.organisation, "admin")
    with pytest.raises(NotAllowed):
        set_privacy(
            over.organisation,
            contact="",
            basis="",
            keeps={},
            by=make_person("m@x.example", over.organisation, "manager"),
        )
    said = {"answers": 3, "pulses": 24, "unheard-of": 1, "writing": 0}
    set_privacy(over.organisation, contact="Dana", basis="Consent", keeps=said, by=admin)
    over.organisation.refresh_from_db()

    assert over.organisation.keeps == {"answers": 3}
    with on(months_after_the_end(4)):
        forget_due()
    assert left(over)["answers"] == 0
    assert left(over)["moments"] == 1


def test_months_end_where_a_month_is_shorter() -> None:
    now = datetime(2026, 3, 31, 9, tzinfo=UTC)

    assert months_before(1, now) == datetime(2026, 2, 28, 9, tzinfo=UTC)
    assert months_before(13, now) == datetime(2025, 2, 28, 9, tzinfo=UTC)
    assert months_before(12, datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2027, 2, 28, tzinfo=UTC)
