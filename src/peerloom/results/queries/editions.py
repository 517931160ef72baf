"""The newest edition of a program, as whoever asks may read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils.translation import get_language

from peerloom.accounts.models import Organisation, Person, Role
from peerloom.accounts.queries import organisations_of
from peerloom.core.models import Job
from peerloom.programs.models import PartnerOrganisation, Program
from peerloom.programs.queries import is_shared, organisations_in
from peerloom.results.figures import Figure
from peerloom.results.models import Counting, Edition

READERS = (Role.SPONSOR, Role.MANAGER, Role.ADMIN)


@dataclass(frozen=True)
class Results:
    """A program's figures.

    Attributes
    ----------
    organisation
        Whose people alone are counted; None for everybody's.
    taken_at
        When they were counted; None before the first time.
    """

    program: Program
    organisation: Organisation | None
    taken_at: datetime | None
    figures: list[Figure]
    drawn: dict[str, str] = field(default_factory=dict)

    def figure(self, key: str) -> Figure | None:
        """The figure of a key."""
        return next((f for f in self.figures if f.key == key), None)


def read_programs(person: Person) -> QuerySet[Program]:
    """Programs whose results a person may read: of an organisation that runs one or takes part."""
    own = organisations_of(person, *READERS)
    joined = PartnerOrganisation.State.JOINED
    parts = PartnerOrganisation.objects.filter(organisation__in=own, state=joined)
    mine = Program.objects.filter(Q(organisation__in=own) | Q(partners__in=parts)).distinct()
    # What is still being set up is for those who do.
    runs = organisations_of(person, Role.MANAGER, Role.ADMIN)
    shown = mine.filter(~Q(state=Program.State.DRAFT) | Q(organisation__in=runs))
    return shown.select_related("organisation").order_by("-pk")


def read_by(program: Program, organisation: Organisation | None) -> Q:
    """What readers of an organisation have seen: those of the one that runs a program also what was
    counted before it was shared, or since it no longer is.
    """
    if organisation is None or organisation == program.organisation:
        return Q(organisation=program.organisation) | Q(organisation=None)
    return Q(organisation=organisation)


def results_of(program: Program, person: Person) -> Results:
    """The newest figures; in a shared program those of the reader's own organisation's people."""
    organisation = None
    if is_shared(program):
        own = set(organisations_of(person, *READERS).values_list("pk", flat=True))
        organisation = next(o for o in organisations_in(program) if o.pk in own)
    # Plots stand there in every language; one is read. What was drawn before there were several is
    # drawn again with the next count.
    plots = KeyTransform(get_language() or "en", "drawn")
    editions = Edition.objects.filter(read_by(program, organisation), program=program)
    edition = editions.defer("drawn").annotate(plots=plots).first()
    figures = [Figure.from_dict(f) for f in edition.figures] if edition else []
    drawn = (edition.plots or {}) if edition else {}
    return Results(program, organisation, edition.taken_at if edition else None, figures, drawn)


def counting_of(program: Program) -> Job | None:
    """The count that somebody asked for, while it is under way or if it failed."""
    last = Counting.objects.filter(program=program).select_related("job").first()
    job = last.job if last else None
    return job if job and (job.is_open or job.state == Job.State.FAILED) else None
