"""Words for people in every language: gathered from the code and the pages, merged, compiled, checked.

``python -m tests.words`` gathers what is marked and merges it into the translations beside the code,
then compiles them. ``python -m tests.words --check`` changes nothing and says what is missing.
"""

from __future__ import annotations

import ast
import io
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.template import Engine, engines
from django.template.base import Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation.template import trim_whitespace

from peerloom.core.holdings import HOLDINGS, name_of

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerloom.config.settings")
if __name__ == "__main__":
    django.setup()

SOURCE = Path(settings.PACKAGE)
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES if code != "en")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "later": None,
    "noop": None,
    "ngettext": (1, 2),
}
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
NOTERS = ("record", "_note", "_noted")
Message = str | tuple[str, str]
PLURALS = {"fr": "nplurals=2; plural=(n > 1);", "es": "nplurals=2; plural=(n != 1);"}
_MARK = re.compile(r"%\(\w+\)s|%%|\{\w+[^}]*\}|</?\w+[^>]*>")
_CONSTANT = re.compile(r"""_\((?:"([^"]+)"|'([^']+)')\)""")


def gathered() -> dict[Message, list[str]]:
    """Every message, by the files it stands in, in their order."""
    found: dict[Message, list[str]] = {}
    files = sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")])
    for file in files:
        place = file.relative_to(SOURCE).as_posix()
        if "migrations/" in place or "template_library/" in place:
            continue
        if file.suffix == ".py":
            messages: Iterator[Message] = of_code(file)
            if file.name == "holdings.py" and file.parent.name != "core":
                messages = chain(messages, of_holdings(file))
        elif "templates/" in place:
            messages = of_page(file)
        else:
            continue
        for message in messages:
            places = found.setdefault(message, [])
            if place not in places:
                places.append(place)
    for message in of_models():
        found.setdefault(message, ["models"])
    return found


def of_code(file: Path) -> Iterator[Message]:
    """Messages of a module, and the verbs under which it notes things in the log."""
    with file.open("rb") as source:
        for _line, message, _comments, _context in extract("python", source, KEYWORDS):
            yield message if isinstance(message, str) else (message[0], message[1])
    for call in ast.walk(ast.parse(file.read_text())):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            verbs = call.args[1:2] if call.func.id in NOTERS else []
            verbs += [k.value for k in call.keywords if k.arg == "verb" and call.func.id == "saw"]
            for part in (part for verb in verbs for part in ast.walk(verb)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def of_holdings(file: Path) -> Iterator[str]:
    """What the parts of a person's own data are called, in the file they take along."""
    for function in ast.parse(file.read_text()).body:
        if isinstance(function, ast.FunctionDef) and not re.search("erase|forget", function.name):
            for part in ast.walk(function):
                if isinstance(part, ast.Constant) and re.fullmatch("[a-z_0-9]+", str(part.value)):
                    yield name_of(part.value)


def of_models() -> Iterator[str]:
    """What things are called in the log, and rooms in a person's own data."""
    for model in apps.get_models():
        if model.__module__.startswith("peerloom."):
            yield str(model._meta.verbose_name)
    yield from (name_of(room) for room in HOLDINGS)


@cache
def _exact() -> Engine:
    """The pages' own engine, that knows where in its file each thing stands."""
    own = engines["django"].engine
    return Engine(
        dirs=own.dirs, app_dirs=True, libraries=own.libraries, builtins=own.builtins, debug=True
    )


def of_page(file: Path) -> Iterator[Message]:
    """Messages of a template, exactly as they are looked up when it is shown."""
    text = file.read_text()
    page = Template(text, engine=_exact())
    marked: list[tuple[int, Message]] = []
    for node in page.nodelist.get_nodes_by_type(TranslateNode):
        literal = node.filter_expression.var.literal
        if isinstance(literal, str):
            marked.append((node.token.position[0], literal.replace("%", "%%")))
    for node in page.nodelist.get_nodes_by_type(BlockTranslateNode):
        one, many = _block(node, node.singular), _block(node, node.plural)
        marked.append((node.token.position[0], (one, many) if node.plural else one))
    for found in _CONSTANT.finditer(text):
        marked.append((found.start(), found[1] or found[2]))
    yield from (message for _at, message in sorted(marked, key=lambda m: m[0]))


def _block(node: BlockTranslateNode, tokens: object) -> str:
    text = node.render_token_list(tokens)[0] if tokens else ""
    return trim_whitespace(text) if node.trimmed else text


def po(language: str) -> Path:
    """Where the translation into a language stands."""
    return SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"


def translation(language: str) -> Catalog:
    """What is translated so far."""
    file = po(language)
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as kept:
        return read_po(kept, locale=language)


def merged(language: str, messages: dict[Message, list[str]]) -> Catalog:
    """The translation with exactly these messages; those that are new have no words yet."""
    before, fresh = translation(language), _empty(language)
    for message, places in messages.items():
        key = message if isinstance(message, str) else message[0]
        kept = before.get(key)
        same = kept and bool(kept.pluralizable) == isinstance(message, tuple)
        fresh.add(message, kept.string if kept and same else None, [(p, 0) for p in places])
    return fresh


def _empty(language: str) -> Catalog:
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURALS[language]}\\n"\n'
    )
    return read_po(io.BytesIO(head.encode()), locale=language)


