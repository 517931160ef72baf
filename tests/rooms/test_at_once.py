"""What two people do at the very same moment: both orders, on a database with many writers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from peerloom.accounts.actions import erase, set_roles
from peerloom.accounts.errors import LastAdmin
from peerloom.accounts.models import Membership, Organisation, Person
from peerloom.care.actions import ask_to_part, part_those_who_asked
from peerloom.participants import actions as places
from peerloom.participants.errors import CannotDecline
from peerloom.participants.models import Participant
from peerloom.partnerships import actions as together
from peerloom.partnerships.errors import PartnershipEnded
from peerloom.partnerships.models import CheckIn, Meeting, Partnership
from peerloom.programs.models import Program
from peerloom.rounds import actions as rounds
from peerloom.rounds.actions import publishing
from peerloom.rounds.errors import NobodyToMatch, PeopleLeft, RoundNotReady
from peerloom.rounds.models import MatchingRound
from tests.factories import make_participant, make_people, make_person, solved_round
from tests.rooms.meeting_in_time import Act, one_while_the_other
from tests.rooms.partners import NOW, make_pair

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time there anyway"),
]
State = Participant.State


def states(program: Program) -> list[str]:
    return sorted(program.participants.values_list("state", flat=True))


def test_of_two_who_apply_for_the_last_place_one_stands_in_line(
    program: Program, manager: Person
) -> None:
    places.set_places(program, 1, by=manager)
    ana, ben = (make_participant(program, n, state="applying") for n in ("Ana", "Ben"))

    first, second = one_while_the_other(
        lambda: places.apply(ana, by=ana.person), lambda: places.apply(ben, by=ben.person)
    )

    assert (first.refused, second.refused) == (None, None)
    assert (first.value.state, second.value.state) == (State.LOOKING, State.WAITING)


def test_a_place_that_was_declined_goes_to_who_applies_meanwhile(
    program: Program, manager: Person
) -> None:
    places.set_places(program, 1, by=manager)
    ana = make_participant(program, "Ana", state="looking")
    ben = make_participant(program, "Ben", state="applying")

    first, second = one_while_the_other(
        lambda: places.decline(ana, by=manager), lambda: places.apply(ben, by=ben.person)
    )

    assert (first.refused, second.refused) == (None, None)
    assert states(program) == [State.DECLINED, State.LOOKING]


def test_of_two_admins_who_leave_at_once_one_stays(organisation: Organisation) -> None:
    one, two = (make_person(f"{n}@loomworks.example", organisation, "admin") for n in "ab")

    first, second = one_while_the_other(
        lambda: set_roles(organisation, one, set(), by=one),
        lambda: set_roles(organisation, two, set(), by=two),
    )

    assert first.refused is None
    assert isinstance(second.refused, LastAdmin)
    assert [m.person for m in Membership.objects.filter(role="admin")] == [two]


@pytest.fixture
def ready(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> MatchingRound:
    make_people(program, 4)
    return solved_round(program, manager, django_capture_on_commit_callbacks)


def acts(matching_round: MatchingRound, manager: Person) -> dict[str, Act]:
    somebody = matching_round.program.participants.order_by("pk").first()
    assert somebody
    return {
        "publish": lambda: rounds.publish_round(matching_round, by=manager),
        "decline": lambda: places.decline(somebody, by=manager),
        "start": lambda: rounds.start_round(matching_round.program, by=manager),
        "erase": lambda: erase(somebody.person, by=somebody.person),
    }


@pytest.mark.parametrize(
    ("first", "second", "refusal", "partnerships"),
    [
        ("publish", "publish", None, 2),
        ("publish", "decline", CannotDecline, 2),
        ("decline", "publish", PeopleLeft, 0),
        ("publish", "start", NobodyToMatch, 2),
        ("start", "publish", RoundNotReady, 0),
        ("erase", "publish", RoundNotReady, 0),
    ],
)
def test_a_round_is_published_once_with_those_who_are_there(
    ready: MatchingRound,
    manager: Person,
    first: str,
    second: str,
    refusal: type[Exception] | None,
    partnerships: int,
) -> None:
    can = acts(ready, manager)

    lead, follow = one_while_the_other(can[first], can[second])

    assert lead.refused is None
    assert isinstance(follow.refused, refusal) if refusal else follow.refused is None
    assert Partnership.objects.count() == partnerships
    matched = ready.program.participants.filter(state=State.MATCHED).count()
    assert matched == 2 * partnerships


class TestALargeRound:
    @pytest.fixture(autouse=True)
    def _begun(
        self, ready: MatchingRound, manager: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its job is not handed out: a test does one part of it."""
        monkeypatch.setattr(publishing, "AT_ONCE", 0)
        monkeypatch.setattr(publishing, "_offer", lambda _: None)
        rounds.publish_round(ready, by=manager)

    def test_opens_once_where_two_processes_work_at_it(self, ready: MatchingRound) -> None:
        lead, follow = one_while_the_other(
            lambda: publishing._open_more(ready), lambda: publishing._open_more(ready)
        )

        assert (lead.refused, follow.refused) == (None, None)
        assert Partnership.objects.count() == 2
        assert set(states(ready.program)) == {State.MATCHED}

    def test_waits_for_whoever_leaves_and_opens_the_others(
        self, ready: MatchingRound, manager: Person
    ) -> None:
        somebody = ready.program.participants.order_by("pk")[0]

        lead, follow = one_while_the_other(
            lambda: places.decline(somebody, by=manager), lambda: publishing._open_more(ready)
        )

        assert (lead.refused, follow.refused) == (None, None)
        assert Partnership.objects.count() == 1
        assert ready.unplaced.count() == 1

    def test_comes_before_who_would_leave(self, ready: MatchingRound, manager: Person) -> None:
        somebody = ready.program.participants.order_by("pk")[0]

        lead, follow = one_while_the_other(
            lambda: publishing._open_more(ready), lambda: places.decline(somebody, by=manager)
        )

        assert lead.refused is None
        assert isinstance(follow.refused, CannotDecline)
        assert Partnership.objects.count() == 2


