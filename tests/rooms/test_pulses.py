"""Pulses: asked within limits, answered by a link, read by nobody one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from peerloom.accounts.models import Person, PersonRecord
from peerloom.core.holdings import data_of
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.models import Participant
from peerloom.participants.queries import places_of
from peerloom.partnerships import actions as together
from peerloom.programs import actions as programs
from peerloom.programs.errors import PulseRefused
from peerloom.programs.models import Program, Pulse
from peerloom.programs.scales import SCALES, scales_at
from peerloom.programs.template_library import LANGUAGES, words
from peerloom.pulses import actions
from peerloom.pulses.errors import NothingSaid, PulseOver
from peerloom.pulses.items import score, skills_in
from peerloom.pulses.models import PulseReply
from peerloom.pulses.queries import asks, open_for, reply_of, responses, said_in, token_of
from peerloom.pulses.windows import window_of
from tests.factories import make_participant
from tests.rooms.asking import BEGINS, ENDS, answer, ask, dated, on, pulse_at, weeks

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(program: Program) -> Program:
    for name in ("Ana", "Ben", "Cleo"):
        make_participant(program, name, wants="sql; hiring; design; writing", offers="python")
    return dated(program)


def place(program: Program, name: str) -> Participant:
    return program.participants.get(person__name=name)


def letters(person: Person) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(to=person.email, kind="pulse").order_by("pk"))


def test_everybody_is_asked_once_and_reminded_twice_a_week_apart(running: Program) -> None:
    ana = place(running, "Ana").person

    counts = [ask(BEGINS + timedelta(days=d)) for d in (0, 0, 1, 6, 7, 8, 14, 21, 27)]

    assert counts == [3, 0, 0, 0, 3, 0, 3, 0, 0]
    assert len(letters(ana)) == 3
    assert "/pulse/" in letters(ana)[0].text
    assert "2 March 2026" in letters(ana)[0].text


def test_who_has_answered_is_left_in_peace(running: Program) -> None:
    ask()
    answer(place(running, "Ana"), "baseline", {"able:sql": 2}, BEGINS)

    assert ask(BEGINS + weeks(1)) == 2


def test_a_nudge_within_the_week_comes_before_a_pulse(running: Program) -> None:
    ana = place(running, "Ana").person
    with on(BEGINS - timedelta(days=2)):
        from django.utils import timezone

        from peerloom.care.actions import had_turn, take_turns

        had_turn(take_turns([ana.pk], timezone.now()), timezone.now())

    assert ask() == 2
    assert ask(BEGINS + timedelta(days=5)) == 1


def test_half_way_those_are_asked_who_had_a_peer(running: Program) -> None:
    with on(BEGINS):
        together.open_partnership([place(running, "Ana"), place(running, "Ben")])
    middle = window_of(pulse_at(running, "midpoint"))
    assert middle

    assert ask(middle.opens) == 2


def test_those_who_left_are_not_written_to(running: Program) -> None:
    ask()
    Participant.objects.filter(person__name="Ana").update(state="left")

    assert ask(BEGINS + weeks(1)) == 2


def test_a_pulse_switched_off_asks_nobody_and_keeps_its_answers(
    running: Program, manager: Person
) -> None:
    ask()
    answer(place(running, "Ana"), "baseline", {"able:sql": 2}, BEGINS)
    pulse = pulse_at(running, "baseline")
    programs.write_pulse(running, pulse=pulse, scales=pulse.scales, off=True, by=manager)

    assert ask(BEGINS + weeks(1)) == 0
    assert len(said_in(running, "baseline")) == 1
    with pytest.raises(PulseOver):
        answer(place(running, "Ben"), "baseline", {"able:sql": 2}, BEGINS)


def test_a_link_opens_ones_own_questions_and_nobody_elses(running: Program) -> None:
    ask()
    replies = PulseReply.objects.select_related("participant__person").order_by("pk")
    first, second = replies[0], replies[1]
    token = token_of(first)

    found = reply_of(token)

    assert found == first
    assert reply_of(f"{second.pk}-{token.partition('-')[2]}") is None
    for bad in ("", "1", "x-y", f"{first.pk}-", "9" * 40 + "-a", "²-a"):
        assert reply_of(bad) is None
    # Signing out everywhere ends it.
    Person.objects.filter(pk=first.participant.person_id).update(sign_in_epoch=7)
    assert reply_of(token) is None


def test_the_last_answer_counts(running: Program) -> None:
    ask()
    ana = place(running, "Ana")

    answer(ana, "baseline", {"able:sql": 2, "able:hiring": 4}, BEGINS)
    answer(ana, "baseline", {"able:sql": 3}, BEGINS + weeks(1))

    assert said_in(running, "baseline") == {ana.pk: (2, {"able:sql": 3})}


@pytest.mark.parametrize(
    "said",
    [{}, {"able:sql": ""}, {"able:sql": "0"}, {"able:sql": "6"}, {"able:sql": "²"},
     {"able:sql": "1" * 5000}, {"nobody.asked": "3"}, {"able:sql": "-1"}],
)  # fmt: skip
def test_what_is_off_its_scale_or_was_not_asked_is_no_answer(
    running: Program, said: dict[str, str]
) -> None:
    ask()

    with pytest.raises(NothingSaid):
        answer(place(running, "Ana"), "baseline", said, BEGINS)
    assert said_in(running, "baseline") == {}


def test_no_answer_before_it_opens_or_after_it_closes(running: Program) -> None:
    ask()
    window = window_of(pulse_at(running, "baseline"))
    assert window

    for day in (window.opens - timedelta(days=1), window.closes + timedelta(days=1)):
        with pytest.raises(PulseOver):
            answer(place(running, "Ana"), "baseline", {"able:sql": 2}, day)
    answer(place(running, "Ana"), "baseline", {"able:sql": 2}, window.closes)


def test_skills_are_asked_again_as_they_were_with_a_look_back(running: Program) -> None:
    ana, ben = place(running, "Ana"), place(running, "Ben")
    ask()
    answer(ana, "baseline", {"able:sql": 2, "able:design": 1}, BEGINS)
    with on(BEGINS):
        together.open_partnership([ana, ben])
    Participant.objects.filter(pk=ana.pk).update(answers={"wants": "rust"})
    ask(ENDS)

    with on(ENDS):
        items = asks(PulseReply.objects.get(participant=ana, pulse__moment="end"))

    keys = [i.key for i in items if ":" in i.key]
    assert keys == ["able:sql", "then:sql", "able:design", "then:design"]
    # Of several wants, the first three.
    first = asks(PulseReply.objects.get(participant=ben, pulse__moment="baseline"))
    assert [i.key for i in first] == ["able:sql", "able:hiring", "able:design"]


def test_questions_are_in_the_persons_language(running: Program) -> None:
    ask()
    Person.objects.filter(name="Ana").update(language="fr")
    reply = PulseReply.objects.get(participant__person__name="Ana")

    assert asks(reply)[0].text == "Êtes-vous à l’aise dans … sql"


def test_answers_are_sealed_and_told_to_their_author_alone(running: Program) -> None:
    ask(ENDS)
    with on(BEGINS):
        together.open_partnership([place(running, "Ana"), place(running, "Ben")])
    ask(ENDS)
    secret = "Planted: I would leave tomorrow."
    answer(place(running, "Ana"), "end", {"open.open": secret}, ENDS)

    with connection.cursor() as cursor:
        cursor.execute("SELECT answers_sealed FROM pulses_pulsereply")
        raw = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert b"Planted" not in raw
    assert raw
    assert secret in str(data_of(place(running, "Ana").person))
    assert secret not in str(data_of(place(running, "Ben").person))


def test_keys_are_wrapped_anew_and_answers_stay_readable(running: Program, settings: Any) -> None:
    from cryptography.fernet import Fernet

    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.ENCRYPTION_KEYS = [old]
    ask()
    answer(place(running, "Ana"), "baseline", {"able:sql": 2}, BEGINS)

    settings.ENCRYPTION_KEYS = [new, old]
    assert actions.rewrap_keys() == 1
    settings.ENCRYPTION_KEYS = [new]

    assert list(said_in(running, "baseline").values()) == [(1, {"able:sql": 2})]


def test_a_home_page_offers_what_waits(running: Program) -> None:
    ask()
    ana = place(running, "Ana").person
    with on(BEGINS):
        assert len(open_for(ana)) == 1
    answer(place(running, "Ana"), "baseline", {"able:sql": 2}, BEGINS)
    with on(BEGINS):
        assert open_for(ana) == []
    assert places_of(ana).count() == 1


def test_who_is_missing_is_told_as_counts_and_never_of_few(program: Program) -> None:
    for k in range(17):
        name = f"Peer{k:02}"
        make_participant(program, name, wants="sql")
        PersonRecord.objects.create(
            organisation=program.organisation,
            email=f"peer{k:02}@{program.organisation.slug}.example",
            unit="Sales" if k < 8 else "Legal",
        )
    dated(program)
    ask()
    # Seven of eight in Sales, two of nine in Legal.
    for k in (*range(7), 8, 9):
        answer(place(program, f"Peer{k:02}"), "baseline", {"able:sql": 2}, BEGINS)

    with on(BEGINS):
        first = responses(program, by_unit=True)[0]

    assert (first.asked, first.answered) == (17, 9)
    # One missing, and two who answered: either would tell of few.
    assert {g.name: g.answered for g in first.groups} == {"Legal": None, "Sales": None}


def test_scales_score_as_they_say() -> None:
    company = next(s for s in SCALES if s.key == "company")

    assert score({"company.ask": 4, "company.alone": 2}, company) == 4
    assert score({"company.alone": 5}, company) == 1
    assert score({"belonging.myself": 5}, next(s for s in SCALES if s.key == "belonging")) is None
    assert skills_in({"able:a": 2, "then:a": 1, "open.open": "x"}, "able:") == {"a": 2}


def test_every_scale_has_words_in_every_language() -> None:
    for language in LANGUAGES:
        assert set(words(language)["scales"]) == {s.key for s in SCALES}
        assert all(len(s.asks(language)) == len(s.items) for s in SCALES)
        assert set(words(language)["pulse"]) == set(words("en")["pulse"])


def test_the_first_and_the_last_pulse_ask_the_same_of_a_programs_aims() -> None:
    for objectives in (["skills"], ["belonging", "lead"], ["arrive", "connect", "grow"]):
        first, last = (scales_at(m, objectives) for m in ("baseline", "end"))

        assert [s for s in last if s in first] == first


class TestOnesOwn:
    def test_statements_keep_their_answers_when_reworded(
        self, running: Program, manager: Person
    ) -> None:
        own = programs.write_pulse(
            running, scales=[], own=[{"text": "The room was quiet."}], opens_on=BEGINS, by=manager
        )
        [said] = own.own
        programs.write_pulse(
            running, pulse=own, scales=[], opens_on=BEGINS, by=manager,
            own=[{"key": said["key"], "text": "The room was calm."}, {"text": "It was warm."}],
        )  # fmt: skip

        assert [s["key"] for s in own.own] == [said["key"], "it_was_warm"]
        assert window_of(own) == window_of(Pulse.objects.get(pk=own.pk))

    @pytest.mark.parametrize(
        ("more", "why"),
        [
            ({"scales": []}, "asks nothing"),
            ({"scales": ["safety"], "opens_on": None}, "which day it opens"),
            ({"scales": ["safety"], "closes_on": BEGINS - weeks(1)}, "before it opens"),
            ({"own": [{"text": f"Number {k}"} for k in range(7)]}, "Up to 6"),
        ],
    )
    def test_what_cannot_be_asked_is_refused(
        self, running: Program, manager: Person, more: dict[str, Any], why: str
    ) -> None:
        with pytest.raises(PulseRefused, match=why):
            programs.write_pulse(
                running, by=manager, **({"scales": ["safety"], "opens_on": BEGINS} | more)
            )

    def test_only_ones_own_can_be_taken_out(self, running: Program, manager: Person) -> None:
        own = programs.write_pulse(running, scales=["safety"], opens_on=BEGINS, by=manager)
        programs.drop_pulse(own, by=manager)

        assert running.pulses.count() == 4
        with pytest.raises(PulseRefused):
            programs.drop_pulse(pulse_at(running, "end"), by=manager)


def test_a_program_is_closed_once_its_last_pulse_is_over(running: Program) -> None:
    last = window_of(pulse_at(running, "end"))
    assert last
    with on(last.closes):
        assert programs.close_over() == 0
    with on(ENDS + weeks(6) + timedelta(days=1)):
        assert [programs.close_over(), programs.close_over()] == [1, 0]
    running.refresh_from_db()
    assert running.state == Program.State.CLOSED


def test_pulses_of_before_are_brought_over_with_a_managers_own_statements(program: Program) -> None:
    from importlib import import_module

    from django.apps import apps

    program.pulses.all().delete()
    said = "I feel that I belong here.\nThe coffee is good.\n\nJe me vois ici dans deux ans."
    program.materials.create(key="pulse_baseline", kind="pulse", title="Before", body=said)

    import_module("peerloom.programs.migrations.0010_pulses").from_materials(apps, None)

    first = pulse_at(program, "baseline")
    assert first.scales == ["belonging", "stay"]
    assert [s["text"] for s in first.own] == ["The coffee is good."]
    assert {p.moment for p in program.pulses.all()} == {"baseline", "meeting", "midpoint", "end"}
    assert not program.materials.filter(kind="pulse").exists()
