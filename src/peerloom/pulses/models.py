"""Who was asked, and what they answered. Answers are sealed with a key of the program's."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from peerloom.participants.models import Participant
from peerloom.partnerships.models import Meeting, PartnershipMember
from peerloom.programs.models import Program, Pulse


class PulseReply(models.Model):
    """One participant and one pulse."""

    pulse = models.ForeignKey(Pulse, models.CASCADE, related_name="replies")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="pulse_replies")
    asked_at = models.DateTimeField(null=True)
    # Messages about it, the first one included.
    letters = models.PositiveSmallIntegerField(default=0)
    last_letter_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    # Counted up at each answer; the last one counts.
    version = models.PositiveSmallIntegerField(default=0)
    # Answers by key of the item, as JSON text.
    answers_sealed = models.BinaryField(default=bytes)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pulse", "participant"], name="one_reply_each")
        ]
        indexes: ClassVar = [models.Index(fields=["pulse", "answered_at"])]

    def __str__(self) -> str:
        return f"reply {self.pk}"


class MeetingAsk(models.Model):
    """One member asked how one meeting was; by its link they say so once, without signing in."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="asks")
    member = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="asks")
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "member"], name="asked_once_a_meeting")
        ]


class PulseKey(models.Model):
    """Seals a program's answers, itself wrapped by the server's keys."""

    program = models.OneToOneField(Program, models.CASCADE, related_name="pulse_key")
    wrapped = models.BinaryField()
