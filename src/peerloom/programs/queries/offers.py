"""Which programs a person manages or reads, what a new one can start from, what a poster says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from peerloom.accounts.models import Organisation, Person, Role
from peerloom.accounts.queries import organisations_of
from peerloom.core.numbers import whole
from peerloom.programs.designs import Design, design_from_template, design_of
from peerloom.programs.models import OwnTemplate, PartnerOrganisation, Program
from peerloom.programs.template_library import templates, words


def managed_programs(person: Person) -> QuerySet[Program]:
    """Programs of the organisations in which the person is a manager or admin."""
    organisations = organisations_of(person, Role.MANAGER, Role.ADMIN)
    return (
        Program.objects.filter(organisation__in=organisations)
        .select_related("organisation")
        .order_by("-created_at", "-pk")
    )


def over_before(organisation_id: int, before: datetime) -> QuerySet[Program]:
    """Programs of an organisation that were closed and had ended before a moment."""
    return Program.objects.filter(
        organisation=organisation_id, state=Program.State.CLOSED, ends_on__lt=before.date()
    )


def sponsored_programs(person: Person) -> QuerySet[Program]:
    """Programs whose results the person may read."""
    reading = organisations_of(person, Role.SPONSOR, Role.ADMIN, Role.MANAGER)
    parts = PartnerOrganisation.objects.filter(
        state=PartnerOrganisation.State.JOINED, organisation__in=reading
    )
    return (
        Program.objects.filter(Q(organisation__in=reading) | Q(partners__in=parts))
        .distinct()
        .order_by("name")
    )


def public_program(slug: str) -> Program | None:
    """The program at a public address, unless it is still a draft."""
    return (
        Program.objects.filter(slug=slug)
        .exclude(state=Program.State.DRAFT)
        .select_related("organisation")
        .first()
    )


def poster_of(program: Program, address: str, organisation: Organisation) -> dict[str, Any]:
    """What the program's poster says at this organisation, in its language; for `prints`."""
    said = words(program.language)["poster"]
    lines = [said["both"], said["meet"].format(minutes=program.meeting_minutes)]
    # In the program's language, whatever its reader's.
    with translation.override(program.language):
        if program.starts_on and program.ends_on:
            first, last = (date_format(d, _("j F Y")) for d in (program.starts_on, program.ends_on))
            lines.append(f"{first} – {last}")
        if program.apply_by:
            lines.append(said["by"].format(day=date_format(program.apply_by, _("j F Y"))))
    return {
        "language": program.language,
        "organisation": organisation.name,
        "name": program.name,
        "purpose": program.purpose,
        "lines": lines,
        "address": address,
    }


@dataclass(frozen=True)
class Offer:
    """Something a new program can start from."""

    source: str
    name: str
    summary: str


def offers_for(person: Person, language: str) -> dict[str, list[Offer]]:
    """What the person's new program can start from: built-in, own templates, past programs."""
    said = words(language)["templates"]
    managed = organisations_of(person, Role.MANAGER, Role.ADMIN)
    own = OwnTemplate.objects.filter(organisation__in=managed)
    return {
        "built_in": [
            Offer(f"template-{key}", said[key]["name"], said[key]["summary"]) for key in templates()
        ],
        "own": [Offer(f"own-{t.pk}", t.name, t.summary) for t in own],
        "past": [
            Offer(f"program-{p.pk}", p.name, p.purpose) for p in managed_programs(person)[:20]
        ],
    }


def design_from(person: Person, source: str, language: str) -> Design | None:
    """The design behind an offer's `source`; None for one the person may not use."""
    kind, _, key = source.partition("-")
    if kind == "template" and key in templates():
        return design_from_template(key, language)
    number = whole(key, 0)
    if kind == "own":
        managed = organisations_of(person, Role.MANAGER, Role.ADMIN)
        own = OwnTemplate.objects.filter(organisation__in=managed, pk=number).first()
        return own.design if own else None
    program = managed_programs(person).filter(pk=number).first() if kind == "program" else None
    return design_of(program) if program else None
