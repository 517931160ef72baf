"""Everything that is held of a person, as a file for machines and one to read."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.core.holdings import data_of, name_of

PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title><style>
body{{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c2420;background:#fff}}
h2{{margin-top:2rem;border-bottom:1px solid #ccc}}dt{{font-weight:600}}dd{{margin:0 0 .5rem 1rem;white-space:pre-line}}
li{{margin-bottom:.5rem}}.none{{color:#5b645f}}
@media(prefers-color-scheme:dark){{body{{color:#e8ece9;background:#161b18}}.none{{color:#a3aca6}}}}
</style></head><body><h1>{heading}</h1><p>{who}, {when}</p>{body}</body></html>
"""


def as_json(person: Person) -> str:
    """For machines."""
    return json.dumps(data_of(person), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def as_page(person: Person) -> str:
    """To read: one page that needs nothing else."""
    body = format_html_join(
        "", "<h2>{}</h2>{}", ((_name(room), _shown(data)) for room, data in data_of(person).items())
    )
    now = date_format(timezone.localtime(), _("j F Y, H:i"))
    return format_html(
        PAGE,
        lang=get_language() or "en",
        title=_("My data"),
        heading=_("What Peerloom keeps of you"),
        who=person.email,
        when=now,
        body=body,
    )


def _shown(value: Any) -> SafeString:
    if isinstance(value, dict) and value:
        rows = ((_name(k), _shown(v)) for k, v in value.items())
        return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))
    if isinstance(value, list | tuple | set) and value:
        return format_html(
            "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((_shown(v),) for v in value))
        )
    if value in (None, "", [], {}, ()):
        return format_html('<span class="none">{}</span>', _("nothing"))
    if isinstance(value, bool):
        return format_html("{}", _("yes") if value else _("no"))
    if isinstance(value, datetime):
        return format_html("{}", date_format(timezone.localtime(value), _("j F Y, H:i")))
    if isinstance(value, date):
        return format_html("{}", date_format(value, _("j F Y")))
    return format_html("{}", value)


def _name(key: object) -> str:
    return gettext(name_of(key))
