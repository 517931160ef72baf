"""What a program writes to its people: in its manager's words, else in the library's."""

from __future__ import annotations

from peerloom.programs.library import CARE, LETTERS
from peerloom.programs.models import Material, Program, Said
from peerloom.programs.safeguards import safeguards_of
from peerloom.programs.template_library import LANGUAGES, words


def message_words(program: Program, key: str, language: str = "") -> Said:
    """What care says: as the manager wrote it, or as the library has it, in a language.

    A message that a manager took out is still said in the library's words: care goes on.
    """
    language = language or program.language
    material = program.materials.filter(key=key).select_related("program").first()
    if material is not None:
        return material.said(language)
    there = words(language)["materials"][key]
    return Said(there["title"], there["body"].strip(), language)


def unasked_said(program: Program, language: str) -> Said | None:
    """What people are told when they join where the manager hears unasked; None where they do not."""
    if safeguards_of(program).unasked_since is None:
        return None
    known = language if language in LANGUAGES else program.language
    there = words(known)["materials"]["commitment_unasked"]
    return Said(there["title"], there["body"].strip(), known)


def care_messages(program: Program) -> list[tuple[str, Said, Material | None]]:
    """All of them as they stand: key, words in the program's language, and what was written here."""
    return _messages(program, CARE)


def letter_messages(program: Program) -> list[tuple[str, Said, Material | None]]:
    """The other letters, likewise."""
    return _messages(program, LETTERS)


def _messages(program: Program, keys: tuple[str, ...]) -> list[tuple[str, Said, Material | None]]:
    own = {m.key: m for m in program.materials.filter(key__in=keys)}
    return [(key, message_words(program, key), own.get(key)) for key in keys]
