"""The organisation's own file of its people: read whole or not at all, the same twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from peerloom.accounts.errors import RecordsRefused
from peerloom.accounts.models import Organisation, Person, PersonRecord
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.tables import Problem, TableError, read_csv, shorten

# What columns may be called.
NAMES = {
    "email": ("email", "e-mail", "mail", "e-mail address", "email address"),
    "unit": ("unit", "department", "team", "function", "business unit", "unité", "unidad"),
    "site": ("site", "location", "office", "lieu", "sede"),
    "stage": ("stage", "level", "grade", "career stage", "niveau", "nivel"),
    "joined_on": ("joined", "joined on", "start date", "hired", "hire date"),
    "left_on": ("left", "left on", "end date", "leave date"),
}
_TEXTS, _DAYS = ("unit", "site", "stage"), ("joined_on", "left_on")
_FIELDS = (*_TEXTS, *_DAYS, "said")
# Columns that hold what people agreed to be counted by begin like this.
OPT_IN = "opt-in:"
MOST = 6


@dataclass(frozen=True)
class RecordsRead:
    """What a file changed."""

    new: int
    changed: int
    same: int


def read_records(organisation: Organisation, content: bytes, *, by: Person) -> RecordsRead:
    """Take in a CSV of the organisation's people, by address.

    Raises
    ------
    RecordsRefused
        With every problem; nothing was written.
    """
    allow(by, "accounts.read_records", organisation)
    rows = _rows(content)
    with transaction.atomic():
        have = {r.email: r for r in held(organisation.records)}
        fresh, changed, same = [], [], 0
        for row in rows.values():
            known = have.get(row.email)
            if known is None:
                row.organisation = organisation
                fresh.append(row)
            elif any(getattr(known, n) != getattr(row, n) for n in _FIELDS):
                for name in _FIELDS:
                    setattr(known, name, getattr(row, name))
                changed.append(known)
            else:
                same += 1
        PersonRecord.objects.bulk_create(fresh, batch_size=1000)
        PersonRecord.objects.bulk_update(changed, _FIELDS, batch_size=400)
        counts = RecordsRead(len(fresh), len(changed), same)
        record(by, "read records", organisation, organisation_id=organisation.pk, **vars(counts))
    return counts


def _rows(content: bytes) -> dict[str, PersonRecord]:
    if len(content) > settings.MAX_UPLOAD_BYTES:
        most = settings.MAX_UPLOAD_BYTES // 2**20
        raise RecordsRefused(
            [Problem("", _("Files of up to {most} MB can be read.").format(most=most))]
        )
    try:
        cells, _unread = read_csv(content)
    except TableError as error:
        raise RecordsRefused(list(error.problems)) from None
    columns = _columns(cells[0]) if cells else {}
    if "email" not in columns:
        raise RecordsRefused(
            [Problem("", _("There is no column of e-mail addresses, or no people."))]
        )
    said = {c: c.split(":", 1)[1].strip().casefold()[:40] for c in cells[0] if _is_opt_in(c)}
    if len(said) > MOST:
        raise RecordsRefused(
            [
                Problem(
                    "",
                    _("Up to {most} columns can begin with '{opt_in}'.").format(
                        most=MOST, opt_in=OPT_IN
                    ),
                )
            ]
        )
    found: dict[str, PersonRecord] = {}
    problems: list[Problem] = []
    for line, row in enumerate(cells, 2):
        where = _("line {line}").format(line=line)
        email = row[columns["email"]].strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            problems.append(
                Problem(where, _("'{email}' is not an e-mail address").format(email=email[:80]))
            )
            continue
        if email in found:
            problems.append(Problem(where, _("'{email}' stands there twice").format(email=email)))
        found[email] = PersonRecord(
            email=email,
            **{n: row[columns[n]].strip()[:120] for n in _TEXTS if n in columns},
            **{n: _day(row[columns[n]], where, problems) for n in _DAYS if n in columns},
            said={n: row[c].strip()[:60] for c, n in said.items() if row[c].strip()},
        )
    if problems:
        raise RecordsRefused(shorten(problems))
    return found


def _columns(row: Mapping[str, str]) -> dict[str, str]:
    """The file's column for each field."""
    wanted = {name: key for key, names in NAMES.items() for name in names}
    found: dict[str, str] = {}
    for column in row:
        key = wanted.get(column.casefold().replace("_", " ").strip())
        if key:
            found.setdefault(key, column)
    return found


def _is_opt_in(column: str) -> bool:
    return column.casefold().startswith(OPT_IN) and bool(column.split(":", 1)[1].strip())


def _day(cell: str, where: str, problems: list[Problem]) -> date | None:
    if not cell.strip():
        return None
    try:
        return date.fromisoformat(cell.strip())
    except ValueError:
        problems.append(
            Problem(where, _("'{cell}' is not a day like 2026-03-31").format(cell=cell[:40]))
        )
        return None
