"""Words for skills: kept once, merged by a person, read as one; the directory; goals."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from peerloom.accounts.errors import NotAllowed
from peerloom.accounts.models import Person
from peerloom.matching import match
from peerloom.participants import actions
from peerloom.participants.actions import keep_words, merge_skills, part_skills
from peerloom.participants.errors import CannotMerge
from peerloom.participants.models import Participant, Skill
from peerloom.participants.queries import (
    compared,
    skills_in,
    standing_for,
    who_could_help,
    with_one_word,
)
from peerloom.partnerships.reasons import reasons
from peerloom.programs.models import Program
from peerloom.rounds.snapshot import policy_of, pool_of
from tests.factories import make_organisation, make_participant


def word(program: Program, name: str) -> Skill:
    return program.organisation.skills.get(key=compared(name))


@given(st.text(max_size=30))
def test_a_word_compares_with_itself_however_it_is_spaced_or_cased(text: str) -> None:
    once = compared(text)

    assert compared(once) == once
    assert compared(f"  {text.upper().lower()} ") == compared(text.upper().lower())


def test_words_are_kept_once_however_they_are_written(program: Program) -> None:
    ana = make_participant(program, "Ana")

    actions.save_answers(ana, {"offers": "SQL; Public speaking"}, by=ana.person)
    actions.save_answers(ana, {"wants": "sql ; public  Speaking; Ｓｑｌ"}, by=ana.person)
    keep_words(program, ["SQL."])

    assert sorted(program.organisation.skills.values_list("name", flat=True)) == [
        "Public speaking", "SQL",
    ]  # fmt: skip


def test_merged_words_count_as_one_in_the_matching_and_in_the_reasons(
    program: Program, manager: Person
) -> None:
    ana = make_participant(program, "Ana", wants="JS", offers="hiring", stage="3")
    ben = make_participant(program, "Ben", wants="hiring", offers="JavaScript", stage="3")
    eva = make_participant(program, "Eva", wants="hiring", offers="cooking", stage="3")
    keep_words(program, ["JS; JavaScript; cooking; hiring"])
    before = reasons([ana, ben])[ana.pk]
    program.policy["objective"]["trios"] = False

    merge_skills(word(program, "js"), word(program, "javascript"), by=manager)

    people = [ana, ben, eva]
    pairs = match(pool_of(program, people), policy_of(program)).partnerships
    assert {str(ana.pk), str(ben.pk)} in [set(p.members) for p in pairs]
    assert before.gets == []
    assert reasons([ana, ben])[ana.pk].gets == ["JavaScript"]
    ana.refresh_from_db()
    assert ana.answers["wants"] == "JS"


def test_words_merge_through_and_come_apart(program: Program, manager: Person) -> None:
    keep_words(program, ["js; javascript; ecmascript"])
    js, java, ecma = (word(program, w) for w in ("js", "javascript", "ecmascript"))

    merge_skills(js, java, by=manager)
    merge_skills(java, ecma, by=manager)
    js.refresh_from_db()

    assert js.same_as == ecma
    with pytest.raises(CannotMerge):
        merge_skills(ecma, js, by=manager)
    part_skills(js, by=manager)
    assert standing_for(program.organisation_id) == {"javascript": "ecmascript"}
    assert with_one_word("JavaScript; ECMAscript; x", {"javascript": "ecmascript"}) == (
        "ECMAscript; x"
    )


def test_words_of_two_organisations_never_merge(program: Program, manager: Person) -> None:
    other = make_organisation("Other")
    theirs = Skill.objects.create(organisation=other, name="sql", key="sql")
    keep_words(program, ["sql"])

    with pytest.raises(CannotMerge):
        merge_skills(word(program, "sql"), theirs, by=manager)
    with pytest.raises(NotAllowed):
        merge_skills(theirs, word(program, "sql"), by=manager)


def test_the_list_counts_people_and_names_what_nobody_offers(
    program: Program, manager: Person, client: Client
) -> None:
    for name, wants, offers in (
        ("Ana", "sql", "hiring"),
        ("Ben", "SQL; SQL", ""),
        ("Eva", "js", "JS"),
    ):
        make_participant(program, name, wants=wants, offers=offers)
    keep_words(program, ["sql; hiring; js; unused"])

    counted = [(s.skill.name, s.wanted, s.offered) for s in skills_in(program)]
    client.force_login(manager)
    shown = client.get(reverse("skills", args=[program.pk])).content.decode()
    wrong = client.post(reverse("skills", args=[program.pk]), {"word": "sql", "into": "nope"})

    assert counted == [("sql", 2, 0), ("js", 1, 1), ("hiring", 0, 1)]
    assert "nobody offers it" in shown
    assert "Nobody here wrote this word" in wrong.content.decode()


def test_only_who_agreed_is_found_and_only_for_what_they_offer(
    program: Program, client: Client
) -> None:
    ana = make_participant(program, "Ana", offers="SQL; PLANTED", wants="hiring")
    ben = make_participant(program, "Ben", offers="sql tuning")
    make_participant(program, "Zelda", offers="SQL")
    gone = make_participant(program, "Gus", offers="SQL", state="left")
    for someone in (ana, ben, gone):
        actions.be_found(someone, True, by=someone.person)

    found = who_could_help(ben, " Sql")

    assert found == [(ana, "SQL")]
    assert who_could_help(ben, "hiring") == []
    assert who_could_help(ben, "s") == []
    client.force_login(ben.person)
    page = client.get(reverse("find", args=[ben.pk]), {"q": "sql"}).content.decode()
    assert "Ana" in page
    assert "PLANTED" not in page
    assert "Zelda" not in page
    client.post(reverse("find", args=[ben.pk]), {"findable": "no"})
    assert not Participant.objects.get(pk=ben.pk).findable


def test_an_offer_for_the_matching_alone_finds_nobody(program: Program) -> None:
    ana = make_participant(program, "Ana", offers="SQL")
    actions.be_found(ana, True, by=ana.person)
    program.questions.filter(key="offers").update(seen_by="matching")

    assert who_could_help(make_participant(program, "Ben"), "sql") == []


def test_a_goal_keeps_its_place_and_its_scale(program: Program) -> None:
    ana = make_participant(program, "Ana")
    first = [actions.StatedGoal("skill", "SQL", "a report", "a query", "a course")]
    actions.state_goals(ana, first, by=ana.person)
    goal = ana.goals.get()

    actions.state_goals(ana, [actions.StatedGoal("growth", "Delegate"), *first], by=ana.person)

    assert [g.text for g in ana.goals.all()] == ["Delegate", "SQL"]
    assert ana.goals.first() == goal
    assert ana.goals.last().more == "a course"  # type: ignore[union-attr]
    actions.state_goals(ana, [], by=ana.person)
    assert not ana.goals.exists()
