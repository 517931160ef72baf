"""Answering by a link, and how managers set pulses and draws up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from peerloom.accounts.models import Person
from peerloom.participants.models import Participant
from peerloom.programs.models import Program, Pulse
from peerloom.pulses.models import PulseReply
from peerloom.pulses.queries import said_in, token_of
from peerloom.results.actions import take_edition
from tests.factories import make_participant
from tests.rooms.asking import BEGINS, ENDS, ask, dated, on, pulse_at, weeks

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(program: Program) -> PulseReply:
    make_participant(program, "Ana", wants="sql; hiring", offers="python")
    dated(program)
    ask()
    return PulseReply.objects.select_related("participant__person").get()


def test_somebody_answers_without_signing_in_and_may_answer_again(
    reply: PulseReply, program: Program, client: Client
) -> None:
    address = f"/pulse/{token_of(reply)}/"
    with on(BEGINS):
        page = client.get(address).content.decode()
        done = client.post(address, {"able:sql": "2", "able:hiring": "4"})
        again = client.post(address, {"able:sql": "3"})

    assert 'name="able:sql"' in page
    assert "Thank you" in done.content.decode()
    assert again.status_code == 200
    assert said_in(program, "baseline")[reply.participant_id] == (2, {"able:sql": 3})
    # What was said before is not shown to whoever has the link.
    with on(BEGINS):
        assert "checked" not in client.get(address).content.decode()


def test_nothing_chosen_is_said_and_nothing_lost(
    reply: PulseReply, program: Program, client: Client
) -> None:
    with on(BEGINS):
        answer = client.post(f"/pulse/{token_of(reply)}/", {"able:sql": "99"})

    assert answer.status_code == 422
    assert "Answer one question at least" in answer.content.decode()
    assert said_in(program, "baseline") == {}


def test_a_link_is_over_with_its_pulse(reply: PulseReply, client: Client) -> None:
    address = f"/pulse/{token_of(reply)}/"
    with on(BEGINS + weeks(5)):
        late = client.get(address)
        posted = client.post(address, {"able:sql": "2"})

    assert (late.status_code, posted.status_code) == (410, 410)
    assert "These questions are over" in late.content.decode()
    assert client.get("/pulse/1-made-up/").status_code == 410


def test_questions_come_in_the_readers_language(reply: PulseReply, client: Client) -> None:
    Person.objects.update(language="es")
    with on(BEGINS):
        page = client.get(f"/pulse/{token_of(reply)}/").content.decode()

    assert 'lang="es"' in page
    assert "¿Qué soltura tiene en" in page
    assert "Enviar" in page


def test_home_leads_to_it(reply: PulseReply, client: Client) -> None:
    client.force_login(reply.participant.person)
    with on(BEGINS):
        page = client.get("/home/").content.decode()

    assert f"/pulse/{token_of(reply)}/" in page


class TestSettingUp:
    @pytest.fixture
    def at(self, program: Program, manager: Person, client: Client) -> Client:
        dated(program)
        client.force_login(manager)
        return client

    def test_a_pulse_of_ones_own(self, at: Client, program: Program) -> None:
        said = {
            "name": "In spring", "scales": ["safety"], "own_0": "It fits.", "own_0_fr": "Ça va.",
            "opens_on": "2026-04-01", "closes_on": "2026-04-10",
        }  # fmt: skip
        answer = at.post(f"/manage/{program.pk}/design/pulses/new/", said)

        assert answer.status_code == 302
        own = program.pulses.get(moment=Pulse.When.OWN)
        assert own.own == [{"key": "it_fits", "text": "It fits.", "texts": {"fr": "Ça va."}}]
        page = at.get(f"/manage/{program.pk}/design/pulses/{own.pk}/").content.decode()
        assert "It fits." in page
        at.post(f"/manage/{program.pk}/design/pulses/{own.pk}/", {"verb": "drop"})
        assert not program.pulses.filter(pk=own.pk).exists()

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ({"scales": ["safety"]}, "which day it opens"),
            ({"opens_on": "2026-04-01"}, "asks nothing"),
            ({"scales": ["nothing"], "opens_on": "2026-04-01"}, "not one of the available"),
            ({"scales": ["safety"], "opens_on": "soon"}, "valid date"),
        ],
    )
    def test_what_cannot_be_asked_says_why(
        self, at: Client, program: Program, said: dict[str, Any], why: str
    ) -> None:
        answer = at.post(f"/manage/{program.pk}/design/pulses/new/", said)

        assert answer.status_code == 422
        assert why in answer.content.decode()
        assert program.pulses.count() == 4

    def test_what_the_first_pulse_asks_is_chosen(self, at: Client, program: Program) -> None:
        pulse = pulse_at(program, "baseline")
        at.post(f"/manage/{program.pk}/design/pulses/{pulse.pk}/", {"scales": ["belonging"]})
        pulse.refresh_from_db()

        assert pulse.scales == ["belonging"]
        assert not pulse.off
        at.post(
            f"/manage/{program.pk}/design/pulses/{pulse.pk}/",
            {"scales": ["belonging"], "off": "yes"},
        )
        pulse.refresh_from_db()
        assert pulse.off

    def test_a_draw_is_announced_and_drawn(self, at: Client, program: Program) -> None:
        address = f"/manage/{program.pk}/people/draw/"
        day = BEGINS + timedelta(days=3)
        with on(BEGINS):
            bad = at.post(address, {"places": "2", "public_from": "x", "public_on": "2026-01-01"})
            at.post(address, {"places": "2", "public_from": "The lottery", "public_on": f"{day}"})
            for k in range(3):
                make_participant(program, f"P{k}", state="waiting")
            early = at.get(address).content.decode()
        from peerloom.participants.actions.drawing import give_tickets

        with on(BEGINS):
            give_tickets(program)
        with on(day):
            at.post(address, {"number": "1 2 3"})

        assert "a day to come" in bad.content.decode()
        assert "button to draw is here from" in early
        states = Participant.objects.filter(program=program).values_list("state", flat=True)
        assert sorted(states) == ["looking", "looking", "waiting"]

    def test_the_overview_says_what_good_managers_do_now(
        self, at: Client, program: Program, manager: Person
    ) -> None:
        for k in range(6):
            make_participant(program, f"P{k}", wants="sql")
        dated(program)
        ask()
        with on(BEGINS + weeks(3.5)):
            few = at.get(f"/manage/{program.pk}/").content.decode()
        with on(ENDS + weeks(1)):
            take_edition(program)
            over = at.get(f"/manage/{program.pk}/").content.decode()

        assert "0 % have answered: before it begins." in few
        assert "It closes on 2 March" in few
        assert "Send on what it was worth." in over
        assert f"/results/{program.pk}/" in over
