"""Signals by tables, and a ladder that skips no step, walks back, and stands still when repeated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.balance import SIGNALS, Facts, Met, Now, Rung, Said, Step, climb, read_signals, rest

A, B = 1, 2
DAY = date(2026, 3, 1)
QUIET = Facts((A, B), DAY, DAY, 14, agreed_on=DAY)


def met(days: int, mine: Said | None = None, theirs: Said | None = None) -> Met:
    said = {k: v for k, v in ((A, mine), (B, theirs)) if v}
    return Met(DAY + timedelta(days=days), said)


def after(days: int, **more: object) -> Facts:
    return replace(QUIET, today=DAY + timedelta(days=days), **more)  # type: ignore[arg-type]


LEAN = tuple(met(0, Said(hats=0), Said(hats=4)) for _ in range(4))
MILD = tuple(met(0, Said(hats=0), Said(hats=3)) for _ in range(3))
FINE = Said(chance=4, welcome=4)


@pytest.mark.parametrize(
    ("name", "facts", "level", "members"),
    [
        ("leaning", after(0, met=LEAN), 2, (A,)),
        ("leaning", after(0, met=LEAN[:2]), 0, ()),
        ("leaning", after(0, met=MILD), 1, (A,)),
        # Felt to be fine by both: only a strong lean is spoken of.
        ("leaning", after(0, met=(*MILD, met(0, FINE, FINE))), 0, ()),
        ("leaning", after(0, met=(*LEAN, met(0, FINE, FINE))), 2, (A,)),
        # Felt not to be: believed before any count.
        ("leaning", after(0, met=(met(0, Said(chance=0)), met(14, Said(chance=1)))), 2, (A,)),
        ("leaning", after(0, met=(met(0, Said(chance=0)), met(14, Said(chance=3)))), 0, ()),
        (
            "talking",
            after(0, met=tuple(met(0, Said(talk=4), Said(talk=0)) for _ in range(4))),
            2,
            (B,),
        ),
        ("silence", after(21), 0, ()),
        ("silence", after(22), 1, ()),
        ("silence", after(36), 2, ()),
        ("silence", after(36, paused_days=20), 0, ()),
        ("silence", after(36, unanswered=(B,)), 0, ()),
        ("silence", after(36, met=(met(30),)), 0, ()),
        ("moving", after(0, moved=(True, False, True)), 1, ()),
        ("moving", after(0, moved=(True, True, True)), 2, ()),
        ("moving", after(0, moved=(True, True, False, False, False)), 0, ()),
        ("unclear", after(0, agreed_on=None, met=(met(0), met(14))), 1, ()),
        ("unclear", after(0, agreed_on=None, met=(met(0),)), 0, ()),
        ("unclear", after(20, met=(met(14, Said(clear=1)),)), 1, (A,)),
        ("unclear", after(20, met=(met(14, Said(clear=1)), met(15, Said(clear=0)))), 2, (A,)),
        ("unclear", after(20, agreed_on=DAY + timedelta(15), met=(met(14, Said(clear=0)),)), 0, ()),
        ("no_click", after(0, met=(met(0, Said(worth=1)), met(14, Said(worth=0)))), 1, (A,)),
        ("no_click", after(0, met=(met(0, Said(worth=1)), met(14, Said(worth=2)))), 0, ()),
        ("no_click", after(0, met=tuple(met(k, Said(worth=0)) for k in range(3))), 2, (A,)),
        ("waiting", after(6, unanswered=(B,)), 0, ()),
        ("waiting", after(7, unanswered=(B,)), 1, (B,)),
        ("waiting", after(14, unanswered=(B,)), 2, (B,)),
        ("wrong_program", after(0, fits={A: 4, B: 1}), 1, (B,)),
        ("clash", after(0, shared_minutes=45), 1, ()),
        ("clash", after(0, shared_minutes=0), 2, ()),
        ("clash", after(0, shared_minutes=60), 0, ()),
        ("clash", after(0, shared_minutes=0, ahead=True), 0, ()),
        ("clash", after(14, shared_minutes=0, met=(met(0),)), 0, ()),
        ("clash", after(15, shared_minutes=0, met=(met(0),)), 2, ()),
    ],
)
def test_each_signal_by_its_table(
    name: str, facts: Facts, level: int, members: tuple[int, ...]
) -> None:
    found = SIGNALS[name](facts)

    assert (found.level, found.members) == (level, members)
    assert bool(found.reason) == bool(level)


def test_a_quiet_partnership_says_nothing_and_there_are_nine_signals() -> None:
    assert len(SIGNALS) == 9
    assert read_signals(QUIET) == {}


# ---- the ladder

nows = st.builds(
    Now,
    today=st.integers(0, 40).map(lambda k: DAY + timedelta(days=k)),
    level=st.integers(0, 2),
    met=st.integers(0, 20),
    talked=st.booleans(),
    help_wanted=st.booleans(),
    unasked=st.booleans(),
)


@given(st.lists(nows, max_size=30))
def test_no_step_is_skipped_and_none_is_climbed_in_quiet(days: list[Now]) -> None:
    rung, met_so_far, today = Rung(), 0, DAY
    for now in days:
        met_so_far = max(met_so_far, now.met)
        today = max(today, now.today)
        now = replace(now, met=met_so_far, today=today)
        after_it = climb(rung, now)
        assert abs(after_it.step - rung.step) <= 1
        if now.level == 0:
            assert after_it.step <= rung.step
        if after_it.step == Step.MANAGER and rung.step != Step.MANAGER:
            assert now.help_wanted or (now.unasked and now.level == 2)
        # The same facts again, by another machine: nothing more happens on that day.
        if after_it.step != Step.OFFER_HELP or not (now.help_wanted or now.unasked):
            again = climb(after_it, now)
            assert again == climb(again, now)
        rung = after_it


@given(nows)
def test_the_same_day_twice_changes_nothing(now: Now) -> None:
    now = replace(now, help_wanted=False, unasked=False)
    once = climb(Rung(), now)
    assert climb(once, now) == once


def walk(levels: list[int], *, talked: bool = True, unasked: bool = False) -> list[Step]:
    """A meeting every two weeks, a level after each."""
    rung, steps = Rung(), []
    for k, level in enumerate(levels, 1):
        now = Now(DAY + timedelta(days=14 * k), level, k, talked=talked, unasked=unasked)
        rung = climb(rung, now)
        steps.append(rung.step)
    return steps


def test_a_strong_lean_climbs_step_by_step_and_stops_at_the_offer() -> None:
    assert walk([2] * 8) == [1, 2, 3, 3, 3, 3, 3, 3]
    # Where people were told, the manager hears of it after three more meetings.
    assert walk([2] * 8, unasked=True) == [1, 2, 3, 3, 3, 4, 4, 4]
    assert walk([2, 2, 2, 2, 1, 2, 2, 2, 2], unasked=True)[-1] == 4
    assert walk([2, 2, 2, 2, 1, 2, 2], unasked=True)[-1] == 3


def test_a_mild_lean_goes_to_both_together_and_no_further() -> None:
    assert walk([1] * 6) == [1, 2, 2, 2, 2, 2]


def test_recovery_walks_back_down() -> None:
    assert walk([2, 2, 2, 0, 0, 0, 0]) == [1, 2, 3, 2, 1, 0, 0]


def test_a_step_waits_for_a_meeting_or_two_weeks() -> None:
    first = climb(Rung(), Now(DAY, 2, 3))
    assert climb(first, Now(DAY + timedelta(days=13), 2, 3)).step == Step.EACH_ALONE
    assert climb(first, Now(DAY + timedelta(days=14), 2, 3)).step == Step.BOTH_TOGETHER
    assert climb(first, Now(DAY + timedelta(days=1), 2, 4)).step == Step.BOTH_TOGETHER


def test_help_is_given_on_either_ones_yes_at_once() -> None:
    offered = Rung(Step.OFFER_HELP, DAY, 5)
    assert climb(offered, Now(DAY, 1, 5, help_wanted=True)).step == Step.MANAGER


def test_this_works_for_us_rests_and_begins_anew() -> None:
    rested = rest(Rung(Step.BOTH_TOGETHER, DAY, 5), DAY + timedelta(days=60))
    assert climb(rested, Now(DAY + timedelta(days=59), 2, 9)).step == Step.PICTURE
    assert climb(rested, Now(DAY + timedelta(days=60), 2, 9)).step == Step.EACH_ALONE
