"""What of a person reaches people and managers of other organisations in a shared program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.evidence import SMALLEST
from peerloom.participants.models import TAKING_PART, Participant
from peerloom.programs.models import PartnerOrganisation, Program
from peerloom.programs.queries import (
    Field,
    crossing,
    fields_of,
    joined_parts,
    looked_after,
    organisations_in,
)


def with_(organisation_id: int) -> str:
    """Stands for an organisation among the keys of what a person lets cross."""
    return f"with:{organisation_id}"


def all_that_crosses(program: Program, organisation_id: int) -> list[str]:
    """What one of an organisation's people is asked about: answers, and the other organisations."""
    agreed = crossing(program)
    if agreed is None:
        return []
    others = [o for o in organisations_in(program) if o.pk != organisation_id]
    return [f.key for f in fields_of(program) if f.key in agreed] + [with_(o.pk) for o in others]


def organisations_met(participant: Participant) -> list[int]:
    """Other organisations (numbers) whose people the participant agreed to meet."""
    if participant.crosses_at is None:
        return []
    return [int(key.split(":")[1]) for key in participant.crosses if key.startswith("with:")]


@dataclass(frozen=True)
class Borders:
    """Between the organisations of a program.

    Attributes
    ----------
    agreed
        Keys that all organisations let cross; None where the program is not shared.
    """

    agreed: frozenset[str] | None

    def reaches(self, giver: Participant, organisation_id: int) -> frozenset[str] | None:
        """What of the giver may reach an organisation's people; None for everything."""
        if giver.organisation_id == organisation_id:
            return None
        # Who said yes to some organisations said nothing to one that came later.
        return self.agreed_by(giver) if with_(organisation_id) in giver.crosses else frozenset()

    def agreed_by(self, giver: Participant) -> frozenset[str]:
        """What all organisations and the giver let cross."""
        if giver.crosses_at is None:
            return frozenset()
        return frozenset(giver.crosses) & (self.agreed or frozenset())

    def among(self, giver: Participant, others: Iterable[Participant]) -> frozenset[str] | None:
        """What of the giver may reach all of these people; None for everything."""
        found = None
        for other in others:
            here = self.reaches(giver, other.organisation_id)
            if here is not None:
                found = here if found is None else found & here
        return found


def borders(program: Program) -> Borders:
    """The borders within a program."""
    return Borders(crossing(program))


def asked_to_cross(participant: Participant) -> list[Field]:
    """What other organisations would have of the participant, if they agree; nothing if not shared."""
    agreed = crossing(participant.program)
    if agreed is None:
        return []
    return [f for f in fields_of(participant.program) if f.key in agreed]


def newly_asked(participant: Participant) -> bool:
    """True where more is to cross, or to more organisations, than the participant was asked about."""
    wanted = all_that_crosses(participant.program, participant.organisation_id)
    return bool(set(wanted) - set(participant.cross_asked))


def to_ask_to_cross(program: Program, by: Person) -> list[Participant]:
    """Whom a manager looks after who said nothing of what crosses now and has no letter about it."""
    if crossing(program) is None:
        return []
    sides = looked_after(program, by)
    wanted = {side: set(all_that_crosses(program, side)) for side in sides}
    own = program.participants.filter(
        organisation__in=sides,
        state__in=(*TAKING_PART, Participant.State.WAITING),
    )
    since = max(p.terms_at for p in joined_parts(program) if p.terms_at)
    unwritten = own.filter(Q(cross_letter_at=None) | Q(cross_letter_at__lt=since))
    people = unwritten.select_related("person", "program__organisation")
    return [p for p in people if wanted[p.organisation_id] - set(p.cross_asked)]


@dataclass(frozen=True)
class Face:
    """A participant as a manager may name them: somebody of another organisation has no name."""

    participant: Participant
    own: bool
    name: str
    first_name: str

    @property
    def pk(self) -> int:
        """The participant's number, which stands for them in forms."""
        return self.participant.pk


def face_of(participant: Participant, own: Collection[int]) -> Face:
    """The face a manager of these organisations (numbers) sees."""
    if participant.organisation_id in own:
        person = participant.person
        return Face(participant, True, str(person), person.first_name)
    name = _("somebody of {organisation}").format(organisation=participant.organisation)
    return Face(participant, False, name, name)


@dataclass(frozen=True)
class OrganisationFigures:
    """What an organisation lets the others know: None for what it keeps to itself or is too few."""

    part: PartnerOrganisation
    people: int | None
    matched: int | None


def figures_of(program: Program) -> list[OrganisationFigures]:
    """Counts by organisation of a shared program, as each agreed to show them; never under five."""
    counted = program.participants.filter(state__in=(*TAKING_PART, Participant.State.WAITING))
    people: Counter[int] = Counter()
    matched: Counter[int] = Counter()
    for organisation, state in counted.values_list("organisation_id", "state"):
        people[organisation] += 1
        matched[organisation] += state == Participant.State.MATCHED
    return [
        OrganisationFigures(
            part,
            *(
                counts[part.organisation_id or 0]
                if name in part.figures and counts[part.organisation_id or 0] >= SMALLEST
                else None
                for name, counts in (("people", people), ("matched", matched))
            ),
        )
        for part in joined_parts(program)
    ]
