"""The estimate mirrors exactly, moves with the evidence, recovers; a circle is held to its fair share."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta as beta_law

from peerloom.balance import GENTLE, STRICT, Met, Said, evenness, fold, picture_of, share_of
from peerloom.balance.estimates import observed

A, B, C = 1, 2, 3
answers = st.none() | st.integers(0, 4)
brought = st.tuples(st.integers(0, 3), st.integers(0, 3))
THRESHOLDS = st.sampled_from([GENTLE, STRICT])


@st.composite
def meetings(draw: st.DrawFn, members: tuple[int, ...] = (A, B)) -> list[Met]:
    found = []
    for k in range(draw(st.integers(0, 12))):
        said = {m: Said(hats=draw(answers), talk=draw(answers)) for m in members}
        items = {m: draw(brought) for m in members} if draw(st.booleans()) else {}
        found.append(Met(date(2026, 1, 1) + timedelta(days=14 * k), said, items))
    return found


def mirrored(met: Met) -> Met:
    """Asking and sharing swapped in everything that was said and brought."""

    def turn(value: int | None) -> int | None:
        return None if value is None else 4 - value

    said = {m: Said(hats=turn(s.hats), talk=turn(s.talk)) for m, s in met.said.items()}
    return Met(met.on, said, {m: (shares, asks) for m, (asks, shares) in met.brought.items()})


@given(meetings(), THRESHOLDS)
def test_the_two_of_a_pair_mirror_each_other_and_so_do_the_hats(
    told: list[Met], threshold: object
) -> None:
    assert isinstance(threshold, type(GENTLE))
    mine, theirs = (share_of(told, m, (A, B), threshold) for m in (A, B))
    turned = share_of([mirrored(m) for m in told], A, (A, B), threshold)

    for other in (theirs, turned):
        assert mine.alpha == pytest.approx(other.beta, abs=1e-12)
        assert mine.beta == pytest.approx(other.alpha, abs=1e-12)
        assert mine.above(threshold) == pytest.approx(other.below(threshold), abs=1e-12)
        assert mine.lean(threshold) == -other.lean(threshold)
    # The statistic itself mirrors to the last bit.
    swapped = type(mine)(mine.beta, mine.alpha, mine.answered)
    assert mine.above(threshold) == swapped.below(threshold)


@given(meetings(), st.integers(0, 11), st.integers(0, 4), THRESHOLDS)
def test_an_answer_nearer_to_asking_never_makes_asking_less_sure(
    told: list[Met], at: int, value: int, threshold: object
) -> None:
    assert isinstance(threshold, type(GENTLE))
    if at >= len(told) or told[at].said[A].hats is None:
        return
    now = share_of(told, A, (A, B), threshold)
    said = {**told[at].said, A: Said(hats=min(value, told[at].said[A].hats or 0))}
    more = [*told[:at], Met(told[at].on, said, told[at].brought), *told[at + 1 :]]
    moved = share_of(more, A, (A, B), threshold)

    assert moved.above(threshold) >= now.above(threshold) - 1e-12
    assert moved.below(threshold) <= now.below(threshold) + 1e-12


@given(st.integers(3, 30), THRESHOLDS)
def test_a_lean_is_found_and_forgotten_when_they_change(count: int, threshold: object) -> None:
    assert isinstance(threshold, type(GENTLE))
    day = date(2026, 1, 1)
    leaning = [Met(day, {A: Said(hats=0), B: Said(hats=4)})] * max(count, 6)
    even = [Met(day, {A: Said(hats=2), B: Said(hats=2)})] * 25

    assert share_of(leaning, A, (A, B), threshold).lean(threshold) == 1
    assert share_of(leaning, B, (A, B), threshold).lean(threshold) == -1
    assert share_of([*leaning, *even], A, (A, B), threshold).lean(threshold) == 0


def test_nothing_is_said_before_three_answered_meetings_nor_from_silence() -> None:
    day = date(2026, 1, 1)
    one = Met(day, {A: Said(hats=0), B: Said(hats=4)})
    silent = Met(day, {A: Said(worth=3)})
    assert share_of([one, silent, one, silent], A, (A, B), GENTLE).lean(GENTLE) == 0
    assert share_of([one, one, one], A, (A, B), GENTLE).lean(GENTLE) == 1
    # What nobody answered forgets nothing.
    assert share_of([one, one, one], A, (A, B), GENTLE) == share_of(
        [one, silent, one, one], A, (A, B), GENTLE
    )


def test_one_voice_counts_for_less_than_two_and_they_are_averaged() -> None:
    day = date(2026, 1, 1)
    alone = [Met(day, {A: Said(hats=0)})] * 4
    both = [Met(day, {A: Said(hats=0), B: Said(hats=4)})] * 4
    assert share_of(alone, A, (A, B), STRICT).above(STRICT) < share_of(
        both, A, (A, B), STRICT
    ).above(STRICT)
    contrary = Met(day, {A: Said(hats=0), B: Said(hats=0)})
    assert observed(contrary, A, (A, B)) == (0.5, 2)
    with_agenda = Met(day, {A: Said(hats=2)}, {A: (3, 0), B: (0, 1)})
    assert observed(with_agenda, A, (A, B)) == (0.75, 1)


@given(meetings((A, B, C)))
def test_in_a_circle_shares_of_those_who_answered_add_up(told: list[Met]) -> None:
    for met in told:
        plain = Met(met.on, met.said)
        heard = [m for m in (A, B, C) if observed(plain, m, (A, B, C))[1]]
        if heard:
            total = sum(observed(plain, m, (A, B, C))[0] for m in heard)
            assert total == pytest.approx(len(heard) / 3)


def test_in_a_circle_the_fair_share_is_a_third() -> None:
    day = date(2026, 1, 1)
    even = [Met(day, {m: Said(hats=2) for m in (A, B, C)})] * 8
    one_asks = [Met(day, {A: Said(hats=0), B: Said(hats=4), C: Said(hats=3)})] * 8
    assert [share_of(even, m, (A, B, C), GENTLE).lean(GENTLE) for m in (A, B, C)] == [0, 0, 0]
    assert share_of(one_asks, A, (A, B, C), GENTLE).lean(GENTLE) == 1
    assert share_of(one_asks, B, (A, B, C), GENTLE).lean(GENTLE) == -1
    assert GENTLE.limits(2) == pytest.approx((0.35, 0.65))


@given(
    st.lists(st.lists(st.floats(0, 1), min_size=5, max_size=5), min_size=1, max_size=6),
    st.lists(
        st.lists(st.sampled_from([0.0, 1.2, 2.0]), min_size=5, max_size=5), min_size=1, max_size=6
    ),
)
def test_many_at_once_is_one_after_the_other(xs: list[list[float]], ws: list[list[float]]) -> None:
    n = min(len(xs), len(ws))
    x, w = np.array(xs[:n]), np.array(ws[:n])
    alpha, beta = fold(x, w, GENTLE)
    for row in range(n):
        a = b = GENTLE.prior
        for t in range(5):
            if w[row, t]:
                a = GENTLE.prior + GENTLE.keep * (a - GENTLE.prior) + w[row, t] * x[row, t]
                b = GENTLE.prior + GENTLE.keep * (b - GENTLE.prior) + w[row, t] * (1 - x[row, t])
            assert alpha[row, t] == pytest.approx(a)
            assert beta[row, t] == pytest.approx(b)


def test_how_sure_one_is_agrees_with_the_law() -> None:
    told = [Met(date(2026, 1, 1), {A: Said(hats=1), B: Said(hats=3)})] * 5
    share = share_of(told, A, (A, B), GENTLE)
    assert share.above(GENTLE) == pytest.approx(beta_law.sf(0.65, share.alpha, share.beta))
    assert share.below(GENTLE) == pytest.approx(beta_law.cdf(0.35, share.alpha, share.beta))


def test_evenness_is_one_for_even_and_nothing_for_all_with_one() -> None:
    assert evenness([0.25] * 4) == pytest.approx(1)
    assert evenness([1, 0, 0]) == pytest.approx(0)
    assert 0 < evenness([0.7, 0.2, 0.1]) < 1


def test_the_picture_speaks_in_words_from_the_second_meeting() -> None:
    day, names = date(2026, 1, 1), {A: "Ana", B: "Ben"}
    lean = Met(day, {A: Said(hats=0, talk=1), B: Said(hats=4)})
    even = Met(day, {A: Said(hats=2), B: Said(hats=2)})
    assert picture_of([lean], (A, B), names) is None
    seen = picture_of([lean] * 5, (A, B), names)
    assert seen
    assert seen.words == "Over the last four meetings Ana asked and Ben shared."
    assert seen.asked[A] > 0.8
    assert seen.asked[A] + seen.asked[B] == pytest.approx(1)
    assert seen.listened[A] > 0.5
    both = picture_of([lean, even, even, even, even], (A, B), names)
    assert both
    assert both.words == "Over the last four meetings you both asked and both shared."
    three = picture_of(
        [Met(day, {A: Said(hats=0), B: Said(hats=4), C: Said(hats=3)})] * 3,
        (A, B, C),
        names | {C: "Eva"},
    )
    assert three
    assert three.words == "Over the last three meetings Ana asked the most and Ben the least."
