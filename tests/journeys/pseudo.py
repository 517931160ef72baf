"""A language that nobody speaks, written from right to left: what of a page does not turn shows in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests.words import gathered

# By its code a browser knows which way it is written; its dates are Django's own.
CODE = "ar"
LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابثدعفغهيجكلمنوپقرستخڤوخيز")
KEPT = re.compile(r"(%\(\w+\)s|%%|\{\w+[^}]*\}|</?\w+[^>]*>|&\w+;)")


def turned(words: str) -> str:
    """The words in it; what is filled in, and tags, stay."""
    parts = KEPT.split(words)
    return "".join(p if k % 2 else p.lower().translate(LETTERS) for k, p in enumerate(parts))


def speak_it(folder: Path, settings: Any) -> None:
    """Have the server speak it too."""
    catalog = Catalog(locale=CODE, fuzzy=False)
    for message in gathered():
        if isinstance(message, str):
            # Formats of dates are no words.
            catalog.add(
                message,
                message
                if re.fullmatch("[A-Za-z ,:]{1,11}", message) and ("j" in message or message == "M")
                else turned(message),
            )
        else:
            many = [turned(message[1])] * catalog.num_plurals
            catalog.add(message, tuple(many))
    file = folder / CODE / "LC_MESSAGES" / "django.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as out:
        write_mo(out, catalog)
    settings.LOCALE_PATHS = [folder, *settings.LOCALE_PATHS]
    settings.LANGUAGES = [*settings.LANGUAGES, (CODE, "من اليمين")]
