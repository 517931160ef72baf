"""Words for skills: taken in once, merged by a person, parted again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.participants.errors import CannotMerge
from peerloom.participants.models import Skill
from peerloom.participants.queries.skills import compared, items_of
from peerloom.programs.models import Program


def keep_words(program: Program, cells: Iterable[str]) -> None:
    """Take words of answers into the organisation's, each once."""
    words = {compared(i): i[:120] for cell in cells for i in items_of(cell) if compared(i)}
    known = program.organisation.skills.filter(key__in=list(words)[:5000])
    for key in known.values_list("key", flat=True):
        words.pop(key, None)
    Skill.objects.bulk_create(
        [Skill(organisation=program.organisation, key=k, name=n) for k, n in words.items()],
        ignore_conflicts=True,
        batch_size=500,
    )


@transaction.atomic
def merge_skills(skill: Skill, into: Skill, *, by: Person) -> Skill:
    """Say that two words mean one thing; what people wrote stays as they wrote it.

    Raises
    ------
    CannotMerge
        They are one word already, or of two organisations.
    """
    allow(by, "participants.merge_skills", skill.organisation)
    target = into.same_as or into
    if skill.organisation_id != into.organisation_id or target.pk == skill.pk:
        raise CannotMerge
    Skill.objects.filter(same_as=skill).update(same_as=target)
    skill.same_as = target
    skill.save(update_fields=["same_as"])
    record(by, "merged skill", skill, organisation_id=skill.organisation_id, into=target.pk)
    return skill


@transaction.atomic
def part_skills(skill: Skill, *, by: Person) -> Skill:
    """The word stands for itself again."""
    allow(by, "participants.merge_skills", skill.organisation)
    skill.same_as = None
    skill.save(update_fields=["same_as"])
    record(by, "parted skill", skill, organisation_id=skill.organisation_id)
    return skill
