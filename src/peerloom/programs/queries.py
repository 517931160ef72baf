"""What is asked of programs' designs; each starts from the person who asks."""

from __future__ import annotations

from django.db.models import QuerySet

from peerloom.accounts.models import Person, Role
from peerloom.accounts.queries import organisations_of
from peerloom.programs.models import Program


def managed_programs(person: Person) -> QuerySet[Program]:
    """Programs of the organisations in which the person is a manager or admin."""
    organisations = organisations_of(person, Role.MANAGER, Role.ADMIN)
    return (
        Program.objects.filter(organisation__in=organisations)
        .select_related("organisation")
        .order_by("-created_at", "-pk")
    )


def sponsored_programs(person: Person) -> QuerySet[Program]:
    """Programs whose results the person may read."""
    organisations = organisations_of(person, Role.SPONSOR, Role.ADMIN, Role.MANAGER)
    return Program.objects.filter(organisation__in=organisations).order_by("name")


def public_program(slug: str) -> Program | None:
    """The program at a public address, unless it is still a draft."""
    return (
        Program.objects.filter(slug=slug)
        .exclude(state=Program.State.DRAFT)
        .select_related("organisation")
        .first()
    )
