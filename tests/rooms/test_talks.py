"""Partners at work: times, invitations, agenda, notes, agreement, feedback, and nobody else's eyes."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from peerloom.accounts.errors import NotAllowed
from peerloom.accounts.models import Person
from peerloom.messaging.actions import deliver
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.models import Participant
from peerloom.partnerships import actions, queries
from peerloom.partnerships.errors import (
    BadTime,
    MeetingChanged,
    NothingSaid,
    TooLong,
)
from peerloom.partnerships.models import CheckIn, Meeting
from tests.rooms.partners import NOW, Pair, held

# ---- time


def test_offered_times_are_free_for_both_and_one_click_books(pair: Pair, client: Client) -> None:
    partnership, ana, ben = pair
    client.force_login(ana)
    page = client.get(reverse("partnership", args=[partnership.pk])).content.decode()
    offered = queries.offered_times(partnership)
    assert len(offered) == 3
    for time in offered:
        clocks = {c.name: c.local for c in time.clocks}
        assert clocks["Ana"] - clocks["Ben"] == timedelta(hours=1)
        assert 10 <= clocks["Ana"].hour < 12
        assert 9 <= clocks["Ben"].hour < 12
        assert time.key.replace("+", "&#x2B;") in page or time.key in page

    client.post(reverse("times", args=[partnership.pk]), {"start": offered[0].key})
    client.post(reverse("times", args=[partnership.pk]), {"start": offered[0].key})

    meeting = partnership.meetings.get()
    assert meeting.starts_at == offered[0].start
    deliver.call()
    assert sorted(m.to[0] for m in mail.outbox) == [ana.email, ben.email]


def test_calendars_get_the_same_meeting_through_changes_and_its_end(pair: Pair) -> None:
    partnership, ana, ben = pair
    actions.set_video(partnership, "https://meet.example/x", by=ana)
    first = NOW + timedelta(days=2)
    meeting = actions.book(partnership, first, by=ana)
    moved = actions.move(meeting, first + timedelta(days=1), by=ben, seen=0)
    actions.cancel(moved, by=ana, seen=1)
    deliver.call()

    texts = [m for m in mail.outbox if m.to == [ben.email]]
    events = []
    for message in texts:
        part, kind = message.alternatives[-1]
        calendar = Calendar.from_ical(part)
        (event,) = calendar.walk("VEVENT")
        events.append((str(calendar["METHOD"]), kind, event))
    assert [(m, k) for m, k, _ in events] == [
        ("REQUEST", "text/calendar; method=REQUEST"),
        ("REQUEST", "text/calendar; method=REQUEST"),
        ("CANCEL", "text/calendar; method=CANCEL"),
    ]
    assert len({str(e["UID"]) for *_, e in events}) == 1
    assert [int(e["SEQUENCE"]) for *_, e in events] == [0, 1, 2]
    assert events[1][2].start == first + timedelta(days=1)
    assert events[1][2].end - events[1][2].start == timedelta(minutes=60)
    assert str(events[0][2]["LOCATION"]) == "https://meet.example/x"
    assert {str(a) for a in events[0][2]["ATTENDEE"]} == {
        f"mailto:{ana.email}",
        f"mailto:{ben.email}",
    }
    assert str(events[2][2]["STATUS"]) == "CANCELLED"
    # In words, on each one's own clock.
    assert "Wed 4 Feb, 08:00 (London)" in texts[0].subject
    to_ana = next(m for m in mail.outbox if m.to == [ana.email])
    assert "Wed 4 Feb, 09:00 (Paris)" in to_ana.subject


def test_a_new_place_reaches_everybodys_calendar_once(pair: Pair) -> None:
    partnership, ana, _ = pair
    actions.book(partnership, NOW + timedelta(days=2), by=ana)
    for _ in range(2):
        actions.set_video(partnership, "https://meet.example/y", by=ana)
    (letter,) = OutboxMessage.objects.filter(kind="meeting place", to=ana.email)
    (event,) = Calendar.from_ical(letter.calendar).walk("VEVENT")
    assert (str(event["LOCATION"]), int(event["SEQUENCE"])) == ("https://meet.example/y", 1)


def test_the_framework_is_taken_into_the_notes_to_adapt(pair: Pair, client: Client) -> None:
    partnership, ana, _ = pair
    meeting = held(partnership, ana)
    actions.write_shared_note(meeting, "Ours", seen=0, by=ana)
    client.force_login(ana)
    page = client.get(reverse("meeting", args=[meeting.pk]))
    assert "Put it into our notes" in page.content.decode()
    client.post(
        reverse("note", args=[meeting.pk, "shared"]), {"text": page.context["adapted"], "seen": "1"}
    )
    note = queries.meeting_view(Meeting.objects.get(), ana).note
    assert note.startswith("Ours")
    assert page.context["framework"].body in note
    again = client.get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert "Put it into our notes" not in again


def test_who_moves_a_meeting_that_was_moved_changes_nothing(pair: Pair, client: Client) -> None:
    partnership, ana, ben = pair
    meeting = actions.book(partnership, NOW + timedelta(days=2), by=ana)
    actions.move(meeting, NOW + timedelta(days=3), by=ana, seen=0)
    with pytest.raises(MeetingChanged):
        actions.move(meeting, NOW + timedelta(days=4), by=ben, seen=0)
    with pytest.raises(MeetingChanged):
        actions.cancel(meeting, by=ben, seen=0)
    client.force_login(ben)
    page = client.post(
        reverse("move", args=[meeting.pk]), {"cancel": "yes", "seen": "0"}, follow=True
    )
    assert "moved or cancelled in the meantime" in page.content.decode()
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.state) == (NOW + timedelta(days=3), "planned")


def test_times_that_cannot_be_are_refused_in_words(pair: Pair, client: Client) -> None:
    partnership, ana, _ = pair
    for start in (NOW, NOW + timedelta(days=400)):
        with pytest.raises(BadTime):
            actions.book(partnership, start, by=ana)
    actions.book(partnership, NOW + timedelta(days=2), by=ana)
    with pytest.raises(BadTime, match="already"):
        actions.book(partnership, NOW + timedelta(days=2, minutes=30), by=ana)
    client.force_login(ana)
    times = reverse("times", args=[partnership.pk])
    for bad in ({"start": "soon"}, {"start": "2026-02-04T09:00:00"}, {}):
        page = client.post(times, bad).content.decode()
        assert "Choose a time; nothing was changed." in page
    assert client.post(times, {"day": "never", "clock": "x"}).status_code == 422
    assert partnership.meetings.count() == 1


def test_a_standing_time_keeps_one_meeting_ahead_and_inside_the_hours(pair: Pair) -> None:
    partnership, ana, _ = pair
    slot = queries.offered_slots(partnership)[0]
    meeting = actions.set_slot(partnership, slot, by=ana, weeks=2)
    assert meeting
    assert f"{meeting.starts_at:%a %H:%M}" == "Tue 09:00"  # 10:00 in Paris
    assert actions.plan_standing() == 0

    starts = [meeting.starts_at]
    for _ in range(9):
        with time_machine.travel(starts[-1] + timedelta(hours=2), tick=False):
            actions.hold(partnership.meetings.get(starts_at=starts[-1]), by=ana)
            assert actions.plan_standing() == 0
            ahead = partnership.meetings.filter(state="planned").last()
            if ahead is None:
                break
            starts.append(ahead.starts_at)
    # Every two weeks, an hour earlier in UTC after the clocks went forward, until the last day.
    assert {(b - a).days for a, b in pairwise(starts)} <= {13, 14}
    assert {f"{s:%H:%M}" for s in starts} == {"09:00", "08:00"}
    assert max(starts).date() <= partnership.program.ends_on


def test_a_meeting_is_reminded_of_once_and_again_only_after_it_moved(pair: Pair) -> None:
    partnership, ana, _ = pair
    meeting = actions.book(partnership, NOW + timedelta(days=3), by=ana)
    with time_machine.travel(NOW + timedelta(days=2, hours=2), tick=False):
        assert actions.remind_of_meetings() == 1
        assert actions.remind_of_meetings() == 0
        meeting.refresh_from_db()
        actions.move(meeting, NOW + timedelta(days=5), by=ana, seen=0)
    with time_machine.travel(NOW + timedelta(days=4, hours=2), tick=False):
        assert actions.remind_of_meetings() == 1
    kinds = OutboxMessage.objects.filter(to=ana.email).values_list("kind", flat=True)
    assert sorted(kinds) == [
        "meeting change", "meeting invitation", "meeting reminder", "meeting reminder",
    ]  # fmt: skip


def test_a_zone_that_is_not_known_does_not_break_a_page(pair: Pair, client: Client) -> None:
    partnership, ana, ben = pair
    Participant.objects.filter(person=ben).update(time_zone="Mars/Olympus")
    Person.objects.filter(pk=ben.pk).update(time_zone="Nowhere")
    client.force_login(ana)
    assert client.get(reverse("times", args=[partnership.pk])).status_code == 200
    meeting = actions.book(partnership, NOW + timedelta(days=2), by=ana)
    assert client.get(reverse("meeting", args=[meeting.pk])).status_code == 200
    assert OutboxMessage.objects.filter(to=ben.email, subject__contains="(UTC)").exists()


def test_a_calendar_address_is_secret_current_and_ends(pair: Pair, client: Client) -> None:
    partnership, ana, _ = pair
    meeting = actions.book(partnership, NOW + timedelta(days=2), by=ana)
    actions.add_item(meeting, "planted question", hat="mentee", by=ana)
    client.force_login(ana)
    page = client.post(reverse("feed_settings")).content.decode()
    secret = page.split("/calendar/")[1].split(".ics")[0]
    assert secret not in client.get(reverse("feed_settings")).content.decode()
    client.logout()

    answer = client.get(reverse("feed", args=[secret]))
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.start == meeting.starts_at
    assert "planted" not in answer.content.decode()

    fresh = actions.open_feed(ana)
    assert client.get(reverse("feed", args=[secret])).status_code == 404
    assert client.get(reverse("feed", args=[fresh])).status_code == 200
    actions.close_feed(ana)
    assert client.get(reverse("feed", args=[fresh])).status_code == 404


# ---- writing


def test_nobody_overwrites_what_they_have_not_seen(pair: Pair, client: Client) -> None:
    partnership, ana, ben = pair
    meeting = held(partnership, ana)
    note = reverse("note", args=[meeting.pk, "shared"])
    json_please = {"accept": "application/json"}
    client.force_login(ana)
    assert client.post(note, {"text": "Ana", "seen": 0}, headers=json_please).json() == {
        "version": 1
    }

    client.force_login(ben)
    clash = client.post(note, {"text": "Ben", "seen": 0}, headers=json_please)
    assert clash.status_code == 409
    assert (clash.json()["theirs"], clash.json()["version"]) == ("Ana", 1)
    # By the form's own button: both stand on the page.
    page = client.post(note, {"text": "Ben's words", "seen": 0})
    assert page.status_code == 409
    assert "Ben&#x27;s words" in page.content.decode()
    assert ">Ana<" in page.content.decode()
    client.post(note, {"text": "Ana\n\nBen", "seen": 1})
    assert client.get(note, headers=json_please).json() == {"text": "Ana\n\nBen", "version": 2}
    # What is there already is no conflict.
    assert (
        client.post(note, {"text": "Ana\n\nBen", "seen": 0}, headers=json_please).status_code == 200
    )


def test_twenty_thousand_characters_are_kept_and_one_more_is_refused_and_shown(
    pair: Pair, client: Client
) -> None:
    partnership, ana, _ = pair
    meeting = held(partnership, ana)
    client.force_login(ana)
    note = reverse("note", args=[meeting.pk, "own"])
    client.post(note, {"text": "é" * 20_000, "seen": 0})
    assert queries.meeting_view(meeting, ana).own_note == "é" * 20_000
    refused = client.post(note, {"text": "x" * 20_001, "seen": 1})
    assert refused.status_code == 409
    assert "20,001 characters; up to 20,000" in refused.content.decode()
    assert "x" * 20_001 in refused.content.decode()
    with pytest.raises(TooLong):
        actions.add_item(meeting, "y" * 501, hat="mentee", by=ana)
    with pytest.raises(NothingSaid):
        actions.add_item(meeting, "  ", hat="mentee", by=ana)


def test_own_notes_are_ones_own(pair: Pair, client: Client) -> None:
    partnership, ana, ben = pair
    meeting = held(partnership, ana)
    actions.write_private_note(meeting, "only Ana reads this", seen=0, by=ana)
    client.force_login(ben)

    assert (
        "only Ana reads this"
        not in client.get(reverse("meeting", args=[meeting.pk])).content.decode()
    )
    assert queries.meeting_view(meeting, ben).own_note == ""


def test_agenda_and_steps_belong_to_whoever_brings_them(pair: Pair) -> None:
    partnership, ana, ben = pair
    meeting = actions.book(partnership, NOW + timedelta(days=2), by=ana)
    item = actions.add_item(meeting, "How do you say no?", hat="mentee", by=ana)
    actions.tick_item(item, True, by=ben)
    with pytest.raises(NotAllowed):
        actions.remove_item(item, by=ben)
    his = partnership.parts.get(participant__person=ben)
    step = actions.add_step(meeting, "Send the book", by=ana, owner=his.pk)
    actions.tick_step(step, True, by=ben)

    seen = queries.meeting_view(meeting, ben)
    assert [(i.text, i.who, i.mine, i.item.done) for i in seen.items] == [
        ("How do you say no?", "Ana", False, True)
    ]
    assert [(s.who, s.mine, bool(s.step.done_at)) for s in seen.steps] == [("Ben", True, True)]


def test_a_check_in_takes_one_click_and_hides_single_answers(pair: Pair, client: Client) -> None:
    partnership, ana, ben = pair
    client.force_login(ana)
    check_in = client.post(reverse("met", args=[partnership.pk])).url
    page = client.get(check_in).content.decode()
    assert "I get the chance to ask for what I need" in page
    client.post(
        check_in, {"hats": "0", "talk": "1", "worth": "4", "chance": "3", "learned": "Ask."}
    )
    meeting = partnership.meetings.get()
    assert meeting.state == "held"
    assert queries.meeting_view(meeting, ana).answers == {
        "hats": 0, "talk": 1, "worth": 4, "chance": 3,
    }  # fmt: skip
    assert [m.text for m in queries.journey_of(ana).moments] == ["Ask."]

    # The other sees that somebody answered only after answering too; and never what.
    before = queries.meeting_view(meeting, ben)
    assert (before.answered, before.answers) == ([], {})
    actions.check_in(meeting, {"hats": 4, "spam": 3}, by=ben)
    actions.check_in(meeting, {"hats": 3}, by=ben)
    assert queries.meeting_view(meeting, ben).answered == ["Ana"]
    assert CheckIn.objects.count() == 2
    # The monthly questions come once a month.
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        later = held(partnership, ana)
        assert (
            "I get the chance"
            not in client.get(reverse("check_in", args=[later.pk])).content.decode()
        )
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        client.force_login(ana)
        later = held(partnership, ana)
        assert (
            "I get the chance" in client.get(reverse("check_in", args=[later.pk])).content.decode()
        )


def test_a_meeting_that_is_ahead_was_not_held(pair: Pair) -> None:
    partnership, ana, _ = pair
    meeting = actions.book(partnership, NOW + timedelta(days=2), by=ana)
    with pytest.raises(BadTime):
        actions.check_in(meeting, {"hats": 2}, by=ana)
    with pytest.raises(BadTime):
        actions.note_that_we_met(partnership, NOW + timedelta(days=1), by=ana)
    # Met spontaneously near a planned one: it is that one.
    with time_machine.travel(NOW + timedelta(days=2, hours=1), tick=False):
        assert actions.note_that_we_met(partnership, timezone.now(), by=ana) == meeting
