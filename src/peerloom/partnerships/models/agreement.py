"""What partners expect of each other, written together."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from peerloom.core.words import later
from peerloom.partnerships.models.partnership import Partnership, PartnershipMember

# What it is about.
TOPICS = {
    "rhythm": later("How often we meet, and what we do when something comes up"),
    "channel": later("How we write to each other in between"),
    "confidentiality": later("What stays between us"),
    "hats": later("How we make sure that each of us asks and shares"),
    "needs": later("What each of us needs from the other"),
}


class Agreement(models.Model):
    """One version. The newest is a draft until everybody accepted it; older ones are kept."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="agreements")
    number = models.PositiveSmallIntegerField()
    # Answers by topic, as JSON text.
    text_sealed = models.BinaryField(default=bytes)
    # Counted up at each change of the draft, and who made the last one.
    version = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(PartnershipMember, models.SET_NULL, null=True)
    changed_at = models.DateTimeField(auto_now=True)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "number"], name="agreements_in_order")
        ]


class Acceptance(models.Model):
    """One partner's yes to a version; a later change of the draft takes it away."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="acceptances")
    member = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="acceptances")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "member"], name="accepted_once")
        ]
