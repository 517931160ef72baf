"""Asked once after a meeting, answered by a link in ten seconds."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from peerloom.accounts.models import Person
from peerloom.care.actions import quieten
from peerloom.messaging.models import OutboxMessage
from peerloom.partnerships import actions as together
from peerloom.partnerships.models import CheckIn, Meeting
from peerloom.partnerships.private import safe
from peerloom.programs import actions as programs
from peerloom.programs.models import Program
from peerloom.pulses.actions import ask_after_meetings
from peerloom.pulses.models import MeetingAsk
from peerloom.pulses.queries import meeting_token_of
from tests.rooms.asking import pulse_at
from tests.rooms.caring import day, run
from tests.rooms.partners import NOW, Pair, make_pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(program: Program) -> Pair:
    run(program)
    with day(0):
        return make_pair(program)


def met(pair: Pair, on: float) -> Meeting:
    partnership, _, _ = pair
    return Meeting.objects.create(
        partnership=partnership, starts_at=NOW + timedelta(days=on), minutes=60, state="planned"
    )


def ask(on: float) -> int:
    with day(on):
        return ask_after_meetings()


def token(person: Person) -> str:
    rows = MeetingAsk.objects.select_related("member__participant__person")
    return meeting_token_of(rows.get(member__participant__person=person))


def test_each_is_asked_once_when_the_meeting_is_over(pair: Pair) -> None:
    met(pair, 1)

    # While it goes on, soon after it, the same evening, the day after.
    assert [ask(t) for t in (1.02, 1.1, 1.5, 1.6, 2)] == [0, 0, 2, 0, 0]
    letter = OutboxMessage.objects.get(to=pair[1].email, kind="after_meeting")
    assert letter.subject == "How was it with Ben?"
    assert "/pulse/meeting/" in letter.text


def test_who_has_said_it_is_not_asked(pair: Pair) -> None:
    meeting = met(pair, 1)
    with day(1.1):
        together.check_in(meeting, {"hats": 2}, by=pair[1])

    assert ask(1.5) == 1
    assert MeetingAsk.objects.get().member.participant.person == pair[2]


def test_at_most_one_message_a_week_and_none_for_who_wants_peace(pair: Pair) -> None:
    met(pair, 1)
    met(pair, 3)
    with day(0):
        quieten(pair[2], until=(NOW + timedelta(days=30)).date())

    assert [ask(t) for t in (1.5, 3.5)] == [1, 0]


@pytest.mark.parametrize("gone", ["cancelled", "old", "ended", "off", "closed"])
def test_nobody_is_asked_about_what_is_past_or_did_not_happen(
    pair: Pair, manager: Person, gone: str
) -> None:
    meeting = met(pair, 1)
    program = pair[0].program
    if gone == "cancelled":
        Meeting.objects.update(state="cancelled")
    if gone == "ended":
        type(pair[0]).objects.update(state="ended", ended_at=NOW)
    if gone == "off":
        programs.write_pulse(
            program, pulse=pulse_at(program, "meeting"), scales=[], off=True, by=manager
        )
    if gone == "closed":
        Program.objects.update(state="closed")

    assert ask(5 if gone == "old" else 1.5) == 0
    assert not meeting.asks.exists()


def test_a_link_says_it_once_without_signing_in(pair: Pair, client: Client) -> None:
    partnership, ana, ben = pair
    meeting = met(pair, 1)
    ask(1.5)
    address = f"/pulse/meeting/{token(ana)}/"
    with day(2):
        page = client.get(address)
        empty = client.post(address, {"hats": "9"})
        done = client.post(address, {"hats": "0", "worth": "4", "made_up": "3"})
        again = client.post(address, {"hats": "4"})

    assert "Who asked, who shared?" in page.content.decode()
    assert (empty.status_code, done.status_code, again.status_code) == (422, 200, 410)
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.HELD
    [said] = CheckIn.objects.filter(meeting=meeting)
    assert said.owner.participant.person == ana
    assert json.loads(safe(partnership).read(bytes(said.answers_sealed))) == {"hats": 0, "worth": 4}
    # A link is one person's: another's secret does not fit.
    number = MeetingAsk.objects.get(member__participant__person=ben).pk
    stolen = f"{number}-{token(ana).partition('-')[2]}"
    with day(2):
        assert client.get(f"/pulse/meeting/{stolen}/").status_code == 410


def test_a_link_is_over_after_two_weeks(pair: Pair, client: Client) -> None:
    met(pair, 1)
    ask(1.5)
    with day(16):
        answer = client.post(f"/pulse/meeting/{token(pair[1])}/", {"hats": "2"})

    assert answer.status_code == 410
    assert not CheckIn.objects.exists()


def test_it_is_asked_in_the_persons_language(pair: Pair, client: Client) -> None:
    Person.objects.filter(pk=pair[1].pk).update(language="fr")
    met(pair, 1)
    ask(1.5)
    with day(2):
        page = client.get(f"/pulse/meeting/{token(pair[1])}/").content.decode()

    assert "Qui a demandé, qui a partagé\u00a0?" in page
    letter = OutboxMessage.objects.get(to=pair[1].email, kind="after_meeting")
    assert letter.subject == "Comment était-ce avec Ben ?"
