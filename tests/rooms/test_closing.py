"""A good end; letters that go by themselves; a time kept free for all; the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse

from peerloom.messaging.models import OutboxMessage
from peerloom.participants.queries import consents_of
from peerloom.partnerships import actions, queries
from peerloom.partnerships.models import Partnership
from peerloom.programs.actions import change_format
from tests.factories import make_organisation, make_participant
from tests.rooms.partners import NOW, Pair, held


def test_it_ends_with_everybodys_word_and_contact_stays_where_all_would(
    pair: Pair, client: Client
) -> None:
    partnership, ana, ben = pair
    client.force_login(ana)
    page = reverse("close", args=[partnership.pk])
    client.post(page, {"text": "I say no now.", "in_touch": "on"})
    partnership.refresh_from_db()
    assert partnership.is_open
    client.force_login(ben)
    body = client.get(page).content.decode()
    assert "Ana looked back too" in body
    assert "I say no now." not in body
    client.post(page, {"text": "", "alumni": "on"})
    partnership.refresh_from_db()
    assert (partnership.state, partnership.ended_at) == ("ended", NOW)
    # One would not: nobody learns who.
    assert ana.email not in client.get(page).content.decode()
    client.post(page, {"in_touch": "on", "alumni": "on"})
    assert ana.email in client.get(page).content.decode()
    client.force_login(ana)
    assert ben.email in client.get(page).content.decode()
    assert [p.person for p in queries.alumni_of(ana.places.get())] == [ben]
    assert list(queries.alumni_of(ben.places.get())) == []


def test_a_yes_to_being_found_later_is_kept_with_its_words(pair: Pair) -> None:
    partnership, ana, _ = pair
    for alumni in (False, True, True, False):
        actions.look_back(partnership, "", in_touch=False, alumni=alumni, by=ana)

    said = list(consents_of(ana).filter(about="alumni").order_by("pk"))
    assert [c.given for c in said] == [True, False]
    assert "may find me later" in said[0].words


def test_what_is_still_open_closes_two_weeks_after_the_program(pair: Pair) -> None:
    partnership, ana, _ = pair
    assert not queries.closing_is_near(partnership)
    ends = datetime.combine(partnership.program.ends_on, datetime.min.time(), UTC)
    with time_machine.travel(ends - timedelta(days=10), tick=False):
        assert queries.partnership_page(partnership, ana).closing
        assert actions.close_over() == 0
    with time_machine.travel(ends + timedelta(days=15), tick=False):
        assert actions.close_over() == 1
        assert actions.close_over() == 0
    assert Partnership.objects.get().state == "ended"


def test_a_step_that_is_due_is_followed_up_once_and_not_quoted(pair: Pair) -> None:
    partnership, ana, _ = pair
    meeting = held(partnership, ana)
    actions.add_step(meeting, "planted step", by=ana, due_on=date(2026, 2, 4))
    done = actions.add_step(meeting, "done", by=ana, due_on=date(2026, 2, 4))
    actions.tick_step(done, True, by=ana)
    assert actions.follow_up_steps() == 0
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        assert actions.follow_up_steps() == 1
        assert actions.follow_up_steps() == 0
    letter = OutboxMessage.objects.get(kind="step")
    assert letter.to == ana.email
    assert "planted" not in letter.text + letter.html + letter.subject


def test_a_time_kept_free_for_all_is_offered_first_and_beyond_hours(
    pair: Pair, manager: Any, as_manager: Client
) -> None:
    partnership, ana, ben = pair
    program = partnership.program
    page = reverse("setup", args=[program.pk, "format"])
    form = {
        "starts_on": "2026-01-05", "ends_on": "2026-06-26", "cadence": "weekly",
        "meeting_minutes": "60", "meet": "pairs", "trios": "on",
        "protected_day": "4", "protected_at": "15:00", "protected_zone": "Europe/Paris",
    }  # fmt: skip
    assert (
        "quarter of an hour"
        in as_manager.post(page, form | {"protected_at": "15:07"}).content.decode()
    )
    as_manager.post(page, form)
    program.refresh_from_db()
    partnership = Partnership.objects.select_related("program__organisation").get()
    (slot,) = queries.offered_slots(partnership)
    assert (slot.day, slot.clock, slot.zone) == ("Fri", "15:00", "Europe/Paris")
    meeting = actions.set_slot(partnership, slot, by=ana, weeks=1)
    assert meeting
    assert meeting.starts_at == datetime(2026, 2, 6, 14, tzinfo=UTC)
    # Away then: the nearest time within everybody's own hours instead.
    actions.cancel(meeting, by=ana, seen=0)
    ben.places.get().away.create(first=date(2026, 2, 6), last=date(2026, 2, 6))
    again = actions.set_slot(partnership, slot, by=ana, weeks=1)
    assert again
    assert f"{again.starts_at:%a %H:%M}" == "Thu 10:00"
    change_format(
        program, starts_on=date(2026, 1, 5), ends_on=date(2026, 6, 26), apply_by=None,
        cadence="weekly", meeting_minutes=60, trios=True, by=manager,
    )  # fmt: skip
    assert queries.protected_slot(program) is None


def test_the_wall_shows_what_was_put_there_with_a_name_or_without(
    pair: Pair, client: Client
) -> None:
    partnership, ana, ben = pair
    kept = actions.note_learning(partnership, "for me", by=ana)
    for text, kind in (("named words", "program"), ("nameless words", "nameless")):
        actions.note_learning(partnership, text, by=ana, shared=kind)
    reader = make_participant(partnership.program, "Reader")
    client.force_login(reader.person)
    body = client.get(reverse("wall", args=[reader.pk])).content.decode()
    assert "named words" in body
    assert "nameless words" in body
    assert body.count("Ana") == 1
    assert "for me" not in body
    # What has no name on the wall has none in the partnership either.
    assert [m.text for m in queries.partnership_page(partnership, ben).moments] == ["named words"]
    # People of other organisations read their own wall.
    far = make_participant(partnership.program, "Far", organisation=make_organisation("Far away"))
    assert queries.wall_of(far) == []
    actions.forget_learning(kept, by=ana)


def test_what_was_planned_leaves_the_calendars_with_the_end(pair: Pair) -> None:
    partnership, ana, ben = pair
    meeting = actions.book(partnership, NOW + timedelta(days=2), by=ana)
    for person in (ana, ben):
        actions.look_back(partnership, "", in_touch=False, alumni=False, by=person)
    meeting.refresh_from_db()
    assert meeting.state == "cancelled"
    letters = OutboxMessage.objects.filter(kind="meeting cancellation")
    assert {m.to for m in letters} == {ana.email, ben.email}
    assert all("METHOD:CANCEL" in m.calendar for m in letters)
