"""What partners press around a meeting: times, a standing time, a link, moving and calling it off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.participants.actions import add_away
from peerloom.partnerships import actions
from peerloom.partnerships.models import Meeting, Partnership
from peerloom.partnerships.queries import offered_times
from peerloom.programs.models import Program
from tests.factories import make_participant
from tests.fuzz.filling import forms_of
from tests.rooms.partners import NOW, make_pair

# Each is a wait on a machine whose database is another one.
MOST_QUERIES = {"home": 14, "partnership": 28, "meeting": 16, "journey": 11}


@pytest.fixture
def pair(program: Program) -> Iterator[Partnership]:
    with time_machine.travel(NOW, tick=False):
        yield make_pair(program)[0]


@pytest.fixture
def ana(pair: Partnership) -> Person:
    return pair.members.get(person__name="Ana").person


@pytest.fixture
def as_ana(client: Client, ana: Person) -> Client:
    client.force_login(ana)
    return client


@pytest.fixture
def planned(pair: Partnership, ana: Person) -> Meeting:
    return actions.book(pair, timezone.now() + timedelta(days=2, hours=2), by=ana)


def offered(client: Client, page: str, name: str) -> list[str]:
    """What the page's forms would send under a name."""
    fields = [
        x
        for f in forms_of(client.get(page).content.decode(), page)
        for x in (*f.fields, *f.buttons)
    ]
    return [v for x in fields if x.name == name for v in (x.choices or [x.value])]


def words(client: Client, page: str, data: dict[str, str]) -> str:
    return client.post(page, data, follow=True).content.decode()


def test_an_offered_time_is_booked_and_a_time_of_ones_own_too(
    as_ana: Client, pair: Partnership
) -> None:
    page = reverse("times", args=[pair.pk])

    first = offered(as_ana, page, "start")[0]
    as_ana.post(page, {"start": first})
    own = {"day": "2026-02-20", "clock": "18:30"}
    as_ana.post(page, own)

    starts = [m.starts_at for m in pair.meetings.order_by("starts_at")]
    assert starts[0].isoformat() == first
    # Half past six on her clock in Paris.
    assert starts[1].isoformat() == "2026-02-20T17:30:00+00:00"


@pytest.mark.parametrize(
    "wrong", [{}, {"start": "soon"}, {"start": "2026-02-20T10:00:00"}, {"start": "9" * 40}]
)
def test_no_time_is_told_and_nothing_is_booked_or_moved(
    as_ana: Client, pair: Partnership, planned: Meeting, wrong: dict[str, str]
) -> None:
    before = planned.starts_at

    booked = words(as_ana, reverse("times", args=[pair.pk]), wrong)
    moved = words(as_ana, reverse("move", args=[planned.pk]), wrong | {"seen": "0"})

    assert "Choose a time; nothing was changed." in booked
    assert "Choose a time; nothing was changed." in moved
    assert pair.meetings.get().starts_at == before


def test_a_standing_time_is_kept_and_taken_away(as_ana: Client, pair: Partnership) -> None:
    page, slot = reverse("times", args=[pair.pk]), reverse("slot", args=[pair.pk])
    choice = next(v for v in offered(as_ana, page, "slot") if v != "none")

    kept = words(as_ana, slot, {"slot": choice})
    had = Partnership.objects.get(pk=pair.pk).slot_quarter
    refused = words(as_ana, slot, {"slot": "1"})
    gone = words(as_ana, slot, {"slot": "none"})

    assert "Kept. The next meeting is planned" in kept
    assert str(had) == choice
    assert "That time is no longer offered; nothing was changed." in refused
    assert "There is no standing time any more; what is planned stays." in gone
    assert Partnership.objects.get(pk=pair.pk).slot_quarter is None
    assert pair.meetings.count() == 1


def test_a_link_is_kept_or_refused(as_ana: Client, pair: Partnership) -> None:
    page = reverse("video", args=[pair.pk])

    words(as_ana, page, {"video": "meet.example/room"})
    refused = words(as_ana, page, {"video": "javascript:alert(1)"})

    assert "That is not a link; nothing was changed." in refused
    assert Partnership.objects.get(pk=pair.pk).video == "https://meet.example/room"


def test_a_meeting_is_moved_once_and_called_off(
    as_ana: Client, pair: Partnership, planned: Meeting
) -> None:
    page = reverse("move", args=[planned.pk])
    start, seen = offered(as_ana, page, "start")[0], str(planned.sequence)

    words(as_ana, page, {"start": start, "seen": seen})
    moved = Meeting.objects.get(pk=planned.pk)
    # Somebody who still has the page of before.
    words(as_ana, page, {"cancel": "yes", "seen": seen})
    kept = Meeting.objects.get(pk=planned.pk)
    words(as_ana, page, {"cancel": "yes", "seen": str(moved.sequence)})

    assert moved.starts_at.isoformat() == start
    assert kept.state == Meeting.State.PLANNED
    assert Meeting.objects.get(pk=planned.pk).state == Meeting.State.CANCELLED


