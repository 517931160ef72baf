"""Hours as a grid, days away, calendars, and what a manager notices."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from peerloom.accounts.errors import NotAllowed
from peerloom.calendars.weekly import DAYS, format_hours, parse_hours
from peerloom.matching import match
from peerloom.participants import actions
from peerloom.programs.actions import set_policy
from peerloom.rounds.snapshot import policy_of, pool_of
from peerloom.web.forms.hours import HoursGrid, _boxes
from tests.factories import (
    make_organisation,
    make_participant,
    make_people,
    make_person,
)


@given(st.frozensets(st.integers(0, 671), max_size=40))
def test_the_grid_loses_no_quarter_hour(quarters: frozenset[int]) -> None:
    text = format_hours(quarters)
    boxes, more = _boxes(text)
    posted = QueryDict(mutable=True)
    posted.setlist("hours", [f"{day}-{hour}" for day, hour in boxes])
    posted["hours_more"] = more

    back = HoursGrid().value_from_datadict(posted, None, "hours")

    assert parse_hours(back or "") == quarters


def test_hours_that_cannot_be_read_stay_in_sight() -> None:
    assert _boxes("mornings; Tue 09:00-10:00") == ({(1, 9)}, "mornings")


def test_boxes_that_are_none_are_passed_over() -> None:
    posted = QueryDict("hours=9-9&hours=x&hours=0-99&hours=0-9&hours_more=")

    assert HoursGrid().value_from_datadict(posted, None, "hours") == "Mon 09:00-10:00"


def test_the_grid_is_a_table_with_a_box_for_each_hour() -> None:
    shown = HoursGrid().render("hours", "Tue 09:00-11:30")

    assert shown.count('type="checkbox"') == 14 * len(DAYS)
    assert shown.count("checked") == 2
    assert 'value="Tue 11:00-11:30"' in shown


def test_busy_hours_leave_and_nothing_else_is_kept(
    program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = make_participant(program, "Ana", hours="Mon 09:00-12:00")
    text = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        b"SUMMARY:Secret therapy\r\nDTSTART:20200106T100000Z\r\nDTEND:20200106T110000Z\r\n"
        b"RRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    monkeypatch.setattr("peerloom.participants.actions.time.fetch", lambda address: text)

    taken = actions.take_out_busy(
        ana, key="hours", address="https://x.example/a.ics", zone="UTC", by=ana.person
    )

    ana.refresh_from_db()
    assert taken == 1
    assert ana.answers == {"hours": "Mon 09:00-10:00; Mon 11:00-12:00"}
    assert ana.time_zone == "UTC"


def test_a_hostile_calendar_address_changes_nothing(program: Any, client: Client) -> None:
    ana = make_participant(program, "Ana", hours="Mon 09:00-12:00")
    client.force_login(ana.person)

    answer = client.post(
        reverse("place_calendar", args=[ana.pk]), {"address": "http://169.254.169.254/latest"}
    )

    ana.refresh_from_db()
    assert "public internet" in answer.content.decode()
    assert ana.answers == {"hours": "Mon 09:00-12:00"}


def test_days_away_are_kept_once_and_taken_back(program: Any, client: Client) -> None:
    ana = make_participant(program, "Ana")
    client.force_login(ana.person)
    page = reverse("place_calendar", args=[ana.pk])

    for _ in range(2):
        client.post(page, {"first": "2026-08-03", "last": "2026-08-21"})
    backwards = client.post(page, {"first": "2026-08-21", "last": "2026-08-03"})

    assert "comes after the first" in backwards.content.decode()
    away = ana.away.get()
    client.post(reverse("away_back", args=[ana.pk, away.pk]))
    assert not ana.away.exists()


def test_observations_count_in_the_matching_only_where_the_policy_says_so(
    program: Any, manager: Any
) -> None:
    people = make_people(program, 4)
    for k, tag in ((0, "talks things through"), (1, "Talks things through; a lot"), (2, "")):
        actions.observe(
            people[k], kind="learns", text="Seen.", tag=tag, made_on=date(2026, 2, 1), by=manager
        )
    before = match(pool_of(program, people), policy_of(program))
    criterion = {"kind": "observed", "field": "observed", "name": "seen", "weight": "matters"}
    policy = {**program.policy, "criterion": [*program.policy["criterion"], criterion]}
    set_policy(program, policy, by=manager)
    after = match(pool_of(program, people), policy_of(program))

    assert "observed" not in {c.kind for c in before.policy.criteria}
    assert "observed" in {c.kind for c in after.policy.criteria}
    cells = dict(zip(after.pool.ids, after.pool.column("observed"), strict=True))
    # A ';' would make two observations of one.
    assert cells[str(people[1].pk)] == "Talks things through, a lot"
    assert cells[str(people[2].pk)] == ""


def test_only_managers_observe_and_nobody_else_reads(program: Any, client: Client) -> None:
    ana, ben = make_participant(program, "Ana"), make_participant(program, "Ben")
    stranger = make_person("x@other.example", make_organisation("Other"), "manager")

    for by in (ana.person, ben.person, stranger):
        with pytest.raises(NotAllowed):
            actions.observe(ana, kind="cares", text="PLANTED", made_on=date(2026, 2, 1), by=by)
    client.force_login(ana.person)
    assert client.get(reverse("participant", args=[program.pk, ana.pk])).status_code == 404


def test_a_manager_notes_and_deletes_on_the_page(
    program: Any, manager: Any, client: Client
) -> None:
    ana = make_participant(program, "Ana")
    client.force_login(manager)
    page = reverse("participant", args=[program.pk, ana.pk])

    wrong = client.post(reverse("observe", args=[program.pk, ana.pk]), {"kind": "learns"})
    said = {"kind": "learns", "text": "<b>By doing</b>", "tag": "hands on", "made_on": "2026-02-01"}
    client.post(reverse("observe", args=[program.pk, ana.pk]), said)

    assert wrong.status_code == 422
    shown = client.get(page).content.decode()
    assert "&lt;b&gt;By doing" in shown
    assert "hands on" in shown
    client.post(reverse("unobserve", args=[program.pk, ana.pk, ana.observations.get().pk]))
    assert not ana.observations.exists()
