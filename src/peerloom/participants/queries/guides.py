"""What a program gives its peers to read and to go through."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from peerloom.accounts.models import Person
from peerloom.participants.models import Participant, TrainingProgress
from peerloom.programs.models import Material, Program

TO_READ = (Material.Kind.GUIDE, Material.Kind.RESOURCE, Material.Kind.MEETING)


@dataclass(frozen=True)
class Guides:
    """The library of a program, as a participant finds it."""

    trainings: list[tuple[Material, TrainingProgress | None]]
    reading: list[Material]


def guides_of(participant: Participant, search: str = "") -> Guides:
    """Trainings with how far one is, and what there is to read, searched by words."""
    materials = participant.program.materials.all()
    reading = materials.filter(kind__in=TO_READ)
    for word in search.split()[:8]:
        reading = reading.filter(Q(title__icontains=word) | Q(body__icontains=word))
    done = {p.key: p for p in participant.trainings.all()}
    trainings = materials.filter(kind=Material.Kind.TRAINING)
    return Guides([(t, done.get(t.key)) for t in trainings], list(reading))


def training_left(participant: Participant) -> list[Material]:
    """Trainings that the participant's program requires and they have not done."""
    if not participant.program.requires_training:
        return []
    done = participant.trainings.exclude(done_at=None).values_list("key", flat=True)
    trainings = participant.program.materials.filter(kind=Material.Kind.TRAINING)
    return list(trainings.exclude(key__in=list(done)))


def trainings_done(person: Person) -> list[TrainingProgress]:
    """Trainings that the person went through, in any program."""
    mine = TrainingProgress.objects.filter(participant__person=person, done_at__isnull=False)
    return list(mine.select_related("participant__program"))


def count_trained(program: Program) -> dict[str, int]:
    """How many people went through each training of a program, by its key."""
    done = TrainingProgress.objects.filter(participant__program=program, done_at__isnull=False)
    counts: dict[str, int] = {}
    for key in done.values_list("key", flat=True):
        counts[key] = counts.get(key, 0) + 1
    return counts
