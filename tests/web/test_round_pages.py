"""A round's buttons: what is pressed is what happens, and what cannot be is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from peerloom.accounts.models import Person
from peerloom.care.models import Repairing
from peerloom.partnerships.models import Partnership
from peerloom.programs.models import Program
from peerloom.rounds.actions import publish_round
from peerloom.rounds.models import MatchingRound, PairRule
from tests.factories import make_participant, make_people, solved_round
from tests.fuzz.filling import forms_of


@pytest.fixture
def solved(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> MatchingRound:
    make_people(program, 8)
    return solved_round(program, manager, django_capture_on_commit_callbacks)


def to(name: str, matching_round: MatchingRound, *more: int) -> str:
    return reverse(name, args=[matching_round.program_id, matching_round.pk, *more])


def pairs(matching_round: MatchingRound) -> set[frozenset[int]]:
    proposals = matching_round.proposals.prefetch_related("members")
    return {frozenset(m.pk for m in p.members.all()) for p in proposals}


def test_pairs_are_pinned_kept_apart_and_left_to_the_matching(
    as_manager: Client, solved: MatchingRound, django_capture_on_commit_callbacks: Any
) -> None:
    before = pairs(solved)
    pinned, apart = (sorted(pair) for pair in list(before)[:2])
    rule = to("round_rule", solved)

    as_manager.post(rule, {"kind": "pin", "first": pinned[0], "second": pinned[1]})
    as_manager.post(rule, {"kind": "forbid", "first": apart[1], "second": apart[0]})
    with django_capture_on_commit_callbacks(execute=True):
        as_manager.post(to("round_again", solved))

    newer = MatchingRound.objects.order_by("pk").last()
    assert newer is not None
    after = pairs(newer)
    assert frozenset(pinned) in after
    assert frozenset(apart) not in after
    assert {p for pair in after for p in pair} == {p for pair in before for p in pair}
    as_manager.post(
        to("round_rule", newer), {"kind": "free", "first": apart[0], "second": apart[1]}
    )
    assert newer.pair_rules.get().kind == PairRule.Kind.PIN


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "marry"}, "That pair is not known here; nothing was changed."),
        ({"first": "nobody"}, "These are not two people of this program."),
        ({"second": "9" * 30}, "These are not two people of this program."),
    ],
)
def test_a_rule_for_no_pair_is_told_and_changes_nothing(
    as_manager: Client, solved: MatchingRound, wrong: dict[str, str], words: str
) -> None:
    first, second = next(iter(pairs(solved)))
    data = {"kind": "pin", "first": str(first), "second": str(second)} | wrong

    answer = as_manager.post(to("round_rule", solved), data, follow=True)

    assert words in answer.content.decode()
    assert not solved.pair_rules.exists()


def test_a_swap_that_was_chosen_is_made(
    as_manager: Client, solved: MatchingRound, django_capture_on_commit_callbacks: Any
) -> None:
    before = pairs(solved)
    mover = min(next(iter(before)))
    page = to("round_swap", solved, mover)
    offered = [
        x.value
        for f in forms_of(as_manager.get(page).content.decode(), page)
        for x in (*f.fields, *f.buttons)
        if x.name == "swap"
    ]
    wanted = [int(n) for n in offered[0].split("-")]

    with django_capture_on_commit_callbacks(execute=True):
        as_manager.post(page, {"swap": offered[0]})

    newer = MatchingRound.objects.order_by("pk").last()
    assert newer is not None
    assert {frozenset(wanted[:2]), frozenset(wanted[2:])} <= pairs(newer)
    assert pairs(newer) != before


def test_a_swap_no_longer_possible_is_told(as_manager: Client, solved: MatchingRound) -> None:
    page = to("round_swap", solved, min(next(iter(pairs(solved)))))

    answer = as_manager.post(page, {"swap": "1-2-3-4"}, follow=True)

    assert "That swap is no longer possible; nothing was changed." in answer.content.decode()
    assert MatchingRound.objects.count() == 1


def test_a_published_round_changes_no_more(
    as_manager: Client, solved: MatchingRound, manager: Person
) -> None:
    publish_round(solved, by=manager)
    first, second = next(iter(pairs(solved)))

    for page, data in (
        ("round_again", {}),
        ("round_rule", {"kind": "forbid", "first": first, "second": second}),
        ("round_cancel", {}),
        ("round_publish", {}),
    ):
        answer = as_manager.post(to(page, solved), data, follow=True)
        assert answer.status_code == 200, page

    assert MatchingRound.objects.get().state == MatchingRound.State.PUBLISHED
    assert Partnership.objects.count() == 4
    assert not solved.pair_rules.exists()


def test_the_checker_is_asked_from_the_page(as_manager: Client, solved: MatchingRound) -> None:
    answer = as_manager.post(to("round_check", solved), follow=True)

    assert "every must-have holds, and no better pairs exist" in answer.content.decode()


def test_partners_for_those_who_wait_are_taken_or_set_aside(
    as_manager: Client,
    program: Program,
    django_capture_on_commit_callbacks: Any,
) -> None:
    for name in ("Cleo", "Dan"):
        make_participant(program, name, wants="sql", offers="sql", stage="3")
    page = reverse("repairing", args=[program.pk])

    def look() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            as_manager.post(page, {"verb": "look"})

    look()
    as_manager.post(page, {"verb": "drop"})
    dropped = Repairing.objects.get()
    look()
    for wrong in ({"verb": "take"}, {"verb": "take", "way": "²"}, {"verb": "sing"}):
        told = as_manager.post(page, wrong, follow=True).content.decode()
        assert "Choose something; nothing was changed." in told
    before = Partnership.objects.count()
    as_manager.post(page, {"verb": "take", "way": "0"})

    assert dropped.state == Repairing.State.DROPPED
    assert before == 0
    [pair] = Partnership.objects.all()
    assert sorted(m.person.name for m in pair.members.all()) == ["Cleo", "Dan"]