def as_po(catalog: Catalog) -> bytes:
    """A translation as its file has it."""
    language = str(catalog.locale)
    out = io.BytesIO(
        # Nothing of when and by which tool: a merge that changes no words changes no file.
        (
            f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
            '"Content-Type: text/plain; charset=utf-8\\n"\n'
            '"Content-Transfer-Encoding: 8bit\\n"\n'
            f'"Plural-Forms: {PLURALS[language]}\\n"\n\n'
        ).encode()
    )
    out.seek(0, io.SEEK_END)
    write_po(out, catalog, width=100, include_lineno=False, omit_header=True)
    return out.getvalue()


def as_mo(language: str) -> bytes:
    """A translation as it is read when the server runs."""
    out, words = io.BytesIO(), translation(language)
    # The same words make the same file, whenever it is made.
    words.creation_date = words.revision_date = EPOCH
    write_mo(out, words)
    return out.getvalue()


def problems(language: str) -> list[str]:
    """What is missing in a translation, or does not fit what is translated."""
    found, messages, kept = [], gathered(), translation(language)
    for message in messages:
        originals = (message,) if isinstance(message, str) else message
        entry = kept.get(originals[0])
        words = entry.string if entry else ""
        forms = (words,) if isinstance(words, str) else tuple(words)
        if len(forms) != len(originals) or not all(forms):
            found.append(f"not translated: {originals[0]!r}")
            continue
        for original, form in zip(originals, forms, strict=True):
            if marks(original) != marks(form):
                found.append(f"other marks than {original!r}: {form!r}")
    known = {m if isinstance(m, str) else m[0] for m in messages}
    found += [f"no longer used: {m.id!r}" for m in kept if m.id and _first(m.id) not in known]
    return found


def _first(key: str | tuple[str, ...] | list[str]) -> str:
    return key if isinstance(key, str) else key[0]


def marks(words: str) -> list[str]:
    """What is filled in and how, and the tags: a translation has the same, in any order."""
    return sorted(_MARK.findall(words))


def main() -> int:
    """Gather, merge and compile; or with ``--check`` say what is missing."""
    if "--check" in sys.argv:
        found = [
            f"{language}: {problem}" for language in LANGUAGES for problem in problems(language)
        ]
        print("\n".join(found) or "Every word is there in every language.")
        return 1 if found else 0
    messages = gathered()
    for language in LANGUAGES:
        file = po(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(as_po(merged(language, messages)))
        file.with_suffix(".mo").write_bytes(as_mo(language))
        print(f"{language}: {len(messages)} messages, {len(problems(language))} to look at")
    return 0


if __name__ == "__main__":
    sys.exit(main())
