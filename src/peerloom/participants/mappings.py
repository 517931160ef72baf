"""What the columns of a file of people are: guessed from their names, or known from the last time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from peerloom.accounts.models import Organisation
from peerloom.core.words import later
from peerloom.participants.models import ColumnMapping
from peerloom.programs.models import Program

IGNORE, ASK = "", "+"  # a column left out; a column that becomes a question
BASIC = {
    "email": later("E-mail address"),
    "name": later("Name"),
    "first_name": later("First name"),
    "last_name": later("Last name"),
    "time_zone": later("Time zone"),
}
_SYNONYMS = {
    "email": ("email", "e-mail", "mail", "e-mail address", "email address", "work email",
              "user email", "adresse e-mail", "courriel", "correo", "correo electrónico"),
    "name": ("name", "full name", "display name", "participant", "nom complet", "nombre completo"),
    "first_name": ("first name", "given name", "firstname", "prénom", "nombre"),
    "last_name": ("last name", "surname", "family name", "lastname", "nom", "apellido", "apellidos"),
    "time_zone": ("time zone", "timezone", "zone", "tz", "fuseau horaire", "zona horaria"),
}  # fmt: skip


def targets(program: Program, organisation: Organisation) -> list[tuple[str, str]]:
    """What a column can be mapped to, value and words; only who runs the program adds questions."""
    asked = [(q.key, q.label) for q in program.asked]
    new = [(ASK, _("Make it a question"))] if organisation.pk == program.organisation_id else []
    return [
        (IGNORE, _("Leave out")),
        *((key, str(label)) for key, label in BASIC.items()),
        *asked,
        *new,
    ]


def recognise(
    program: Program, organisation: Organisation, columns: Sequence[str]
) -> tuple[dict[str, str], str]:
    """The target of each column, and the name of the saved mapping that knew it, if any did.

    A saved mapping is known again by its columns: the one that shares the most with the file, if
    that is most of its own. What the program does not ask is left out.
    """
    guessed = _guess(program, columns)
    best, shared = None, 0
    for saved in organisation.column_mappings.all():
        common = len(set(saved.mapping) & set(columns))
        if common > shared and 2 * common > len(saved.mapping):
            best, shared = saved, common
    if best is None:
        return guessed, ""
    known = {value for value, _ in targets(program, organisation)} - {ASK}
    mapping = dict(guessed)
    for column in columns:
        target = best.mapping.get(column)
        if target in known:
            # It wins over a guess for the same thing.
            mapping = {c: IGNORE if t == target and t else t for c, t in mapping.items()}
            mapping[column] = target
    return {c: mapping[c] for c in columns}, best.name


def remember(organisation: Organisation, name: str, mapping: Mapping[str, str]) -> ColumnMapping:
    """Keep what these columns are; the same name replaces."""
    saved, _ = ColumnMapping.objects.update_or_create(
        organisation=organisation, name=name[:80], defaults={"mapping": dict(mapping)}
    )
    return saved


def _guess(program: Program, columns: Sequence[str]) -> dict[str, str]:
    questions = list(program.asked)
    names = {n: key for key, synonyms in _SYNONYMS.items() for n in synonyms}
    names |= {q.key.replace("_", " "): q.key for q in questions}
    names |= {q.label.casefold(): q.key for q in questions}
    guessed: dict[str, str] = {}
    for column in columns:
        target = names.get(column.casefold().replace("_", " "), IGNORE)
        guessed[column] = IGNORE if target in guessed.values() else target
    return guessed
