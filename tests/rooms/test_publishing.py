"""A large round is published in parts: each once, whatever happens in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.core import jobs
from peerloom.core.models import AuditEntry, Job
from peerloom.messaging.models import OutboxMessage
from peerloom.participants import actions as places
from peerloom.participants.models import Participant
from peerloom.partnerships.models import Partnership
from peerloom.programs.models import Program
from peerloom.rounds.actions import find_repairs, publish_round, publishing, start_round
from peerloom.rounds.errors import PeopleLeft, RoundNotReady
from peerloom.rounds.models import MatchingRound
from tests.factories import make_participant, make_people, solved_round

PAIRS = 5


@pytest.fixture(autouse=True)
def _two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "AT_ONCE", 4)
    monkeypatch.setattr(publishing, "PART", 2)
    monkeypatch.setattr(publishing, "BREATH", 0)


@pytest.fixture
def solved(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> MatchingRound:
    make_people(program, 2 * PAIRS)
    return solved_round(program, manager, django_capture_on_commit_callbacks)


@pytest.fixture
def in_between(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], object]], None]:
    """Lets something happen after so many parts."""

    def after(parts: int, act: Callable[[], object]) -> None:
        count = 0

        def breath(_: float) -> None:
            nonlocal count
            count += 1
            if count == parts:
                act()

        monkeypatch.setattr(publishing.time, "sleep", breath)

    return after


def each_is_introduced_once(program: Program, pairs: int) -> None:
    open_ones = program.partnerships.filter(state=Partnership.State.OPEN)
    assert open_ones.count() == pairs
    together = Counter(open_ones.values_list("members", flat=True))
    assert set(together.values()) == {1}
    sent = Counter(OutboxMessage.objects.filter(kind="introduction").values_list("to", flat=True))
    matched = program.participants.filter(state=Participant.State.MATCHED)
    assert sent == Counter(matched.values_list("person__email", flat=True))
    assert matched.count() == 2 * pairs


def test_a_small_one_is_published_at_once(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    make_people(program, 8)
    one = solved_round(program, manager, django_capture_on_commit_callbacks)

    publish_round(one, by=manager)

    assert one.state == "published"
    assert one.publication is None
    each_is_introduced_once(program, 4)


def test_a_large_one_is_published_by_a_job(
    solved: MatchingRound, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        publish_round(solved, by=manager)
        assert solved.state == "publishing"
        assert not Partnership.objects.exists()
        # Pressed twice, it is done once.
        publish_round(solved, by=manager)
        assert Job.objects.filter(kind="publish").count() == 1

    solved.refresh_from_db()
    assert solved.state == "published"
    assert solved.publication.words == "5 partnerships are open."
    each_is_introduced_once(solved.program, PAIRS)
    told = AuditEntry.objects.get(verb="published")
    assert (told.actor_id, told.details) == (manager.pk, {"partnerships": PAIRS})
    assert Program.objects.get().state == "running"


def test_where_somebody_left_before_it_began_nothing_is_opened(
    solved: MatchingRound, manager: Person
) -> None:
    places.decline(solved.program.participants.order_by("pk")[0], by=manager)

    with pytest.raises(PeopleLeft, match="Peer000"):
        publish_round(solved, by=manager)

    solved.refresh_from_db()
    assert solved.state == "ready"
    assert not Partnership.objects.exists()


def test_while_it_goes_on_no_other_round_begins(solved: MatchingRound, manager: Person) -> None:
    publish_round(solved, by=manager)

    with pytest.raises(RoundNotReady, match="Round 1 is being published"):
        start_round(solved.program, by=manager)

    solved.refresh_from_db()
    assert solved.state == "publishing"


def test_while_it_goes_on_nobody_in_it_is_offered_another_peer(
    solved: MatchingRound, manager: Person
) -> None:
    late = [make_participant(solved.program, name) for name in ("Lea", "Lou")]
    publish_round(solved, by=manager)

    [step] = find_repairs(solved.program, others=True)

    assert step.opens == [[p.pk for p in late]]


def test_a_process_that_ends_in_between_costs_nothing(
    solved: MatchingRound,
    manager: Person,
    in_between: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def end() -> None:
        raise SystemExit

    in_between(1, end)
    with django_capture_on_commit_callbacks(execute=True):
        publish_round(solved, by=manager)
    assert Job.objects.get(kind="publish").state == "running"
    each_is_introduced_once(solved.program, 2)

    with (
        time_machine.travel(timezone.now() + timedelta(minutes=2)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert jobs.take_up() == 1

    solved.refresh_from_db()
    assert solved.state == "published"
    each_is_introduced_once(solved.program, PAIRS)
    assert AuditEntry.objects.filter(verb="published").count() == 1


class TestSomebodyLeavesInBetween:
    @pytest.fixture
    def alone(
        self,
        solved: MatchingRound,
        manager: Person,
        in_between: Any,
        django_capture_on_commit_callbacks: Any,
    ) -> Participant:
        """Whose peer left when two partnerships were open."""
        last = solved.proposals.order_by("pk").last()
        assert last
        leaver, alone = last.members.order_by("pk")
        in_between(1, lambda: places.decline(leaver, by=manager))
        with django_capture_on_commit_callbacks(execute=True):
            publish_round(solved, by=manager)
        alone.refresh_from_db()
        return alone

    def test_the_others_are_introduced(self, solved: MatchingRound, alone: Participant) -> None:
        solved.refresh_from_db()
        assert solved.state == "published"
        each_is_introduced_once(solved.program, PAIRS - 1)

    def test_their_peer_waits_and_comes_first(
        self, solved: MatchingRound, alone: Participant
    ) -> None:
        assert (alone.state, alone.rounds_waited) == ("looking", 1)
        assert not OutboxMessage.objects.filter(to=alone.person.email).exists()

    def test_the_page_tells(
        self, solved: MatchingRound, alone: Participant, as_manager: Client
    ) -> None:
        page = as_manager.get(reverse("round", args=[solved.program_id, solved.pk]))

        words = page.content.decode()
        assert "4 partnerships are open. 1 person waits on" in words
        assert "Not placed: 1" in words
        assert "Whom they were to meet had left, or found another, before their turn." in words


def test_where_it_goes_wrong_the_manager_goes_on(
    solved: MatchingRound,
    manager: Person,
    as_manager: Client,
    in_between: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def fail() -> None:
        raise OSError("no space left")

    in_between(2, fail)
    with django_capture_on_commit_callbacks(execute=True):
        publish_round(solved, by=manager)
    page = as_manager.get(reverse("round", args=[solved.program_id, solved.pk]))
    assert "4 of 5 partnerships are open." in page.content.decode()
    assert "Go on publishing" in page.content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        as_manager.post(reverse("round_publish", args=[solved.program_id, solved.pk]))

    solved.refresh_from_db()
    assert solved.state == "published"
    each_is_introduced_once(solved.program, PAIRS)
    progress = as_manager.get(reverse("round_progress", args=[solved.program_id, solved.pk]))
    assert progress["HX-Refresh"] == "true"


def test_how_far_it_is_can_be_seen(solved: MatchingRound, as_manager: Client) -> None:
    to = reverse("round_publish", args=[solved.program_id, solved.pk])

    page = as_manager.post(to, follow=True).content.decode()

    assert "Round 1, being published" in page
    assert "Waiting for a free worker" in page
    assert "Publish…" not in page
    overview = as_manager.get(reverse("overview", args=[solved.program_id])).content.decode()
    assert "Round 1 is being published." in overview
    assert "people look for a peer" not in overview
    rounds = as_manager.get(reverse("rounds", args=[solved.program_id])).content.decode()
    assert "Round 1 is being published. Match the others when it is." in rounds
    assert "people look for a peer" not in rounds
