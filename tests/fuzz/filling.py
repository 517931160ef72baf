"""Forms of a page, filled with likely and unlikely things."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

WORDS = (
    "A question", "sql; hiring", "  ", "", "a" * 90, "b " * 3000, "{{7|add:7}}",
    "<script>alert(1)</script>\"'>", "\u202eright to left", "\U0001f9f6 yarn", "nul\x00nul",
    "=1+1", "0", "-1", "1e400", "99999999999999999999", "None", "2026-02-30", "24:61", "ä\u0301ß",
    "Mon 09:00-12:00", "Mon 09:00-08:00", "https://example.org/x", "javascript:alert(1)", "100 %s %(a",
    "nobody@example.org", "a@b", "line\r\nline", "\ud7ff\ufffe",
)  # fmt: skip
DAYS = ("2026-11-28", "2027-01-04", "1999-12-31", "9999-12-31", "0001-01-01", "2026-02-30", "x", "")
CLOCKS = ("09:00", "23:59", "24:00", "", "9")
FILES = (
    b"email,name\na@x.example,A\n", b"", b"\xff\xfe\x00", b"email\n=cmd\n", b"PK\x03\x04broken",
    "email;name\nü@x.example;Ü\n".encode("latin-1"), b"x" * 5000, b"email,email\na@x.example,\n",
)  # fmt: skip


# As browsers have them in every language; anything else is shown as empty, and sent as such.
DRAWN = {
    "date": r"\d{4}-\d\d-\d\d",
    "time": r"\d\d:\d\d(:\d\d)?",
    "number": r"-?\d+(\.\d+)?",
    "datetime-local": r"\d{4}-\d\d-\d\dT\d\d:\d\d",
}


@dataclass
class Field:
    """One that a browser would send."""

    name: str
    kind: str
    value: str
    choices: list[str] = field(default_factory=list)
    sent: bool = True

    @property
    def shown(self) -> str:
        """What a browser makes of the value."""
        return self.value if re.fullmatch(DRAWN.get(self.kind, ".*"), self.value, re.S) else ""


@dataclass
class Form:
    """Where it goes and what it asks; buttons with a name are fields of it."""

    action: str
    method: str
    fields: list[Field]
    buttons: list[Field]

    def as_it_stands(self, button: Field | None) -> dict[str, Any]:
        """What a browser sends where somebody presses the button and nothing else."""
        data: dict[str, Any] = {}
        for one in (*(f for f in self.fields if f.sent), *([button] if button else [])):
            if one.kind in ("checkbox", "many"):
                data.setdefault(one.name, []).append(one.value)
            elif one.kind != "file":
                data[one.name] = one.shown
        return data


def links_of(text: str, page: str) -> list[str]:
    """Paths of this site that the page links to, or asks for by itself."""
    found: list[str] = []
    if not text.strip():
        return found
    for element in html.fromstring(text).iter("a", "div", "section", "button", "form", "input"):
        for name in ("href", "hx-get"):
            target = element.get(name)
            if target:
                parts = urlsplit(urljoin(f"http://testserver{page}", target))
                if parts.netloc == "testserver" and not parts.path.startswith(
                    ("/static/", "/media/")
                ):
                    found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def forms_of(text: str, page: str) -> list[Form]:
    """Forms of a page; those on other sites are left out."""
    found: list[Form] = []
    if not text.strip():
        return found
    for form in html.fromstring(text).iter("form"):
        action = form.get("hx-post") or form.get("action") or page
        parts = urlsplit(urljoin(f"http://testserver{page}", action))
        if parts.netloc != "testserver":
            continue
        fields, buttons = [], []
        for element in form.iter("input", "textarea", "select", "button"):
            name = element.get("name")
            if not name or name == "csrfmiddlewaretoken":
                continue
            if element.tag == "select":
                options = [o.get("value") or "" for o in element.iter("option")]
                chosen = [
                    o.get("value") or ""
                    for o in element.iter("option")
                    if o.get("selected") is not None
                ]
                if element.get("multiple") is not None:
                    fields += [Field(name, "many", o, options, o in chosen) for o in options]
                else:
                    fields.append(Field(name, "select", [*chosen, *options, ""][0], options))
            elif element.tag == "textarea":
                fields.append(Field(name, "text", element.text or ""))
            elif element.tag == "button":
                buttons.append(Field(name, "button", element.get("value") or ""))
            else:
                kind = element.get("type") or "text"
                ticked = kind not in ("checkbox", "radio") or element.get("checked") is not None
                value = element.get("value") or ("on" if kind == "checkbox" else "")
                fields.append(Field(name, kind, value, sent=ticked))
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        found.append(
            Form(
                path,
                "post" if form.get("hx-post") else (form.get("method") or "get").lower(),
                fields,
                buttons,
            )
        )
    return found


class Writer:
    """Fills forms; `mark` is in every word it writes for others to read."""

    def __init__(self, chance: random.Random, mark: str) -> None:
        self.chance, self.mark = chance, mark

    def filled(self, form: Form, own: str) -> dict[str, Any]:
        """What is sent; mostly likely, now and then nonsense or something missing.

        `own` is the mark of words that only partners may read, in place of the organisation's.
        """
        careless = self.chance.random() < 0.3
        data: dict[str, Any] = {}
        for one in form.fields:
            if careless and self.chance.random() < 0.15:
                continue
            value = self._value(one, careless, own or self.mark)
            if value is None:
                continue
            if one.kind in ("checkbox", "many"):
                data.setdefault(one.name, []).append(value)
            elif one.kind == "radio" and one.name in data and self.chance.random() < 0.6:
                continue
            else:
                data[one.name] = value
        if form.buttons:
            pressed = self.chance.choice(form.buttons)
            data[pressed.name] = pressed.value
        return data

    def _value(self, one: Field, careless: bool, mark: str) -> Any:
        pick, luck = self.chance.choice, self.chance.random()
        if careless and luck < 0.25 and one.kind != "file":
            return pick(WORDS)
        if one.kind == "hidden":
            return one.value
        if one.kind in ("checkbox", "radio"):
            return (one.value or "on") if luck < 0.6 else None
        if one.kind == "many":
            return one.value if luck < 0.4 else None
        if one.kind == "select":
            return pick(one.choices) if one.choices else ""
        if one.kind == "file":
            return SimpleUploadedFile("people.csv", pick(FILES)) if luck < 0.8 else None
        if one.kind == "date":
            return one.value if one.value and luck < 0.4 else pick(DAYS)
        if one.kind == "datetime-local":
            return f"{pick(DAYS)}T{pick(CLOCKS)}"
        if one.kind == "time":
            return pick(CLOCKS)
        if one.kind == "number":
            return pick(("0", "1", "2", "3", "5", "12", "60", "-1", "1.5", "100000", "x", ""))
        if one.kind == "email":
            return pick((f"{mark}{self.chance.randrange(99)}@example.org", "a@b", "", one.value))
        if one.value and luck < 0.4:
            return one.value
        return f"{mark} {pick(WORDS)}"

    def place(self, name: str, numbers: dict[str, Any]) -> Any:
        """A number or word for a part of an address: mostly something that is there."""
        known = numbers.get(name)
        if known and self.chance.random() < 0.95:
            return self.chance.choice(known)
        return self.chance.choice((0, 1, 10**9)) if name.endswith("_id") else "nothing"
