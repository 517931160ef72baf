"""Going through a training, a situation at a time."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.holding import held
from peerloom.participants.models import Participant, TrainingProgress
from peerloom.programs.models import Material
from peerloom.programs.queries import read_training


@transaction.atomic
def answer_situation(
    participant: Participant, training: Material, situation: int, choice: int, *, by: Person
) -> TrainingProgress:
    """Keep a choice; with the last situation answered the training is done, and stays so.

    What is not a situation or a choice of the training is passed over.
    """
    allow(by, "participants.answer", participant)
    situations = read_training(training.body)
    progress, _ = held(TrainingProgress.objects).get_or_create(
        participant=participant, key=training.key, defaults={"title": training.title}
    )
    if 0 <= situation < len(situations) and 0 <= choice < len(situations[situation].choices):
        progress.choices = {**progress.choices, str(situation): choice}
    # One choice after the other may be tried; what counts is that each situation was.
    if progress.done_at is None and all(str(k) in progress.choices for k in range(len(situations))):
        progress.done_at = timezone.now()
    progress.title = training.title
    progress.save()
    return progress