class TestPartners:
    @pytest.fixture(autouse=True)
    def _today(self) -> Any:
        with time_machine.travel(NOW, tick=False):
            yield

    def test_who_book_the_same_time_have_one_meeting(self, program: Program) -> None:
        pair, ana, ben = make_pair(program)
        at = timezone.now() + timedelta(days=2)

        first, second = one_while_the_other(
            lambda: together.book(pair, at, by=ana), lambda: together.book(pair, at, by=ben)
        )

        assert first.value == second.value
        assert Meeting.objects.count() == 1

    def test_who_note_two_meetings_at_once_have_one_next(self, program: Program) -> None:
        pair, ana, ben = make_pair(program)
        Partnership.objects.update(
            slot_quarter=40, slot_zone="UTC", slot_weeks=1, opened_at=NOW - timedelta(days=9)
        )
        pair.refresh_from_db()

        first, second = one_while_the_other(
            lambda: together.note_that_we_met(pair, NOW - timedelta(days=4), by=ana),
            lambda: together.note_that_we_met(pair, NOW - timedelta(days=2), by=ben),
        )

        assert (first.refused, second.refused) == (None, None)
        assert pair.meetings.filter(state=Meeting.State.PLANNED).count() == 1

    def test_a_wish_that_is_changed_while_the_morning_carries_it_out(
        self, program: Program
    ) -> None:
        pair, ana, _ben = make_pair(program)
        place = pair.members.get(person=ana)
        ask_to_part(place, then="new_peer", partnership=pair, by=ana)

        with time_machine.travel(NOW + timedelta(days=1), tick=False):
            first, second = one_while_the_other(
                part_those_who_asked,
                lambda: ask_to_part(
                    place, then="pause", until=NOW.date() + timedelta(days=20), by=ana
                ),
            )

        assert (first.refused, second.refused) == (None, None)
        pair.refresh_from_db()
        assert not pair.is_open

    def test_who_checks_in_while_their_partner_is_erased(self, program: Program) -> None:
        pair, ana, ben = make_pair(program)
        meeting = together.note_that_we_met(pair, timezone.now(), by=ana)

        first, second = one_while_the_other(
            lambda: erase(ana, by=ana),
            lambda: together.check_in(meeting, {"hats": 2}, by=ben),
        )

        assert first.refused is None
        assert isinstance(second.refused, PartnershipEnded)
        assert not CheckIn.objects.exists()
