"""Shared programs: which organisations take part, and what of their people may reach the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from peerloom.accounts.models import Organisation, Person, Role
from peerloom.accounts.queries import organisations_of
from peerloom.core.words import later
from peerloom.programs.library import columns_of
from peerloom.programs.models import PartnerOrganisation, Program, Question

JOINED = PartnerOrganisation.State.JOINED
# Stands for a person's goals among the keys of questions.
GOALS = "_goals"
FIGURES = {
    "people": later("how many of its people take part"),
    "matched": later("how many of them are in a partnership"),
}


def organisations_in(program: Program) -> list[Organisation]:
    """Who takes part: the organisation that runs the program first."""
    joined = Organisation.objects.filter(
        parts_in_programs__program=program, parts_in_programs__state=JOINED
    )
    others = joined.exclude(pk=program.organisation_id).order_by("name", "pk")
    return [program.organisation, *others]


def is_shared(program: Program) -> bool:
    """True where another organisation takes part."""
    parts = program.partners.filter(state=JOINED)
    return parts.exclude(organisation=program.organisation_id).exists()


def crossing(program: Program) -> frozenset[str] | None:
    """Answers that may reach other organisations: those that all agreed to; None if not shared."""
    if not is_shared(program):
        return None
    agreed = [set(fields) for fields in joined_parts(program).values_list("fields", flat=True)]
    return frozenset(set.intersection(*agreed))


def joined_parts(program: Program) -> QuerySet[PartnerOrganisation]:
    """A part for each organisation that takes part, where the program is or was shared."""
    return program.partners.filter(state=JOINED).select_related("organisation")


@dataclass(frozen=True)
class Field:
    """Something of a person that could reach other organisations."""

    key: str
    label: str
    matching: bool
    partner: bool
    sensitive: bool


def fields_of(program: Program) -> list[Field]:
    """What could cross: what the matching reads or a partner sees, and nothing else."""
    read = {k for c in program.policy.get("criterion", []) for k in columns_of(c)}
    found = [
        Field(q.key, q.label, q.key in read, _for_partner(q), q.sensitive)
        for q in program.asked
        if q.key in read or _for_partner(q)
    ]
    return [*found, Field(GOALS, _("Goals"), False, True, False)]


def _for_partner(question: Question) -> bool:
    return question.seen_by == Question.Seen.PARTNER and not question.sensitive


def shared_with(person: Person) -> QuerySet[Program]:
    """Programs of other organisations in which one that the person manages takes part."""
    managed = organisations_of(person, Role.MANAGER, Role.ADMIN)
    parts = PartnerOrganisation.objects.filter(state=JOINED, organisation__in=managed)
    return (
        Program.objects.filter(partners__in=parts)
        .exclude(organisation__in=managed)
        .select_related("organisation")
        .distinct()
        .order_by("-created_at", "-pk")
    )


def team_programs(person: Person) -> QuerySet[Program]:
    """Programs whose people, or some of them, the person looks after."""
    managed = organisations_of(person, Role.MANAGER, Role.ADMIN)
    parts = PartnerOrganisation.objects.filter(state=JOINED, organisation__in=managed)
    return (
        Program.objects.filter(Q(organisation__in=managed) | Q(partners__in=parts))
        .select_related("organisation")
        .distinct()
    )


def looked_after(program: Program, person: Person) -> list[int]:
    """Organisations (numbers) of the program whose people the person may see."""
    managed = set(organisations_of(person, Role.MANAGER, Role.ADMIN).values_list("pk", flat=True))
    return [o.pk for o in organisations_in(program) if o.pk in managed]


def side_of(program: Program, person: Person) -> Organisation | None:
    """The organisation for which the person brings people into the program; None for nobody's."""
    sides = looked_after(program, person)
    return next((o for o in organisations_in(program) if o.pk in sides), None)


def invitations_for(person: Person) -> QuerySet[PartnerOrganisation]:
    """Shared programs to which the person is asked to bring an organisation."""
    return PartnerOrganisation.objects.filter(
        state=PartnerOrganisation.State.INVITED, email=person.email
    ).select_related("program__organisation")


def could_bring(person: Person, program: Program) -> list[Organisation]:
    """Organisations that the person manages and that do not take part yet."""
    here = {o.pk for o in organisations_in(program)}
    managed = organisations_of(person, Role.MANAGER, Role.ADMIN).order_by("name")
    return [o for o in managed if o.pk not in here]


def could_leave(person: Person, program: Program) -> QuerySet[PartnerOrganisation]:
    """Parts that may end by the person: any of a program they run; else that of their own."""
    own = looked_after(program, person)
    parts = joined_parts(program).exclude(organisation=program.organisation_id)
    if program.organisation_id not in own:
        parts = parts.filter(organisation__in=own)
    return parts.select_related("program__organisation", "organisation")


def rivals_among(parts: Iterable[PartnerOrganisation]) -> dict[int, set[int]]:
    """For each organisation (number), those it is not to meet, whoever of the two said so."""
    found: dict[int, set[int]] = {}
    for part in parts:
        assert part.organisation_id is not None
        for rival in part.rivals:
            found.setdefault(part.organisation_id, set()).add(rival)
            found.setdefault(rival, set()).add(part.organisation_id)
    return found
