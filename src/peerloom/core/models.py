"""Jobs that show how far they are, and the log of who did what."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from peerloom.core.words import later

# What jobs say of how far they are, here and in the engine; kept in English, shown in any language.
STAGES = (
    later("building circles"),
    later("counting"),
    later("importing people"),
    later("leaving out one criterion"),
    later("looking at pairs"),
    later("bounding"),
    later("proving"),
    later("publishing"),
    later("searching"),
    later("solving"),
)
SILENT_AFTER = timedelta(seconds=60)


class Job(models.Model):
    """Work that runs in the background: its state, how far it is, and what came of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=40)
    # The task that does it, and what it is given: so that it can be offered again.
    task = models.CharField(max_length=120, blank=True, db_default="")
    given = models.JSONField(default=dict, db_default={})
    # How often a process began with it.
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    stage = models.CharField(max_length=80, blank=True)
    # Of whoever asked for it: what came of it is said in it.
    language = models.CharField(max_length=8, blank=True, db_default="")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    words = models.TextField(blank=True, help_text="What happened, for people.")
    created_at = models.DateTimeField(auto_now_add=True)
    heard_at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(default=0)

    @property
    def is_open(self) -> bool:
        """True while it waits or runs."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def is_lost(self) -> bool:
        """True when it says it runs but has not been heard of: its process was ended."""
        return self.state == self.State.RUNNING and timezone.now() - self.heard_at > SILENT_AFTER

    @property
    def goes_on(self) -> bool:
        """True while it waits or somebody works on it."""
        return self.is_open and not self.is_lost

    @property
    def now(self) -> str:
        """What it does at the moment, for people."""
        return gettext(self.stage) if self.stage else gettext("Waiting for a free worker")

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        return min(100, 100 * self.done // self.total) if self.total else 0


class Lease(models.Model):
    """Who does a thing that only one process may do at a time, and until when."""

    name = models.CharField(max_length=40, unique=True)
    holder = models.CharField(max_length=80)
    until = models.DateTimeField()


class AuditEntry(models.Model):
    """Who did what to which thing, when; only ever added to.

    People and organisations are kept by number, so that the log outlives them and this room needs
    to know nothing of theirs.
    """

    organisation_id = models.BigIntegerField(db_index=True)
    actor_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=60)
    thing = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    details = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)
    # Where it stands in the chain, from 1, and what binds it to those before (`chain`).
    place = models.PositiveBigIntegerField(null=True, unique=True)
    mark = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["organisation_id", "-at"]),
            models.Index(fields=["thing", "thing_id"]),
        ]


class AuditKey(models.Model):
    """Binds the chain, itself wrapped by the server's keys; and how far the chain goes."""

    wrapped = models.BinaryField()
    place = models.PositiveBigIntegerField(default=0)
    mark = models.CharField(max_length=64, blank=True)
