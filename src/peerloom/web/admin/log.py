"""The audit log: who did and saw what."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.paginator import Paginator
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from peerloom.accounts.models import Organisation, Person
from peerloom.core.audit import saw
from peerloom.core.models import AuditEntry
from peerloom.core.queries import entries_of
from peerloom.tables import plain
from peerloom.web.access import for_admin, person_of
from peerloom.web.forms.admin import LogFilter

A_PAGE = 100
COLUMNS = ("entry", "at", "who", "did", "thing", "number", "details", "place", "mark")


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    at: datetime
    who: str
    verb: str
    thing: str
    number: int
    details: str
    bound: bool


@require_safe
@for_admin
def index(request: HttpRequest, organisation: Organisation) -> HttpResponseBase:
    """Entries by who, what and when; as a file too."""
    form = LogFilter(request.GET or None)
    found = entries_of(organisation.pk)
    if form.is_valid():
        c = form.cleaned_data
        actors = None
        if c["who"]:
            actors = list(
                Person.objects.filter(email__iexact=c["who"]).values_list("pk", flat=True)
            )
        found = entries_of(
            organisation.pk, verb=c["verb"], actors=actors, first=c["first"], last=c["last"]
        )
    if request.GET.get("as") == "csv" and not form.errors:
        saw(
            person_of(request),
            organisation,
            organisation_id=organisation.pk,
            verb="took the log of",
        )
        answer = StreamingHttpResponse(
            _csv(found.iterator(chunk_size=1000)), content_type="text/csv"
        )
        answer["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
        return answer
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    words = {
        "organisation": organisation,
        "form": form,
        "page": page,
        "lines": _lines(list(page.object_list)),
    }
    return render(request, "admin/log.html", words, status=422 if form.errors else 200)


def _lines(entries: list[AuditEntry]) -> list[Line]:
    people = Person.objects.in_bulk([e.actor_id for e in entries if e.actor_id])
    return [
        Line(
            e.at,
            str(people.get(e.actor_id, f"person {e.actor_id}")) if e.actor_id else "Peerloom",
            e.verb,
            _name(e.thing),
            e.thing_id,
            ", ".join(f"{k}: {_short(v)}" for k, v in sorted(e.details.items()) if v != []),
            e.place is not None,
        )
        for e in entries
    ]


def _name(label: str) -> str:
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label


def _short(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


class _Line:
    """Hands a line on at once."""

    def write(self, line: str) -> str:
        return line


def _csv(entries: Iterable[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Line(), lineterminator="\n")
    yield writer.writerow(COLUMNS)
    for e in entries:
        row = (e.pk, e.at.isoformat(), e.actor_id, e.verb, e.thing, e.thing_id, json.dumps(e.details),
               e.place, e.mark)  # fmt: skip
        yield writer.writerow([plain(cell) for cell in row])
