"""A voice before the solve: lists shown evenly, ranks that count, refusals that nobody sees."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.accounts.errors import NotAllowed
from peerloom.accounts.models import Person
from peerloom.core import jobs
from peerloom.matching import Policy, Pool, encode, match, pool_from_rows, short_lists
from peerloom.matching.scoring import INELIGIBLE, score_rows
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.models import Participant
from peerloom.programs.models import Program
from peerloom.rounds.actions import (
    ask_for_voices,
    make_short_lists,
    publish_round,
    run_short_lists,
    say,
)
from peerloom.rounds.errors import NobodyToMatch
from peerloom.rounds.models import ShortListed
from peerloom.rounds.queries import exposure, short_list_of
from peerloom.rounds.snapshot import bans_of, looking, policy_of, pool_of
from tests.factories import (
    make_participant,
    make_people,
    solved_round,
)
from tests.matching.people import KINDS, policies, policy, pools


@settings(max_examples=60, deadline=None)
@given(pools(least=2, most=12), policies(), st.integers(1, 4))
def test_lists_hold_eligible_people_alone_and_are_full_where_they_can_be(
    people: Pool, rules: Policy, size: int
) -> None:
    encoded = encode(people, rules)
    table = score_rows(encoded.arrays, 0, len(encoded))
    place = {person: row for row, person in enumerate(encoded.pool.ids)}

    made = short_lists(people, rules, size)

    assert set(made.lists) == set(people.ids)
    for person, others in made.lists.items():
        row = place[person]
        fits = [o for o in place if o != person and table[row, place[o]] != INELIGIBLE]
        assert set(others) <= set(fits)
        assert len(others) == len(set(others)) == min(size, len(fits))
        scores = [int(table[row, place[o]]) for o in others]
        assert scores == sorted(scores, reverse=True)


def test_a_star_is_shown_no_more_often_than_others() -> None:
    # Everybody wants what p0 alone offers.
    rows = [
        {"id": f"p{k}", "wants": "sql", "offers": "sql; hiring" if k == 0 else "hiring"}
        for k in range(40)
    ]

    made = short_lists(pool_from_rows(rows), policy(KINDS["exchange"]), 5)

    shown = [o for others in made.lists.values() for o in others]
    assert max(shown.count(f"p{k}") for k in range(40)) <= 6
    assert shown.count("p0") >= 5
    assert made.gini < 0.1


def test_what_people_rank_counts_and_what_they_refuse_is_kept_apart(
    program: Program, manager: Person
) -> None:
    people = make_people(program, 10)
    make_short_lists(program, named=False, by=manager)
    first = people[0]
    shown = [p.entry.shown_id for p in short_list_of(first)]

    say(first, {shown[-1]: "1", shown[0]: "no", 99999: "1", shown[1]: "77"}, by=first.person)

    assert "rank" in {c["kind"] for c in program.policy["criterion"]}
    pool = pool_of(program, looking(program))
    cells = dict(zip(pool.ids, pool.column("wished"), strict=True))
    assert cells[str(first.pk)] == str(shown[-1])
    assert bans_of(program, people) == [
        (str(min(first.pk, shown[0])), str(max(first.pk, shown[0])))
    ]
    result = match(pool, policy_of(program), never=bans_of(program, people))
    assert {str(first.pk), str(shown[0])} not in [set(p.members) for p in result.partnerships]
    # Said again, it is as it is said last.
    say(first, {}, by=first.person)
    assert bans_of(program, people) == []


def test_a_refusal_is_on_no_page_and_in_no_letter(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    """Every page, for the manager and the refused, is the same as if nobody had refused."""
    people = make_people(program, 8)
    make_short_lists(program, named=True, by=manager)
    me = people[0]
    entry = short_list_of(me)[0].entry
    refused = Participant.objects.get(pk=entry.shown_id)
    pages = [
        reverse("rounds", args=[program.pk]),
        reverse("people", args=[program.pk]),
        reverse("participant", args=[program.pk, me.pk]),
        reverse("participant", args=[program.pk, refused.pk]),
    ]
    # Figures of the whole pool move with all that people say, and tell nobody's word.
    theirs = [reverse("home"), reverse("voices", args=[refused.pk])]
    # A rank first: that somebody answered is told, what is not.
    say(me, {entry.shown_id: "1"}, by=me.person)
    before = [*read(manager, pages), *read(refused.person, theirs)]

    say(me, {entry.shown_id: "no"}, by=me.person)

    assert [*read(manager, pages), *read(refused.person, theirs)] == before
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    client = Client()
    client.force_login(manager)
    shown = client.get(reverse("round", args=[program.pk, matching_round.pk])).content.decode()
    assert "Short lists: 1 of 8 said something" in shown
    download = client.get(reverse("round_json", args=[program.pk, matching_round.pk]))
    assert download.status_code in (302, 403, 404)
    publish_round(matching_round, by=manager)
    letters = json.dumps(list(OutboxMessage.objects.values_list("text", "html", "subject")))
    assert "refus" not in letters
    assert "rather not:" not in letters.replace("whom rather not: nobody", "")


def read(person: Person, pages: list[str]) -> list[str]:
    client = Client()
    client.force_login(person)
    texts = [client.get(page).content.decode() for page in pages]
    return [re.sub(r'(value="[A-Za-z0-9]{64}"|"X-CSRFToken": "[^"]+")', "", t) for t in texts]


def test_without_names_no_name_is_shown(program: Program, manager: Person, client: Client) -> None:
    people = make_people(program, 6)
    make_short_lists(program, named=False, by=manager)
    client.force_login(people[0].person)

    shown = client.get(reverse("voices", args=[people[0].pk])).content.decode()

    assert "Person 1" in shown
    assert not re.search(r"Peer00[1-9]", shown)


def test_people_answer_on_the_page_and_nobody_for_another(
    program: Program, manager: Person, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    people = make_people(program, 6)
    client.force_login(manager)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("ask", args=[program.pk]), {"named": "yes"})
    entry = ShortListed.objects.filter(viewer=people[0]).first()
    assert entry
    assert entry.named
    page = reverse("voices", args=[people[0].pk])

    assert client.post(page, {f"person_{entry.pk}": "no"}).status_code == 404
    with pytest.raises(NotAllowed):
        say(people[0], {entry.shown_id: "no"}, by=people[1].person)
    client.force_login(people[0].person)
    client.post(page, {f"person_{entry.pk}": "2"})

    entry.refresh_from_db()
    assert (entry.rank, entry.refused) == (2, False)
    made = exposure(program)
    assert made
    assert (made.people, made.answered) == (6, 1)
    assert made.gini < 0.2
    assert get_resolver().resolve(page).url_name == "voices"


def test_lists_are_made_in_the_background_and_a_second_press_changes_nothing(
    program: Program,
    manager: Person,
    as_manager: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    make_people(program, 6)
    first = ask_for_voices(program, named=False, by=manager)
    assert ask_for_voices(program, named=False, by=manager) == first
    page = reverse("rounds", args=[program.pk])
    assert "Short lists are being made" in as_manager.get(page).content.decode()
    assert not ShortListed.objects.exists()

    run_short_lists.call(job_id=first.pk, program_id=program.pk, named=False, by=manager.pk)
    run_short_lists.call(job_id=first.pk, program_id=program.pk, named=False, by=manager.pk)

    assert "6 short lists are on their way." in as_manager.get(page).content.decode()
    assert as_manager.get(reverse("asking", args=[program.pk]))["HX-Refresh"] == "true"
    # Cancelled before it begins: the lists that were there stay.
    with django_capture_on_commit_callbacks(execute=True):
        second = ask_for_voices(program, named=False, by=manager)
        jobs.cancel(second)
    second.refresh_from_db()
    assert second.state == "cancelled"
    assert ShortListed.objects.filter(viewer__program=program).count() == 30


def test_one_person_has_nobody_to_choose(program: Program, manager: Person) -> None:
    make_participant(program, "Ana")

    with pytest.raises(NobodyToMatch):
        make_short_lists(program, named=False, by=manager)

    assert not ShortListed.objects.exists()
    assert exposure(program) is None
