"""The people matched to each other, as stored."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from peerloom.accounts.models import Person
from peerloom.core.words import later
from peerloom.participants.models import Participant
from peerloom.programs.models import Program


class Partnership(models.Model):
    """A pair or a circle; nobody in it is 'the mentor'."""

    class State(models.TextChoices):
        OPEN = "open", later("Together")
        ENDED = "ended", later("Ended")

    program = models.ForeignKey(Program, models.CASCADE, related_name="partnerships")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    # Their standing time: a quarter of the local week in a zone, every so many weeks.
    slot_quarter = models.PositiveSmallIntegerField(null=True)
    slot_zone = models.CharField(max_length=60, blank=True)
    slot_weeks = models.PositiveSmallIntegerField(null=True)
    # Where they meet on screen.
    video = models.URLField(max_length=300, blank=True)
    members = models.ManyToManyField(
        Participant, through="PartnershipMember", related_name="partnerships"
    )

    def __str__(self) -> str:
        return f"partnership {self.pk}"

    @property
    def is_open(self) -> bool:
        """True while its members are together."""
        return self.state == self.State.OPEN


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
    # When they first answered the introduction in any way.
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "participant"], name="once_in_a_partnership"
            )
        ]


class Break(models.Model):
    """Days on which the partners agreed not to meet."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="breaks")
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering: ClassVar = ["first", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="break_ends_after_it_begins"
            )
        ]


class PartnershipKey(models.Model):
    """Seals what partners write, itself wrapped by the server's keys; made when first needed.

    In a row of its own, so that no change of a partnership can ever write over it.
    """

    partnership = models.OneToOneField(Partnership, models.CASCADE, related_name="sealing")
    wrapped = models.BinaryField()


class CalendarFeed(models.Model):
    """A person's private calendar address; known by its fingerprint alone, ended by deleting it."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="calendar_feed")
    fingerprint = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now=True)
