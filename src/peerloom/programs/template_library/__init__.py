"""What programs are made from: templates, and the words of everything in them, by language.

`templates.toml` says what each template is made of; `words/` has one file for each language, all
with the same keys.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = {"en": "English", "fr": "Français", "es": "Español"}
_FOLDER = resources.files("peerloom.programs.template_library")


@cache
def words(language: str) -> dict[str, Any]:
    """All words in a language; English for one that is not there."""
    known = language if language in LANGUAGES else "en"
    text = _FOLDER.joinpath("words", f"{known}.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def templates() -> dict[str, dict[str, Any]]:
    """Templates by key, in the order they are offered."""
    return tomllib.loads(_FOLDER.joinpath("templates.toml").read_text("utf-8"))
