"""What care keeps: signals on the ladder, nudges, requests for help, wishes to part.

Whom a signal is about, and which way it leans, is sealed with the partnership's key: that much of a
check-in can be read from it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from peerloom.accounts.models import Person
from peerloom.core.models import Job
from peerloom.core.words import later
from peerloom.participants.models import Participant
from peerloom.partnerships.models import Partnership, PartnershipMember
from peerloom.programs.models import Program


class CareWatch(models.Model):
    """When a partnership was last looked at."""

    partnership = models.OneToOneField(Partnership, models.CASCADE, related_name="watch")
    looked_on = models.DateField(null=True, db_index=True)
    # Of what had been answered then (`marks_of_answers`) and how it was read: its fingerprint.
    seen = models.CharField(max_length=40, blank=True)


class CareSignal(models.Model):
    """One signal of a partnership and where it stands on the ladder (`peerloom.balance.ladder`)."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="signals")
    kind = models.CharField(max_length=16)
    level = models.PositiveSmallIntegerField(default=0)
    step = models.PositiveSmallIntegerField(default=0)
    since = models.DateField(null=True)
    met_then = models.PositiveSmallIntegerField(default=0)
    strict = models.PositiveSmallIntegerField(default=0)
    met_seen = models.PositiveSmallIntegerField(default=0)
    rests_until = models.DateField(null=True)
    # They talked about it since it was put on the agenda.
    talked_on = models.DateField(null=True)
    # Members, side and reason, as JSON.
    about_sealed = models.BinaryField(default=bytes)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "kind"], name="one_signal_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of partnership {self.partnership_id}"


class CareStep(models.Model):
    """A step that was taken, up or down; nothing is ever changed here."""

    signal = models.ForeignKey(CareSignal, models.CASCADE, related_name="steps")
    step = models.PositiveSmallIntegerField()
    # Reached from below: then it is also what was tried.
    up = models.BooleanField(default=True)
    on = models.DateField()

    class Meta:
        ordering: ClassVar = ["pk"]


class WorksForUs(models.Model):
    """One member's 'this works for us'; with all of them the signal rests until the nearest day."""

    signal = models.ForeignKey(CareSignal, models.CASCADE, related_name="works")
    member = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="works")
    until = models.DateField()
    said_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["signal", "member"], name="works_once_each")
        ]


class Nudge(models.Model):
    """Something to tell one member; told with others at most once a week."""

    signal = models.ForeignKey(CareSignal, models.CASCADE, related_name="nudges")
    member = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="nudges")
    step = models.PositiveSmallIntegerField()
    # Key of its words.
    words = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    # No longer true, or too old to be of use.
    withdrawn_at = models.DateTimeField(null=True)
    # Key of the message it went with.
    letter = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["sent_at", "withdrawn_at"])]


class OneClick(models.Model):
    """An answer to a nudge without signing in: known by its fingerprint, good for one use."""

    nudge = models.ForeignKey(Nudge, models.CASCADE, related_name="answers")
    fingerprint = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=16, blank=True)


class NudgeLimit(models.Model):
    """When a person was last nudged, and whether they want to be left in peace."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="nudge_limit")
    nudged_at = models.DateTimeField(null=True)
    quiet_until = models.DateField(null=True)


class SupportRequest(models.Model):
    """Partners who could use the manager's help."""

    class State(models.TextChoices):
        NEW = "new", later("New")
        IN_HAND = "in_hand", later("In hand")
        CLOSED = "closed", later("Closed")

    class Outcome(models.TextChoices):
        GO_ON = "go_on", later("We talked, and they go on")
        NEW_PEER = "new_peer", later("They meet someone new")
        PAUSED = "paused", later("They paused")
        LEFT = "left", later("Somebody left")
        NOTHING = "nothing", later("No longer needed")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="requests")
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    # Kinds of signals, empty where somebody simply asked.
    signals = models.JSONField(default=list)
    # Of those who would like to be known; otherwise nobody learns who asked.
    named = models.ManyToManyField(PartnershipMember, related_name="asked_for_help")
    # What somebody chose to tell the manager.
    told = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership"],
                condition=~models.Q(state="closed"),
                name="one_open_request_each",
            )
        ]

    def __str__(self) -> str:
        return f"support request {self.pk}"


class SupportNote(models.Model):
    """What a manager notes for themselves and other managers."""

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="notes")
    author = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["pk"]


class Parting(models.Model):
    """One member's wish to end a partnership; carried out with a day's others, then forgotten."""

    class Then(models.TextChoices):
        NEW_PEER = "new_peer", later("meet someone new")
        PAUSE = "pause", later("pause and come back")
        LEAVE = "leave", later("leave the program")

    participant = models.OneToOneField(Participant, models.CASCADE, related_name="parting")
    # None where a person without a partnership pauses or leaves.
    partnership = models.ForeignKey(Partnership, models.CASCADE, null=True, related_name="partings")
    then = models.CharField(max_length=8, choices=Then)
    until = models.DateField(null=True)
    asked_at = models.DateTimeField(auto_now_add=True)


class Repairing(models.Model):
    """A look for partners for those who wait; one of its ways may be taken."""

    class State(models.TextChoices):
        SOLVING = "solving", later("Being looked for")
        READY = "ready", later("Ready")
        TAKEN = "taken", later("Done")
        DROPPED = "dropped", later("Set aside")

    program = models.ForeignKey(Program, models.CASCADE, related_name="repairings")
    state = models.CharField(max_length=8, choices=State, default=State.SOLVING)
    job = models.ForeignKey(Job, models.SET_NULL, null=True)
    # Whether other partnerships may be touched; whether it runs by itself each week.
    others = models.BooleanField(default=False)
    weekly = models.BooleanField(default=False)
    # Ways, as `RepairStep.as_dict`.
    ways = models.JSONField(default=list)
    taken = models.PositiveSmallIntegerField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
