"""Messages to be sent and how that went; where each person likes to get them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.core.words import later
from peerloom.messaging.reasons import NAMES


class Channel(models.TextChoices):
    """What a message goes by."""

    MAIL = "mail", later("E-mail")
    SLACK = "slack", "Slack"
    TEAMS = "teams", "Microsoft Teams"
    HOOK = "hook", later("Our organisation's own chat")


class Mailbox(models.Model):
    """How one person wants to hear from us; known by their address."""

    address = models.EmailField(unique=True)
    channel = models.CharField(max_length=5, choices=Channel, default=Channel.MAIL)
    # The address of an incoming webhook of theirs: who knows it can write to them, so it is sealed.
    hook_sealed = models.BinaryField(default=bytes)
    # Full hours in their own zone between which nothing comes that can wait.
    quiet_from = models.PositiveSmallIntegerField(default=19)
    quiet_until = models.PositiveSmallIntegerField(default=8)
    weekends = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=60, blank=True)
    # What can wait comes once a day in one message.
    digest = models.BooleanField(default=False)
    # A link by which partners reach them in a chat.
    reach_at = models.URLField(max_length=300, blank=True)


class OrganisationHook(models.Model):
    """An organisation's own receiver of messages, which passes them on to its people's chat."""

    organisation_id = models.BigIntegerField(unique=True)
    url = models.URLField(max_length=500)
    secret_sealed = models.BinaryField()
    made_at = models.DateTimeField(auto_now=True)


class Webhook(models.Model):
    """Another system's receiver of an organisation's events."""

    organisation_id = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    secret_sealed = models.BinaryField()
    # Kinds of events (`core.events.OFFERED`); none: all.
    kinds = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    # The receiver said that it is gone, or an admin turned it off.
    off_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One event for one receiver, written in the transaction of what happened."""

    class State(models.TextChoices):
        WAITING = "waiting", later("Waiting")
        SENDING = "sending", later("On its way")
        SENT = "sent", later("Delivered")
        FAILED = "failed", later("Not delivered")

    hook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    # The same for each try: by it a receiver knows a repetition.
    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=60)
    body = models.JSONField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    first_due_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "due_at"])]


class OutboxMessage(models.Model):
    """One message to one person. Written in the same transaction as what it tells of."""

    class State(models.TextChoices):
        WAITING = "waiting", later("Waiting")
        SENDING = "sending", later("On its way")
        SENT = "sent", later("Sent")
        FAILED = "failed", later("Not delivered")
        # A process ended in the middle of handing it over: it may have gone or not.
        UNSURE = "unsure", later("Perhaps sent")
        # It came too late to be of use.
        LAPSED = "lapsed", later("No longer of use")
        # It went as a part of a digest.
        GATHERED = "gathered", later("Sent with others")

    organisation_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=40)
    # The same key is never sent twice, whatever is run again.
    key = models.CharField(max_length=120, unique=True)
    to = models.EmailField(db_index=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    # iCalendar text that comes along, with its METHOD (RFC 6047).
    calendar = models.TextField(blank=True)
    # Buttons for chats: [label, address] each.
    links = models.JSONField(default=list)
    # Why it was sent, in words for who gets it.
    why = models.CharField(max_length=300, blank=True)
    # It can wait for the end of quiet hours, and for a digest.
    calm = models.BooleanField(default=False)
    # It names somebody who was erased: its words go once it has gone.
    once = models.BooleanField(default=False)
    digest = models.BooleanField(default=False)
    channel = models.CharField(max_length=5, choices=Channel, default=Channel.MAIL)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(default=timezone.now)
    # After this it is of no use.
    until = models.DateTimeField(null=True)
    # Taken by a process; then, that it began to hand it over.
    claimed_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "due_at"])]

    @property
    def kind_words(self) -> str:
        """What kind of message it is, for people."""
        return _(NAMES.get(self.kind, self.kind))

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"
