"""What a program gives to its peers to read."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.programs.errors import TrainingRefused
from peerloom.programs.keys import free_key
from peerloom.programs.library import CARE, LETTERS
from peerloom.programs.models import Material, Program
from peerloom.programs.template_library import LANGUAGES, words
from peerloom.programs.training import TrainingError, read_training


@transaction.atomic
def write_material(
    program: Program,
    *,
    kind: str,
    title: str,
    body: str,
    by: Person,
    material: Material | None = None,
    texts: Mapping[str, dict[str, str]] | None = None,
) -> Material:
    """Change a material, or add one of the program's own.

    Raises
    ------
    TrainingRefused
        Of a training that cannot be read, or not situation by situation in another language.
    """
    allow(by, "programs.change", program)
    if kind == Material.Kind.TRAINING:
        _ensure_training(body, texts or {})
    if material is None:
        material = Material(program=program, position=program.materials.count())
        material.key = free_key(program.materials.values_list("key", flat=True), title)
    material.kind, material.title, material.body = kind, title, body
    if texts is not None:
        material.texts = {k: dict(v) for k, v in texts.items() if v.get("body")}
    material.save()
    record(by, "wrote material", material, organisation_id=program.organisation_id)
    return material


def _ensure_training(body: str, texts: Mapping[str, dict[str, str]]) -> None:
    try:
        count = len(read_training(body))
        for language, text in texts.items():
            if text.get("body") and len(read_training(text["body"])) != count:
                raise TrainingRefused(
                    _(
                        "In {languages} it has not as many situations; progress is kept by situation, so all "
                        "languages need the same."
                    ).format(languages=LANGUAGES[language])
                )
    except TrainingError as error:
        raise TrainingRefused(str(error)) from None


@transaction.atomic
def reword(
    program: Program,
    key: str,
    *,
    title: str,
    body: str,
    by: Person,
    texts: Mapping[str, dict[str, str]] | None = None,
) -> Material:
    """Say something in the program's own words; KeyError for what no letter says."""
    if key not in (*CARE, *LETTERS):
        raise KeyError(key)
    allow(by, "programs.change", program)
    own, _ = Material.objects.get_or_create(
        program=program,
        key=key,
        defaults={
            "kind": Material.Kind.MESSAGE,
            "title": words(program.language)["materials"][key]["title"],
            "body": "",
            "position": program.materials.count(),
        },
    )
    return write_material(
        program,
        kind=Material.Kind.MESSAGE,
        title=title,
        body=body,
        by=by,
        material=own,
        texts=texts,
    )


@transaction.atomic
def require_training(program: Program, required: bool, *, by: Person) -> Program:
    """Peers go through the trainings before they meet first, or may leave them out."""
    allow(by, "programs.change", program)
    program.requires_training = required
    program.save(update_fields=["requires_training"])
    record(by, "required training", program, organisation_id=program.organisation_id)
    return program


@transaction.atomic
def remove_material(material: Material, *, by: Person) -> None:
    """Take a material out of the program."""
    allow(by, "programs.change", material.program)
    record(by, "removed material", material, organisation_id=material.program.organisation_id)
    material.delete()
