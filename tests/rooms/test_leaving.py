"""Leaving, pausing and meeting someone new: nobody learns who wished it, and when tells nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product

import pytest

from peerloom.accounts.errors import NotAllowed
from peerloom.accounts.models import Organisation, Person
from peerloom.care import actions as care
from peerloom.care.errors import BadDay, NotOpen
from peerloom.care.models import Parting
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.actions import come_back, end_pauses
from peerloom.participants.models import Participant
from peerloom.partnerships import actions
from peerloom.programs.models import Program
from tests.factories import make_participant, make_program
from tests.rooms.caring import day, run
from tests.rooms.partners import NOW, Pair, make_pair

pytestmark = pytest.mark.django_db
ENDS = (("new_peer", None), ("leave", None), ("pause", date(2026, 4, 1)))


def place(person: Person, program: Program) -> Participant:
    return Participant.objects.get(person=person, program=program)


def letters() -> dict[str, tuple[str, str, str]]:
    ended = OutboxMessage.objects.filter(kind="ended")
    # A page's number differs from one partnership to the next.
    return {
        m.to: (m.subject, *(re.sub(r"/partnerships/\d+/", "/", t) for t in (m.text, m.html)))
        for m in ended
    }


def test_all_read_the_same_whoever_wished_it_and_whatever_comes_next(
    organisation: Organisation, manager: Person
) -> None:
    read: dict[str, set[tuple[str, str, str]]] = {}
    for (then, until), who in product(ENDS, (1, 2)):
        with day(0):
            program = make_program(organisation, manager)
            pair = make_pair(program)
            run(program)
        with day(1):
            wish = {"then": then, "until": until, "partnership": pair[0]}
            care.ask_to_part(place(pair[who], program), **wish, by=pair[who])  # type: ignore[arg-type]
            assert care.part_those_who_asked() == 0
            assert letters() == {}
        with day(2):
            assert care.part_those_who_asked() == 1
            assert care.part_those_who_asked() == 0

        for address, said in letters().items():
            read.setdefault(address, set()).add(said)
        OutboxMessage.objects.all().delete()
        pair[0].refresh_from_db()
        assert not pair[0].is_open
        other = place(pair[3 - who], program)
        assert (other.state, other.rounds_waited) == ("looking", 1)
        own = {"new_peer": "looking", "leave": "left", "pause": "paused"}[then]
        assert place(pair[who], program).state == own
        # The wish itself is gone.
        assert not Parting.objects.exists()

    # Byte for byte: one text for each of the two over all six cases, and the two mirror each other.
    (ana,), (ben,) = read["ana@loomworks.example"], read["ben@loomworks.example"]
    assert [x.replace("Ben", "Ana") for x in ana] == [x.replace("Ben", "Ana") for x in ben]


def test_a_wish_of_the_night_waits_for_the_next_day(pair: Pair) -> None:
    partnership, ana, _ = pair
    with day(1.9):  # 05:36 on the third of February
        care.ask_to_part(
            place(ana, partnership.program), then="new_peer", partnership=partnership, by=ana
        )
        assert care.part_those_who_asked() == 0
    with day(2.6):
        assert care.part_those_who_asked() == 0
    with day(2.8):  # before five
        assert care.part_those_who_asked() == 0
    with day(2.9):
        assert care.part_those_who_asked() == 1


def test_a_wish_can_be_taken_back_and_a_new_one_replaces_it(pair: Pair) -> None:
    partnership, ana, _ = pair
    mine = place(ana, partnership.program)
    with day(1):
        care.ask_to_part(mine, then="leave", by=ana)
        care.ask_to_part(mine, then="new_peer", partnership=partnership, by=ana)
        assert Parting.objects.get().then == "new_peer"
        care.take_back_parting(mine, by=ana)
    with day(2):
        assert care.part_those_who_asked() == 0
    partnership.refresh_from_db()
    assert partnership.is_open


def test_a_pause_ends_by_itself_or_earlier(pair: Pair) -> None:
    partnership, ana, ben = pair
    program = partnership.program
    with day(1):
        for who in (ana, ben):
            care.ask_to_part(place(who, program), then="pause", until=date(2026, 3, 1), by=who)
    with day(2):
        care.part_those_who_asked()
        assert place(ana, program).state == "paused"
        assert end_pauses() == 0
        come_back(place(ana, program), by=ana)
        assert place(ana, program).state == "looking"
    with day(27):
        assert end_pauses() == 1
        assert place(ben, program).state == "looking"


def test_who_comes_back_stands_in_line_where_all_places_are_taken(
    pair: Pair, program: Program
) -> None:
    ana = pair[1]
    with day(1):
        care.ask_to_part(place(ana, program), then="pause", until=date(2026, 3, 1), by=ana)
    with day(2):
        care.part_those_who_asked()
        Program.objects.filter(pk=program.pk).update(places=1)
        come_back(place(ana, program), by=ana)
    assert place(ana, program).state == "waiting"


def test_bad_wishes_are_refused_with_words(pair: Pair, program: Program) -> None:
    partnership, ana, ben = pair
    mine = place(ana, program)
    for until in (None, NOW.date(), NOW.date() + timedelta(days=400)):
        with pytest.raises(BadDay):
            care.ask_to_part(mine, then="pause", until=until, by=ana)
    with pytest.raises(NotAllowed):
        care.ask_to_part(mine, then="leave", by=ben)
    stranger = make_participant(program, "Cleo")
    with pytest.raises(NotOpen):
        care.ask_to_part(stranger, then="new_peer", partnership=partnership, by=stranger.person)
    Participant.objects.filter(pk=mine.pk).update(state="left")
    with pytest.raises(NotOpen):
        care.ask_to_part(mine, then="leave", by=ana)


def test_a_circle_goes_on_without_who_leaves(program: Program) -> None:
    run(program)
    people = [make_participant(program, n, state="matched") for n in ("Ana", "Ben", "Cleo")]
    with day(0):
        circle = actions.open_partnership(people)
        care.ask_to_part(people[0], then="leave", by=people[0].person)
    with day(1):
        care.part_those_who_asked()
    circle.refresh_from_db()
    assert not circle.is_open
    new = program.partnerships.exclude(pk=circle.pk).get()
    assert {p.pk for p in new.members.all()} == {p.pk for p in people[1:]}
    told = {m.to: m.subject for m in OutboxMessage.objects.filter(kind="ended")}
    assert told[people[1].person.email] == told[people[2].person.email]
    assert "smaller" in told[people[1].person.email]
