"""Words for people in every language: gathered from the code and the pages, merged, compiled, checked.

``python -m tests.words`` gathers what is marked and merges it into the translations beside the code,
then compiles them. ``python -m tests.words --check`` changes nothing and says what is missing.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

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

SOURCE = Path(settings.PACKAGE)
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES if code != "en")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "later": None,
    "noop": None,
    "ngettext": (1, 2),
}
NOTERS = ("record", "_note", "_noted")
Message = str | tuple[str, str]
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
            messages = of_code(file)
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


def of_models() -> Iterator[str]:
    """What things are called in the log."""
    for model in apps.get_models():
        if model.__module__.startswith("peerloom."):
            yield str(model._meta.verbose_name)


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
    before = translation(language)
    fresh = Catalog(locale=language, project="Peerloom", charset="utf-8", fuzzy=False)
    for message, places in messages.items():
        key = message if isinstance(message, str) else message[0]
        kept = before.get(key)
        words = (
            kept.string if kept and bool(kept.pluralizable) == isinstance(message, tuple) else None
        )
        fresh.add(message, words, locations=[(place, 0) for place in places])
    return fresh


def as_po(catalog: Catalog) -> bytes:
    """A translation as its file has it."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, include_lineno=False, omit_header=True)
    plural = catalog.plural_forms
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalog.locale_identifier}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {plural}\\n"\n\n'
    )
    return header.encode() + out.getvalue()


def as_mo(language: str) -> bytes:
    """A translation as it is read when the server runs."""
    out = io.BytesIO()
    write_mo(out, translation(language))
    return out.getvalue()
