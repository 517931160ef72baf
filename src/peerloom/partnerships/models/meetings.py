"""Meetings and what belongs to one. Fields that end in `sealed` hold text for the partners alone."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from peerloom.core.words import later
from peerloom.partnerships.models.partnership import Partnership, PartnershipMember


class Hat(models.TextChoices):
    """The role somebody wears at a moment."""

    MENTEE = "mentee", later("asks")
    MENTOR = "mentor", later("shares")


class Meeting(models.Model):
    """One conversation."""

    class State(models.TextChoices):
        PLANNED = "planned", later("Planned")
        HELD = "held", later("Held")
        CANCELLED = "cancelled", later("Cancelled")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="meetings")
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    # As calendars know it (RFC 5545): the same for its whole life, and counted up at each change.
    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    moved = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    # One note for all, counted up at each change so that nobody overwrites what they have not seen.
    note_sealed = models.BinaryField(default=bytes)
    note_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["starts_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["partnership", "starts_at"]),
            models.Index(fields=["state", "starts_at"]),
        ]

    def __str__(self) -> str:
        return f"meeting {self.pk}"

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


class AgendaItem(models.Model):
    """Something a partner brings, and the hat they wear for it."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    owner = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="items")
    hat = models.CharField(max_length=6, choices=Hat, default=Hat.MENTEE)
    text_sealed = models.BinaryField()
    done = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["pk"]


class PrivateNote(models.Model):
    """What one partner notes for themselves."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="private_notes")
    owner = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="private_notes")
    text_sealed = models.BinaryField(default=bytes)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "owner"], name="one_private_note_each")
        ]


class NextStep(models.Model):
    """What somebody said they would do, by when."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="next_steps")
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, related_name="next_steps")
    owner = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="next_steps")
    text_sealed = models.BinaryField()
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["done_at", "due_on", "pk"]


class CheckIn(models.Model):
    """What one partner said of a meeting in ten seconds; the other never reads the single answers."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="check_ins")
    owner = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="check_ins")
    answers_sealed = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "owner"], name="one_check_in_each")
        ]
