"""Every letter in every language: all its words are there, and what is filled in stays plain."""

from __future__ import annotations

import re

import pytest

from peerloom.accounts.models import Person
from peerloom.balance import SIGNALS as SIGNAL_KINDS
from peerloom.care.said import ANSWERS, QUIET
from peerloom.messaging.models import OutboxMessage
from peerloom.partnerships import actions
from peerloom.partnerships.letters import WHAT, meeting_letters
from peerloom.programs.actions import reword
from peerloom.programs.letters import ProgramWords, compose
from peerloom.programs.library import CARE, LETTERS
from peerloom.programs.models import Program
from peerloom.programs.queries import SIGNALS
from peerloom.programs.template_library import LANGUAGES, words
from tests.rooms.partners import Pair, held

pytestmark = pytest.mark.django_db
MARK = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_all_letters_have_the_same_marks_in_all_languages(language: str) -> None:
    english, other = words("en"), words(language)
    for key in (*LETTERS, *CARE):
        for part in ("title", "body"):
            here, there = english["materials"][key][part], other["materials"][key][part]
            assert set(MARK.findall(here)) == set(MARK.findall(there)), (key, part)
    assert set(english["letters"]) == set(other["letters"])
    assert set(other["care"]["reasons"]) == set(SIGNALS) == set(SIGNAL_KINDS)
    said = {QUIET, *(a for answers in ANSWERS.values() for a in answers)}
    assert set(other["care"]["answers"]) == said
    # The library has words of its own in each.
    if language != "en":
        assert other["materials"]["care_help"] != english["materials"]["care_help"]


@pytest.mark.parametrize("what", WHAT)
def test_a_letter_about_a_meeting_comes_in_the_readers_language(pair: Pair, what: str) -> None:
    partnership, ana, ben = pair
    meeting = held(partnership, ana)
    Person.objects.filter(pk=ben.pk).update(language="es")

    to_ana, to_ben = meeting_letters(meeting, what)

    assert to_ana.text.startswith("Hello Ana,")
    assert to_ben.text.startswith("Hola, Ben:")
    # Days as well: Mon 2 Feb in English, lun 2 feb in Spanish.
    assert "Mon 2 Feb" in to_ana.text
    assert "lun 2 feb" in to_ben.text.lower()
    for letter in (to_ana, to_ben):
        assert not MARK.search(letter.text + letter.subject), letter.text
        assert "**" not in letter.text


def test_what_is_filled_in_cannot_format_or_script(program: Program, manager: Person) -> None:
    reword(
        program, "message_step", title="Hi {names}", body="**{names}**, see {program}.", by=manager
    )
    hostile = "*x* [click](http://evil.example) <script>alert(1)</script> {program}"
    said = ProgramWords(program).say("message_step", manager)

    letter = compose(
        said, program, manager, key="k", kind="step", link="https://x.example/",
        marks={"names": hostile},
    )  # fmt: skip

    assert "<script>" not in letter.html
    assert "<em>" not in letter.html
    assert 'href="http://evil.example"' not in letter.html
    assert "*x* [click]" in letter.text


def test_an_invitation_to_pause_reaches_both_in_the_same_words(pair: Pair) -> None:
    from datetime import timedelta

    from django.utils import timezone

    partnership, ana, _ = pair
    until = timezone.localdate() + timedelta(days=20)
    actions.take_break(partnership, until, by=ana)
    actions.take_break(partnership, until, by=ana)
    letters = OutboxMessage.objects.filter(kind="break")
    assert letters.count() == 2
    bodies = {m.text.split("\n", 1)[1] for m in letters}
    assert len(bodies) == 1
    assert "22 February 2026" in bodies.pop()
