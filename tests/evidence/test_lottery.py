"""A draw that nobody can steer and anybody can check."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.evidence import drawn, fingerprint, list_of, new_secret, new_ticket

tickets = st.lists(
    st.text("ABCDEFGH", min_size=4, max_size=8), min_size=1, max_size=30, unique=True
)


@given(tickets, st.text(min_size=1), st.randoms(use_true_random=False))
def test_the_order_of_the_list_changes_nothing(codes: list[str], secret: str, dice: object) -> None:
    mixed = dice.sample(codes, len(codes))  # type: ignore[attr-defined]

    order = drawn(codes, secret, "7 11 23")

    assert order == drawn(mixed, secret, " 7 11 23 ")
    assert sorted(order) == sorted(codes)


def test_anybody_can_follow_it_with_a_few_lines() -> None:
    def f(text: str) -> str:
        return sha256(text.encode()).hexdigest()

    codes, secret = ["AAAA", "BBBB", "CCCC"], "s"
    seed = f("s 42 " + f("AAAA\nBBBB\nCCCC"))

    assert drawn(codes, secret, "42") == sorted(codes, key=lambda t: f(f"{seed} {t}"))
    assert fingerprint(list_of(reversed(codes))) == f("AAAA\nBBBB\nCCCC")


def test_each_has_the_same_chance() -> None:
    codes = [f"T{k}" for k in range(6)]

    first = Counter(drawn(codes, "secret", str(k))[0] for k in range(3000))

    # 500 each, give or take four standard deviations.
    assert all(abs(first[code] - 500) < 4 * (3000 * 5 / 36) ** 0.5 for code in codes)


def test_another_secret_number_or_ticket_is_another_draw() -> None:
    codes = [f"T{k}" for k in range(40)]
    order = drawn(codes, "secret", "1")

    assert order != drawn(codes, "secret", "2")
    assert order != drawn(codes, "other", "1")
    assert order != [t for t in drawn([*codes, "more"], "secret", "1") if t != "more"]


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        drawn(["A", "A"], "s", "1")
    with pytest.raises(ValueError, match="missing"):
        drawn(["A"], "s", " ")


def test_tickets_and_secrets_are_their_own() -> None:
    assert len({new_ticket() for _ in range(200)}) == 200
    assert len(new_secret()) == 64
