"""Every word for people is there in every language, and every page's words are marked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from peerloom.messaging.reasons import NAMES, WHY
from peerloom.partnerships.letters import WHAT
from tests.words import LANGUAGES, SOURCE, as_mo, gathered, marks, po, problems, translation

PAGES = sorted(p for p in SOURCE.rglob("templates/**/*") if p.suffix in (".html", ".txt"))
# What is for those who write programs, and in English, as the code is.
FOR_PROGRAMMERS = ("api/index.html",)
NO_WORDS = re.compile(
    r"{% blocktranslate.*?{% endblocktranslate %}|{% block width %}\w+|{%.*?%}|{{.*?}}|{#.*?#}"
    r"|<(script|style|svg|code)\b.*?</\1>|<!--.*?-->|&\w+;",
    re.DOTALL,
)
SEEN = re.compile(r'\b(?:aria-label|title|placeholder|alt|data-name)="([^"]*)"')


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_translated(language: str) -> None:
    assert problems(language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_server_reads_is_what_was_translated(language: str) -> None:
    # `python -m tests.words` compiles them.
    assert po(language).with_suffix(".mo").read_bytes() == as_mo(language)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_every_word_of_a_page_is_marked(page: Path) -> None:
    if page.as_posix().endswith(FOR_PROGRAMMERS):
        return
    bare = NO_WORDS.sub("", page.read_text())
    words = [*SEEN.findall(bare), *re.sub(r"<[^>]*>", "\n", bare).split("\n")]

    assert [w for w in words if re.search("[A-Za-z]", w.replace("Peerloom", ""))] == []


def test_no_marked_words_hide_where_nobody_gathers_them() -> None:
    hidden = []
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.JoinedStr):
                calls = [c for c in ast.walk(node) if isinstance(c, ast.Call)]
                hidden += [
                    f"{file}:{c.lineno}"
                    for c in calls
                    if getattr(c.func, "id", "") in ("_", "later")
                ]

    assert hidden == []


def test_what_a_page_says_after_a_press_is_marked() -> None:
    bare = []
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            whose, verb = getattr(node.func.value, "id", ""), node.func.attr
            if whose == "messages" or verb == "add_error":
                bare += [
                    f"{file}:{a.lineno}"
                    for a in node.args[1:]
                    if isinstance(a, ast.JoinedStr)
                    or (isinstance(a, ast.Constant) and " " in str(a.value))
                ]

    assert bare == []


def calls(*names: str) -> Iterator[ast.Call]:
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
                yield node


def test_what_is_noted_in_the_log_is_said_where_it_is_noted() -> None:
    # A verb that comes from elsewhere is one of a noter's, whose callers are gathered.
    elsewhere = {c.args[1].id for c in calls("record") if isinstance(c.args[1], ast.Name)}
    messages = gathered()

    assert elsewhere <= {"verb"}
    for said in ("turned off webhook", "no longer found", "took in hand"):
        assert said in messages


def test_every_kind_of_letter_has_a_name_and_a_reason() -> None:
    kinds = {f"meeting {what}" for what in WHAT}
    reasoned = {"digest", "ended", "nudge"}  # these say why themselves
    for call in calls("Letter", "compose", "write_letters"):
        given = [k.value for k in call.keywords if k.arg == "kind"]
        given += call.args[2:3] if getattr(call.func, "id", "") == "write_letters" else []
        kinds |= {str(g.value) for g in given if isinstance(g, ast.Constant)}

    assert kinds >= {"invitation", "pulse", "accepted", "meeting change"}
    assert kinds <= set(NAMES)
    assert kinds - reasoned <= set(WHY)


def test_a_line_of_french_never_begins_with_its_punctuation() -> None:
    words = SOURCE / "programs" / "template_library" / "words" / "fr.toml"
    said = [str(m.string) for m in translation("fr") if m.id] + words.read_text().split("\n")

    assert [s for s in said if re.search(r"\w [;:?!»](\s|$)|« ", s)] == []


def test_marks_tell_a_translation_that_lost_a_name_from_one_that_moved_it() -> None:
    assert marks("{a} of %(b)s in <b>c</b>") == marks("<b>c</b>: %(b)s, {a}")
    assert marks("{a} people") != marks("{b} personas")
    assert marks("95 %% of %(b)s") != marks("95 % de %(b)s")


def test_what_jobs_say_of_themselves_is_gathered_too() -> None:
    messages = gathered()

    for said in (
        "looking at pairs",
        "counted results",
        "matching round",
        "You were matched with a peer.",
    ):
        assert said in messages
