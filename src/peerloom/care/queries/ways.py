"""Ways to find partners for those who wait, as a manager reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peerloom.accounts.models import Person
from peerloom.care.models import Repairing
from peerloom.participants.models import Participant
from peerloom.participants.queries import Face, face_of
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.queries import parts_by
from peerloom.programs.models import Program
from peerloom.programs.queries import looked_after


@dataclass(frozen=True)
class Way:
    """One way: who would meet, which partnerships would end or grow for it."""

    number: int
    opens: list[list[Face]]
    ends: list[list[Face]]
    grows: list[tuple[list[Face], Face]]
    placed: int
    gain: float

    @property
    def touched(self) -> int:
        """How many other partnerships it touches."""
        return len(self.ends) + len(self.grows)


def repairing_of(program: Program) -> Repairing | None:
    """The latest look for partners."""
    return program.repairings.select_related("job", "program__organisation").first()


def ways_of(repairing: Repairing, by: Person) -> list[Way]:
    """Its ways, with the names a manager may read."""
    own = looked_after(repairing.program, by)
    numbers, together = _named(repairing.ways)
    people = Participant.objects.select_related("person", "organisation", "program")
    faces = {p.pk: face_of(p, own) for p in people.filter(pk__in=numbers)}
    partnerships = Partnership.objects.filter(pk__in=together).prefetch_related(parts_by())
    members = {
        p.pk: [face_of(part.participant, own) for part in p.parts.all()] for p in partnerships
    }
    return [
        Way(
            number=k,
            opens=[[faces[n] for n in group if n in faces] for group in way["opens"]],
            ends=[members[p] for p in way["ends"] if p in members],
            grows=[(members[p], faces[n]) for p, n in way["grows"] if p in members and n in faces],
            placed=way["placed"],
            gain=way["gain"],
        )
        for k, way in enumerate(repairing.ways)
    ]


def _named(ways: list[dict[str, Any]]) -> tuple[set[int], set[int]]:
    people = {n for way in ways for group in way["opens"] for n in group}
    people |= {n for way in ways for _, n in way["grows"]}
    return people, {p for way in ways for p in (*way["ends"], *(g for g, _ in way["grows"]))}
