"""Places by lot: announced, drawn once, in line by lot; what it lets results say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.test import Client

from peerloom.accounts.models import Person
from peerloom.core.holdings import data_of
from peerloom.evidence import drawn, fingerprint
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.actions import (
    announce_draw,
    apply,
    decline,
    draw_places,
    fill_places,
    reseal_draws,
)
from peerloom.participants.errors import CannotDraw
from peerloom.participants.models import Draw, Participant
from peerloom.participants.queries import draw_of, lots_of, place_in_line
from peerloom.partnerships import actions as together
from peerloom.programs.models import Program
from peerloom.pulses.actions import ask_pulses, note_answers
from peerloom.pulses.models import PulseReply
from peerloom.pulses.queries import asks
from peerloom.results.actions import take_edition
from peerloom.results.figures import Figure
from tests.factories import make_participant
from tests.rooms.asking import BEGINS, ENDS, on, pulse_at

pytestmark = pytest.mark.django_db

DAY = BEGINS - timedelta(days=10)
EARLY = DAY - timedelta(days=10)


@pytest.fixture
def recruiting(program: Program) -> Program:
    Program.objects.filter(pk=program.pk).update(starts_on=BEGINS, ends_on=ENDS)
    program.refresh_from_db()
    return program


def announced(program: Program, by: Person, places: int = 3) -> Draw:
    with on(EARLY):
        return announce_draw(
            program, places=places, public_from="the lottery", public_on=DAY, by=by
        )


def applicants(program: Program, count: int, day: date = EARLY) -> list[Participant]:
    found = []
    with on(day):
        for k in range(count):
            one = make_participant(
                program, f"Peer{day:%d}{k:02}", state="applying", wants="sql", offers="sql"
            )
            found.append(apply(one, by=one.person))
    return found


def test_whoever_applies_waits_with_a_ticket(recruiting: Program, manager: Person) -> None:
    announced(recruiting, manager)
    people = applicants(recruiting, 5)

    assert {p.state for p in people} == {"waiting"}
    assert len({p.ticket.code for p in people}) == 5
    letter = OutboxMessage.objects.get(to=people[0].person.email)
    assert "draw" in letter.subject
    assert "/draw/" in letter.text
    assert people[0].ticket.code in str(data_of(people[0].person))


def test_the_first_of_the_draw_get_the_places_and_the_others_stand_in_line_by_lot(
    recruiting: Program, manager: Person
) -> None:
    draw = announced(recruiting, manager)
    applicants(recruiting, 8)
    with on(DAY):
        assert draw_places(draw, " 4 8  15 ", by=manager) == 3

    view = draw_of(recruiting)
    assert view is not None
    assert view.tickets == drawn(view.tickets, view.secret, "4 8 15")
    assert fingerprint(view.secret) == draw.fingerprint
    by_lot = list(recruiting.participants.order_by("lot"))
    assert [p.state for p in by_lot] == ["looking"] * 3 + ["waiting"] * 5
    assert [place_in_line(p) for p in by_lot] == [0, 0, 0, 1, 2, 3, 4, 5]
    assert lots_of(recruiting) == {p.pk: k < 3 for k, p in enumerate(by_lot)}
    kinds = OutboxMessage.objects.filter(kind__in=("accepted", "not_drawn"))
    assert sorted(kinds.values_list("kind", flat=True)) == ["accepted"] * 3 + ["not_drawn"] * 5


def test_a_place_that_becomes_free_goes_to_the_next_by_lot(
    recruiting: Program, manager: Person
) -> None:
    draw = announced(recruiting, manager)
    applicants(recruiting, 6)
    late = applicants(recruiting, 1, day=DAY)[0]
    with on(DAY):
        draw_places(draw, "1", by=manager)
        first = recruiting.participants.get(lot=1)
        decline(first, by=manager)

    assert recruiting.participants.get(lot=4).state == "looking"
    assert recruiting.participants.get(lot=5).state == "waiting"
    # Who came on the day itself has no ticket, and stands behind all who have.
    late.refresh_from_db()
    assert late.lot is None
    assert place_in_line(late) == 3


def test_nobody_gets_a_place_before_the_draw(recruiting: Program, manager: Person) -> None:
    announced(recruiting, manager)
    applicants(recruiting, 2)

    assert fill_places(recruiting) == 0


def test_it_is_drawn_once_and_not_before_its_day(recruiting: Program, manager: Person) -> None:
    draw = announced(recruiting, manager)
    applicants(recruiting, 5)
    with on(DAY - timedelta(days=1)), pytest.raises(CannotDraw, match="before its day"):
        draw_places(draw, "1", by=manager)
    with on(DAY):
        with pytest.raises(CannotDraw, match="public number"):
            draw_places(draw, "  ", by=manager)
        draw_places(draw, "1", by=manager)
        before = [t.code for t in draw.tickets.all()]
        with pytest.raises(CannotDraw, match="already"):
            draw_places(draw, "2", by=manager)

    assert [t.code for t in draw.tickets.all()] == before


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"public_on": EARLY}, "day to come"),
        ({"places": 0}, "how many places"),
        ({"public_from": " "}, "comes from"),
    ],
)
def test_what_cannot_be_announced_is_refused(
    recruiting: Program, manager: Person, more: dict[str, Any], why: str
) -> None:
    said = {"places": 3, "public_from": "the lottery", "public_on": DAY} | more
    with on(EARLY), pytest.raises(CannotDraw, match=why):
        announce_draw(recruiting, by=manager, **said)


def test_where_somebody_has_a_place_none_are_drawn(recruiting: Program, manager: Person) -> None:
    make_participant(recruiting, "Ana")

    with pytest.raises(CannotDraw, match="has a place already"):
        announced(recruiting, manager)


def test_the_public_page_tells_the_secret_only_afterwards(
    recruiting: Program, manager: Person, client: Client
) -> None:
    draw = announced(recruiting, manager)
    people = applicants(recruiting, 4)
    address = f"/p/{recruiting.slug}/draw/"

    before = client.get(address).content.decode()
    with on(DAY):
        draw_places(draw, "4 8 15", by=manager)
    view = draw_of(recruiting)
    assert view is not None
    after = client.get(address).content.decode()

    assert draw.fingerprint in before
    assert view.secret not in before
    assert view.secret in after
    assert all(p.ticket.code in before for p in people)
    assert all(p.person.name not in after and p.person.email not in after for p in people)
    listed = client.get(f"{address}?as=txt").content.decode().split()
    assert listed == sorted(view.tickets)


def test_the_secret_is_sealed_anew_with_the_servers_keys(
    recruiting: Program, manager: Person, settings: Any
) -> None:
    from cryptography.fernet import Fernet

    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.ENCRYPTION_KEYS = [old]
    draw = announced(recruiting, manager)
    applicants(recruiting, 2)
    settings.ENCRYPTION_KEYS = [new, old]
    assert reseal_draws() == 1
    settings.ENCRYPTION_KEYS = [new]
    with on(DAY):
        assert draw_places(draw, "1", by=manager) == 2


def test_a_ticket_outlives_whoever_held_it(recruiting: Program, manager: Person) -> None:
    draw = announced(recruiting, manager)
    people = applicants(recruiting, 4)
    people[0].delete()
    with on(DAY):
        assert draw_places(draw, "1", by=manager) == 3
    assert draw.tickets.count() == 4


class TestWhatItLetsResultsSay:
    @pytest.fixture
    def drawn_program(self, recruiting: Program, manager: Person) -> Program:
        draw = announced(recruiting, manager, places=20)
        applicants(recruiting, 40)
        with on(DAY):
            draw_places(draw, "1", by=manager)
        Program.objects.filter(pk=recruiting.pk).update(state="running")
        recruiting.refresh_from_db()
        placed = list(recruiting.participants.filter(state="looking"))
        with on(BEGINS):
            for k in range(0, 20, 2):
                together.open_partnership(placed[k : k + 2])
        recruiting.participants.filter(state="looking").update(state="matched")
        return recruiting

    def test_those_not_drawn_are_asked_what_compares(self, drawn_program: Program) -> None:
        with on(BEGINS):
            assert ask_pulses() == 40
        with on(ENDS):
            assert ask_pulses() == 40
            reply = PulseReply.objects.filter(
                pulse__moment="end", participant__state="waiting"
            ).first()
            assert reply
            keys = {i.key for i in asks(reply)}
        assert "able:sql" in keys
        assert not keys & {"match.same_peer", "again.again", "open.open", "touch.in_touch"}

    def test_the_difference_by_lot_stands_beside_the_change(self, drawn_program: Program) -> None:
        dice, at = Random(4), datetime(2026, 2, 2, 9, tzinfo=UTC)
        people = list(drawn_program.participants.order_by("pk"))
        first = {p.pk: dice.choice((1, 2, 3)) for p in people}
        # Everybody gets better by one; those with a peer by two.
        last = {p.pk: first[p.pk] + (2 if p.state == "matched" else 1) for p in people}
        moved = drawn_program.participants.filter(state="waiting").first()
        for moment, said in (("baseline", first), ("end", last)):
            rows = [(p, {"able:sql": min(5, said[p.pk])}, at) for p in people]
            note_answers(pulse_at(drawn_program, moment), rows)
        with on(ENDS + timedelta(days=1)):
            edition = take_edition(drawn_program)

        found = next(Figure.from_dict(f) for f in edition.figures if f["key"] == "skill_growth")
        beside = {b.name: b for b in found.beside}
        # Of those who had a peer alone.
        assert (found.value, found.n) == (2, 20)
        assert beside["not drawn"].value == 1
        assert beside["difference by lot"].value == 1
        assert found.claim == "drawn"
        assert "drawn by lot" in found.words
        assert moved
