"""The people matched to each other, as stored."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from peerloom.participants.models import Participant
from peerloom.programs.models import Program


class Partnership(models.Model):
    """A pair or a circle; nobody in it is 'the mentor'."""

    class State(models.TextChoices):
        OPEN = "open", "Together"
        ENDED = "ended", "Ended"

    program = models.ForeignKey(Program, models.CASCADE, related_name="partnerships")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(
        Participant, through="PartnershipMember", related_name="partnerships"
    )


class PartnershipMember(models.Model):
    """One participant's part in a partnership, and what it was matched for.

    `gives` and `gets` list offers that meet a partner's wants and the other way; `shared` what all
    of them said alike. They are written when the partnership opens, from answers that partners may
    see, so that a later change of answers does not rewrite the reason.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="parts")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="parts")
    gives = models.JSONField(default=list)
    gets = models.JSONField(default=list)
    shared = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "participant"], name="once_in_a_partnership"
            )
        ]