def test_a_question_is_brought_talked_about_and_taken_back(
    as_ana: Client, planned: Meeting
) -> None:
    add = reverse("add_item", args=[planned.pk])

    as_ana.post(add, {"text": "How do you say no?", "hat": "mentee"})
    empty = as_ana.post(add, {"text": " ", "hat": "mentee"})
    item = planned.items.get()
    as_ana.post(reverse("item_do", args=[planned.pk, item.pk, "done"]))
    done = planned.items.get().done
    as_ana.post(reverse("item_do", args=[planned.pk, item.pk, "remove"]))

    assert empty.status_code == 422
    assert done
    assert not planned.items.exists()


def test_a_note_written_over_another_is_shown_beside_it(as_ana: Client, planned: Meeting) -> None:
    page = reverse("note", args=[planned.pk, "shared"])
    seen = as_ana.get(page, headers={"Accept": "application/json"}).json()["version"]

    first = as_ana.post(page, {"text": "What Ben wrote", "seen": str(seen)})
    plain = as_ana.post(page, {"text": "What Ana wrote", "seen": str(seen)})
    script = as_ana.post(
        page, {"text": "What Ana wrote", "seen": "²"}, headers={"Accept": "application/json"}
    )

    assert first.status_code == 302
    assert plain.status_code == 409
    for said in ("What Ben wrote", "What Ana wrote"):
        assert said in plain.content.decode()
        assert said in script.json().values()
    assert script.status_code == 409
    assert json.loads(script.content)["words"]


@pytest.mark.parametrize("page", ["partnership", "home", "journey", "meeting"])
def test_a_page_asks_no_more_queries_the_longer_they_meet(
    as_ana: Client, pair: Partnership, ana: Person, page: str
) -> None:
    ben = pair.members.get(person__name="Ben").person
    parts = {p.participant.person_id: p.pk for p in pair.parts.select_related("participant")}
    Partnership.objects.update(opened_at=timezone.now() - timedelta(days=30))
    pair.refresh_from_db()
    asked = []
    for k in range(6):
        meeting = actions.note_that_we_met(
            pair, timezone.now() - timedelta(days=1 + k, hours=2), by=ana
        )
        actions.add_item(meeting, "A question", hat="mentee", by=ana)
        for who in (ana, ben):
            actions.check_in(meeting, {"hats": 2, "talk": 2, "worth": 4}, by=who)
        actions.note_learning(pair, "Learned", by=ana, meeting=meeting)
        actions.thank(pair, parts[ana.pk], "Thank you", by=ben)
        address = {
            "partnership": reverse("partnership", args=[pair.pk]),
            "meeting": reverse("meeting", args=[meeting.pk]),
        }.get(page) or reverse(page)
        with CaptureQueriesContext(connection) as queries:
            assert as_ana.get(address).status_code == 200
        asked.append(len(queries))

    assert asked[-1] <= asked[2]
    assert asked[-1] <= MOST_QUERIES[page]


def test_no_time_is_looked_for_once_it_has_ended(as_ana: Client, pair: Partnership) -> None:
    Partnership.objects.update(state="ended", ended_at=timezone.now())
    page = reverse("times", args=[pair.pk])
    later = (timezone.now() + timedelta(days=2)).isoformat()
    for data in (None, {"start": later}):
        answer = as_ana.post(page, data, follow=True) if data else as_ana.get(page, follow=True)
        assert answer.redirect_chain == [(reverse("partnership", args=[pair.pk]), 302)]
        assert "This partnership has ended" in answer.content.decode()
    assert not Meeting.objects.exists()


def test_times_offered_leave_out_what_either_has_planned_elsewhere(
    pair: Partnership, program: Program, ana: Person
) -> None:
    """Each one's other meetings and days away, and nobody else's."""
    cid = make_participant(program, "Cid", state="matched")
    dan = make_participant(program, "Dan", state="matched")
    place = pair.members.get(person=ana)
    other = actions.open_partnership([place, cid])
    strangers = actions.open_partnership([cid, dan])
    first = offered_times(pair)[0].start
    actions.book(strangers, first, by=dan.person)
    assert offered_times(pair)[0].start == first

    actions.book(other, first, by=ana)
    assert offered_times(pair)[0].start >= first + timedelta(minutes=program.meeting_minutes)

    add_away(place, first=first.date(), last=first.date() + timedelta(days=2), by=ana)
    assert offered_times(pair)[0].start.date() > first.date() + timedelta(days=2)
