"""Letters about a program, in its manager's words and the reader's language; one form for all.

Words come from the program's materials, or from the library where nothing was written. Marks such as
{names} stand for what differs from letter to letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.core.markdown import rendered
from peerloom.messaging.actions import Letter
from peerloom.programs.messages import message_words
from peerloom.programs.models import Program, Said
from peerloom.programs.template_library import words

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")


class ProgramWords:
    """What a program says; each is looked up once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._said: dict[tuple[str, str], Said] = {}

    def say(self, key: str, person: Person) -> Said:
        """Title and body for a person."""
        language = language_for(person, self.program)
        if (key, language) not in self._said:
            self._said[key, language] = message_words(self.program, key, language)
        return self._said[key, language]


def language_for(person: Person, program: Program) -> str:
    """In which a person is written to."""
    return person.language or program.language


def phrases(language: str) -> dict[str, Any]:
    """Small words of letters: greeting, buttons, labels."""
    return dict(words(language)["letters"])


def filled(text: str, marks: Mapping[str, str]) -> str:
    """The text with its marks filled in."""
    for mark, value in marks.items():
        text = text.replace(f"{{{mark}}}", str(value))
    return text


def filled_as_text(text: str, marks: Mapping[str, str]) -> str:
    """Plain text of Markdown with its marks filled in; without the marks of emphasis."""
    return filled(text.replace("**", ""), marks)


def filled_as_html(text: str, marks: Mapping[str, str]) -> str:
    """Safe HTML of Markdown with its marks filled in; what is filled in stays plain."""
    return rendered(filled(text, {k: _MARKDOWN.sub(r"\\\1", str(v)) for k, v in marks.items()}))


@dataclass(frozen=True)
class Besides:
    """What stands in a letter below its words.

    Attributes
    ----------
    facts
        Label and text each.
    agenda
        A numbered list, with what stands before it.
    people
        Name and address of those to write to.
    """

    facts: Sequence[tuple[str, str]] = ()
    agenda: Sequence[str] = ()
    people: Sequence[tuple[str, str]] = field(default=())


def compose(
    said: Said,
    program: Program,
    person: Person,
    *,
    key: str,
    kind: str,
    link: str,
    marks: Mapping[str, str] | None = None,
    subject: str = "",
    besides: Besides | None = None,
    **more: Any,
) -> Letter:
    """A letter to one person.

    Parameters
    ----------
    key, kind, more
        Of the `Letter`.
    link
        Where its button leads.
    subject
        Instead of the title.
    """
    language = said.language
    known = {
        "program": program.name,
        "organisation": program.organisation.name,
        **(marks or {}),
    }
    say = {k: v.replace("{name}", person.first_name) for k, v in phrases(language).items()}
    shown = {
        "person": person,
        "program": program,
        "language": language,
        "text": filled_as_text(said.body, known),
        "html": filled_as_html(said.body, known),
        "link": link,
        "besides": besides or Besides(),
        "say": say,
    }
    # What a chat shows as a button.
    more.setdefault("links", [(say["open"], link)])
    return Letter(
        key=key,
        kind=kind,
        to=person.email,
        subject=subject or filled(said.title, known),
        text=render_to_string("programs/letter.txt", shown),
        html=render_to_string("programs/letter.html", shown),
        **more,
    )


def said_day(day: date, language: str) -> str:
    """A day, written out in a language."""
    with translation.override(language):
        return date_format(day, _("j F Y"))


def said_moment(moment: datetime, zone: tzinfo, place: str, language: str) -> str:
    """Such as: Tue 8 Dec, 14:00 (Paris)."""
    with translation.override(language):
        there = date_format(moment.astimezone(zone), _("D j M, H:i"))
        return f"{there} ({place})"


def cadence_words(cadence: str, language: str) -> str:
    """How often people meet, in a language."""
    return str(words(language)["cadence"][cadence])
