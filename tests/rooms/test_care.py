"""From check-ins to nudges, help and rest: each step once, to whom it is for."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.care import actions as care
from peerloom.care.errors import LinkUsed
from peerloom.care.models import (
    CareSignal,
    CareStep,
    Nudge,
    NudgeLimit,
    OneClick,
    SupportRequest,
)
from peerloom.care.queries import case_of
from peerloom.messaging.models import Mailbox, OutboxMessage
from peerloom.participants.models import Participant
from peerloom.partnerships import actions
from peerloom.partnerships.actions import part_members
from peerloom.partnerships.models import Break, PartnershipKey
from peerloom.programs.actions import set_safeguards
from peerloom.programs.models import Program
from tests.rooms.caring import (
    ASKS,
    SHARES,
    agree,
    day,
    leaning,
    look,
    meet,
    read_by,
    run,
    signal,
)
from tests.rooms.partners import NOW, Pair, make_pair

pytestmark = pytest.mark.django_db
CHOICE = {"early": "usual", "sure": "usual", "rhythm": "usual", "repairs": False, "off": ()}


def test_a_lean_is_told_to_each_alone_then_together_then_help_is_offered(pair: Pair) -> None:
    partnership, ana, ben = pair
    leaning(pair)
    look(43, 44)

    assert signal(partnership).step == 1
    assert {n.member.participant.person: n.words for n in Nudge.objects.all()} == {
        ana: "care_leaning_share",
        ben: "care_leaning_ask",
    }
    meet(pair, 56, ASKS, SHARES)
    look(56, 57, 60, 63)
    assert signal(partnership).step == 2
    meet(pair, 66, ASKS, SHARES)
    look(66)
    # It was put on the agenda; without a talk two weeks pass first.
    assert signal(partnership).step == 2
    with day(66):
        care.we_talked(partnership, by=ana)
    look(67)
    assert signal(partnership).step == 3
    assert list(CareStep.objects.values_list("step", flat=True)) == [1, 2, 3]
    # Nobody outside of the two has heard of it.
    assert not SupportRequest.objects.exists()


def test_the_first_look_and_one_after_a_gap_take_no_step(pair: Pair) -> None:
    leaning(pair)
    look(43)
    assert signal(pair[0]).level == 2
    assert not Nudge.objects.exists()
    # The clock jumps a year ahead and back: nothing is said of silence.
    look(400)
    assert not Nudge.objects.exists()
    look(44)
    assert not Nudge.objects.exists()
    look(45)
    assert {n.signal.kind for n in Nudge.objects.all()} == {"leaning"}


def test_a_second_look_on_a_day_changes_nothing(pair: Pair) -> None:
    leaning(pair)
    look(43)
    with day(44):
        assert care.watch() == 1
        assert care.watch() == 0
        assert care.send_nudges() == 2
        assert care.send_nudges() == 0
    assert Nudge.objects.count() == 2


def test_recovery_walks_back_and_what_was_not_said_yet_is_not_said(pair: Pair) -> None:
    partnership = pair[0]
    leaning(pair)
    look(43, 44)
    for k in range(6):
        meet(pair, 56 + 14 * k, SHARES, ASKS)
    look(126, 127)
    assert signal(partnership).step == 0
    with day(127):
        assert care.send_nudges() == 0


def test_nobody_is_nudged_twice_in_a_week_nor_in_quiet_hours(pair: Pair) -> None:
    partnership, ana, _ = pair
    run(partnership.program)
    meet(pair, 0, {"worth": 0}, None)
    meet(pair, 7, {"worth": 1}, None)
    look(8, 9)
    with day(9):
        care.send_nudges()
        # Two things were to be said: they went as one.
        mine = Nudge.objects.filter(member__participant__person=ana)
        assert set(mine.values_list("signal__kind", flat=True)) == {"no_click", "unclear"}
        assert mine.filter(sent_at=None).count() == 0
        Nudge.objects.create(
            signal=signal(partnership, "no_click"),
            member=mine[0].member,
            step=2,
            words="care_still",
        )
        assert care.send_nudges() == 0
    assert len(read_by(ana)) == 1
    with day(17):
        assert care.send_nudges() == 1
    # At eight in London it is nine in Paris; in the night it waits for the morning.
    with day(30.6):
        Nudge.objects.create(
            signal=signal(partnership, "no_click"),
            member=mine[0].member,
            step=2,
            words="care_still",
        )
        care.send_nudges()
        last = OutboxMessage.objects.filter(to=ana.email, kind="nudge").latest("pk")
    local = last.due_at.astimezone(timezone.get_fixed_timezone(60))
    assert last.due_at > NOW + timedelta(days=30.6)
    assert local.hour == 8
    assert local.weekday() < 5


def test_what_one_said_alone_is_told_to_them_alone(pair: Pair) -> None:
    partnership, ana, ben = pair
    run(partnership.program)
    agree(pair)
    for k in range(4):
        meet(pair, 7 * k, {"worth": 0}, {"worth": 4})
    look(22, 23, 37, 38, 52, 53)
    told = Nudge.objects.filter(signal__kind="no_click")

    assert {n.member.participant.person for n in told} == {ana}
    assert signal(partnership, "no_click").step == 3
    # Whom it is about can be read from no table.
    sealed = bytes(signal(partnership, "no_click").about_sealed)
    assert b"worth" not in sealed
    assert b"members" not in sealed
    assert ben.email not in {m.to for m in OutboxMessage.objects.filter(kind="nudge")}


def test_this_works_for_us_needs_both_and_lets_it_rest(pair: Pair) -> None:
    partnership, ana, ben = pair
    leaning(pair)
    look(43, 44)
    with day(45):
        until = timezone.localdate() + timedelta(weeks=8)
        assert not care.say_it_works(partnership, until, by=ana)
        assert signal(partnership).step == 1
        assert care.say_it_works(partnership, until, by=ben)
    meet(pair, 56, ASKS, SHARES)
    look(57, 58, 60)
    assert signal(partnership).step == 0
    assert signal(partnership).rests_until == (NOW + timedelta(days=45 + 56)).date()
    assert not Nudge.objects.filter(sent_at=None, withdrawn_at=None).exists()
    for k in range(5, 8):
        meet(pair, 14 * k, ASKS, SHARES)
    look(100, 101, 102)
    assert signal(partnership).step == 1


def links_in(person: Person) -> dict[str, str]:
    """Answer to the secret of its link."""
    text = OutboxMessage.objects.filter(to=person.email, kind="nudge").latest("pk").text
    return {say: token for token, say in re.findall(r"/answer/([\w-]+)/\?say=(\w+)", text)}


def test_a_link_works_once_and_says_one_thing(pair: Pair) -> None:
    partnership, ana, _ = pair
    run(partnership.program)
    agree(pair)
    meet(pair, 0, {"worth": 3}, {"worth": 3})
    look(22, 23)
    with day(23):
        care.send_nudges()
        links = links_in(ana)
        assert set(links) == {"met", "break", "quiet"}
        with pytest.raises(LinkUsed):
            care.answer_link(links["break"], "help")
        care.answer_link(links["break"], "break")
        assert Break.objects.get().last == (NOW + timedelta(days=51)).date()
        for say in ("break", "met"):
            with pytest.raises(LinkUsed):
                care.answer_link(links[say], say)
        with pytest.raises(LinkUsed):
            care.answer_link("made-up", "met")
    assert partnership.meetings.count() == 1
    # What is kept does not open it.
    assert links["met"] not in set(OneClick.objects.values_list("fingerprint", flat=True))


def test_an_old_link_does_nothing(pair: Pair) -> None:
    run(pair[0].program)
    agree(pair)
    meet(pair, 0, {"worth": 3}, {"worth": 3})
    look(22, 23)
    with day(23):
        care.send_nudges()
        token = links_in(pair[1])["met"]
    with day(54), pytest.raises(LinkUsed):
        care.answer_link(token, "met")


def test_a_break_is_not_silence_and_ends_by_itself(pair: Pair) -> None:
    partnership, ana, _ = pair
    run(partnership.program)
    agree(pair)
    meet(pair, 0, {"worth": 3}, {"worth": 3})
    with day(1):
        actions.take_break(partnership, timezone.localdate() + timedelta(days=60), by=ana)
    look(40, 41, 61, 62, 63)
    assert not Nudge.objects.exists()
    look(*range(77, 90, 3))
    assert {n.signal.kind for n in Nudge.objects.all()} == {"silence"}


def test_help_is_asked_without_a_name_and_twice_is_once(pair: Pair, manager: Person) -> None:
    partnership, ana, ben = pair
    with day(3):
        request = care.ask_for_help(partnership, by=ana, kinds=["leaning"])
        again = care.ask_for_help(partnership, by=ben, told="Could we talk?", named=True)
        assert request == again
    request.refresh_from_db()
    assert [m.participant.person for m in request.named.all()] == [ben]
    with day(4):
        care.take_in_hand(request, by=manager)
        care.note_on(request, "Called both.", by=manager)
        care.close_request(request, "go_on", by=manager)
        fresh = care.ask_for_help(partnership, by=ana)
    assert fresh != request


def test_the_manager_hears_unasked_only_where_people_joined_knowing_it(
    program: Program, manager: Person
) -> None:
    for known in (False, True):
        with day(0):
            pair = make_pair(program) if not known else _another(program)
            if known:
                set_safeguards(program, **CHOICE, unasked=True, by=manager)
                Participant.objects.filter(partnerships=pair[0]).update(
                    applied_at=timezone.now() + timedelta(hours=1)
                )
        leaning(pair)
        look(43, 44)
        for k in range(4, 12):
            meet(pair, 14 * k, ASKS, SHARES)
            with day(14 * k):
                care.we_talked(pair[0], by=pair[1])
            look(14 * k, 14 * k + 1)
            look(*(14 * k + 2 + 3 * n for n in range(4)))
        assert signal(pair[0]).step == (4 if known else 3)
        assert pair[0].requests.count() == known


def _another(program: Program) -> Pair:
    from tests.factories import make_participant

    people = [make_participant(program, n, state="matched") for n in ("Cleo", "Dan")]
    return actions.open_partnership(people), people[0].person, people[1].person


def test_contradicting_and_late_answers_are_weighed_not_obeyed(pair: Pair) -> None:
    partnership, _, ben = pair
    run(partnership.program)
    agree(pair)
    # Each says that they were the one who asked.
    for k in range(5):
        meet(pair, 14 * k, ASKS, ASKS)
    look(57, 58)
    assert not CareSignal.objects.filter(kind="leaning", level__gt=0).exists()
    # A check-in said again months later replaces what was said.
    with day(150):
        for meeting in partnership.meetings.all():
            actions.check_in(meeting, SHARES, by=ben)
    look(151)
    assert signal(partnership).level == 2


def test_who_does_not_answer_is_written_to_and_who_waits_is_offered_someone_new(
    pair: Pair,
) -> None:
    partnership, ana, ben = pair
    run(partnership.program)
    with day(0):
        actions.note_answer(partnership.parts.get(participant__person=ana))
    look(6, 7, 8, 10, 13, 14, 15, 18, 21, 22)
    told = {(n.step, n.member.participant.person): n.words for n in Nudge.objects.all()}
    assert told == {
        (1, ben): "care_waiting",
        (2, ben): "care_waiting",
        (3, ana): "care_waiting_peer",
    }


def test_signals_that_are_switched_off_are_not_looked_for(pair: Pair, manager: Person) -> None:
    leaning(pair)
    set_safeguards(pair[0].program, **{**CHOICE, "off": ("leaning",)}, unasked=False, by=manager)
    look(43, 44)
    assert not CareSignal.objects.filter(kind="leaning").exists()
    # Switched on, and off again when something waits to be said.
    set_safeguards(pair[0].program, **CHOICE, unasked=False, by=manager)
    look(45)
    assert Nudge.objects.filter(withdrawn_at=None).count() == 2
    set_safeguards(pair[0].program, **{**CHOICE, "off": ("leaning",)}, unasked=False, by=manager)
    look(46)
    assert not Nudge.objects.filter(withdrawn_at=None).exists()
    assert signal(pair[0]).step == 0


@pytest.mark.django_db(transaction=True)
def test_two_machines_at_once_look_at_each_partnership_once(program: Program) -> None:
    run(program)
    with day(0):
        pairs = [_named(program, k) for k in range(6)]
    for pair in pairs:
        meet(pair, 0, {"worth": 3}, {"worth": 3})
    look(22)
    ready, looked = threading.Barrier(2), []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            ready.wait()
            looked.append((care.watch(at_once=1), care.send_nudges()))
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    with day(23):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        care.send_nudges()

    assert failures == []
    assert sum(count for count, _ in looked) == 6
    # Twelve people, each with one nudge of silence, in one message each.
    assert Nudge.objects.filter(signal__kind="silence").count() == 12
    assert OutboxMessage.objects.filter(kind="nudge").count() == 12


def _named(program: Program, k: int) -> Pair:
    from tests.factories import make_participant

    people = [make_participant(program, f"{n}{k}", state="matched") for n in ("Cleo", "Dan")]
    pair = actions.open_partnership(people), people[0].person, people[1].person
    agree(pair)
    return pair


def test_partners_in_opposite_zones_are_each_written_to_in_their_own_morning(pair: Pair) -> None:
    partnership, ana, ben = pair
    Participant.objects.filter(person=ana).update(time_zone="Pacific/Auckland")
    Participant.objects.filter(person=ben).update(time_zone="America/Los_Angeles")
    run(partnership.program)
    agree(pair)
    meet(pair, 0, {"worth": 3}, {"worth": 3})
    look(22, 23)
    with day(23):
        care.send_nudges()
    due = {m.to: m.due_at for m in OutboxMessage.objects.filter(kind="nudge")}
    there = {ana.email: "Pacific/Auckland", ben.email: "America/Los_Angeles"}
    assert set(due) == set(there)
    for address, name in there.items():
        local = due[address].astimezone(ZoneInfo(name))
        assert 8 <= local.hour < 19, (address, local)
        assert local.weekday() < 5
    assert due[ana.email] != due[ben.email]


def test_a_missing_key_keeps_no_other_from_being_looked_at(program: Program) -> None:
    run(program)
    with day(0):
        pairs = [_named(program, k) for k in range(3)]
    for pair in pairs:
        meet(pair, 0, {"worth": 3}, {"worth": 3})
    PartnershipKey.objects.filter(partnership=pairs[1][0]).update(wrapped=b"another server's")
    with day(1):
        assert care.watch() == 2
        assert care.watch() == 0


def test_a_request_of_a_partnership_that_ended_is_closed(pair: Pair) -> None:
    run(pair[0].program)
    with day(1):
        care.ask_for_help(pair[0], by=pair[1])
        part_members(pair[0], {p.participant_id for p in pair[0].parts.all()})
        care.watch()
    request = SupportRequest.objects.get()
    assert (request.state, request.outcome) == ("closed", "nothing")


def test_a_break_neither_mends_nor_hides_what_was_seen(pair: Pair) -> None:
    partnership, ana, _ = pair
    leaning(pair)
    look(43, 44)
    with day(44):
        actions.take_break(partnership, timezone.localdate() + timedelta(days=40), by=ana)
    look(*range(45, 85, 2))
    # It waited: nothing was said, no step was taken, and what had been seen is still known.
    assert (signal(partnership).level, signal(partnership).step) == (2, 1)
    assert not Nudge.objects.filter(sent_at=None, withdrawn_at=None).exists()
    look(85)
    assert signal(partnership).step == 2


def test_what_was_walked_back_is_not_told_as_tried(pair: Pair, manager: Person) -> None:
    partnership, ana, _ = pair
    leaning(pair)
    look(43, 44)
    meet(pair, 56, ASKS, SHARES)
    look(56, 57, 58)
    for k in range(5, 12):
        meet(pair, 14 * k, SHARES, ASKS)
        look(14 * k, 14 * k + 1)
    steps = list(CareStep.objects.filter(signal__kind="leaning").values_list("step", "up"))
    assert (1, False) in steps
    with day(160):
        request = care.ask_for_help(partnership, by=ana, kinds=["leaning"])
    tried = case_of(request, [partnership.program.organisation_id]).tried
    assert [what for _, what in tried] == ["each was nudged alone", "it was on both their agenda"]


def test_a_nudge_about_what_has_ended_is_taken_back_before_the_morning(pair: Pair) -> None:
    partnership = pair[0]
    leaning(pair)
    # In the evening of a Monday: it waits for the next day.
    look(43, 44)
    with day(44.5):
        care.send_nudges()
        waiting = OutboxMessage.objects.filter(kind="nudge")
        assert {m.state for m in waiting} == {"waiting"}
        part_members(partnership, {p.participant_id for p in partnership.parts.all()})
        care.send_nudges()
        assert {m.state for m in waiting.all()} == {"lapsed"}


def test_a_clock_that_was_ahead_keeps_nobody_from_being_written_to(pair: Pair) -> None:
    leaning(pair)
    look(43, 44)
    with day(44):
        care.send_nudges()
        NudgeLimit.objects.update(nudged_at=timezone.now() + timedelta(days=900))
        meet(pair, 56, ASKS, SHARES)
    look(56, 57, 58)
    with day(58):
        assert care.send_nudges() == 2


def test_who_did_not_answer_is_written_to_by_another_way(pair: Pair) -> None:
    partnership, ana, ben = pair
    run(partnership.program)
    Mailbox.objects.create(address=ben.email, channel="teams", hook_sealed=b"x")
    with day(0):
        actions.note_answer(partnership.parts.get(participant__person=ana))
    look(6, 7)
    with day(7):
        care.send_nudges()
    assert OutboxMessage.objects.get(to=ben.email, kind="nudge").channel == "mail"
