"""Rounds of matching as stored: the frozen snapshot, the proposals, and what became of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from peerloom.accounts.models import Person
from peerloom.core.models import Job
from peerloom.core.words import later
from peerloom.participants.models import Participant
from peerloom.partnerships.models import Partnership
from peerloom.programs.models import Program


class MatchingRound(models.Model):
    """One run of matching."""

    class State(models.TextChoices):
        SOLVING = "solving", later("Being solved")
        READY = "ready", later("Ready to review")
        PUBLISHING = "publishing", later("Being published")
        PUBLISHED = "published", later("Published")
        DROPPED = "dropped", later("Set aside")

    program = models.ForeignKey(Program, models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.SOLVING)
    # Frozen when solved: what `peerloom verify` reads. People stand in it by number.
    result = models.JSONField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True)
    # Opens the partnerships of a large round, some at a time.
    publication = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    # An organisation left and took its people's answers along: no longer to be repeated.
    parted_at = models.DateTimeField(null=True)
    # People whose answers were taken out, because they asked to be erased.
    erased = models.PositiveIntegerField(default=0)
    published_by = models.ForeignKey(Person, models.SET_NULL, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "number"], name="one_round_per_number")
        ]


class PairRule(models.Model):
    """A manager's word on two people in one round: together, or never."""

    class Kind(models.TextChoices):
        PIN = "pin", later("pinned")
        FORBID = "forbid", later("kept apart")

    matching_round = models.ForeignKey(MatchingRound, models.CASCADE, related_name="pair_rules")
    first = models.ForeignKey(Participant, models.CASCADE, related_name="+")
    second = models.ForeignKey(Participant, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind)

    class Meta:
        constraints: ClassVar = [
            # Numbers stand in order, so that a pair has one row.
            models.CheckConstraint(
                condition=models.Q(first_id__lt=models.F("second_id")), name="pair_rule_in_order"
            ),
            models.UniqueConstraint(
                fields=["matching_round", "first", "second"], name="one_rule_per_pair"
            ),
        ]


class ShortListCall(models.Model):
    """The last time that a program's people were asked whom they would like to meet."""

    program = models.OneToOneField(Program, models.CASCADE, related_name="short_list_call")
    job = models.ForeignKey(Job, models.SET_NULL, null=True)


class ShortListed(models.Model):
    """Somebody whom a participant might meet, and what the participant says to it.

    A refusal is for the matching alone: no page and no letter shows it, to nobody.
    """

    viewer = models.ForeignKey(Participant, models.CASCADE, related_name="short_list")
    shown = models.ForeignKey(Participant, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    # Whether the viewer sees the name.
    named = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(null=True)
    refused = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["place", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["viewer", "shown"], name="once_on_a_short_list"),
            models.CheckConstraint(
                condition=~models.Q(viewer=models.F("shown")), name="nobody_on_their_own_list"
            ),
        ]


class Proposal(models.Model):
    """People the round would bring together; scores in millionths."""

    matching_round = models.ForeignKey(MatchingRound, models.CASCADE, related_name="proposals")
    score = models.PositiveIntegerField()
    lowest = models.PositiveIntegerField()
    pinned = models.BooleanField(default=False)
    # The engine's `fits` by participants' numbers.
    fits = models.JSONField(default=list)
    members = models.ManyToManyField(Participant, related_name="+")
    partnership = models.OneToOneField(Partnership, models.SET_NULL, null=True)


# Not the engine's word: somebody of their proposal had left before it was opened.
PARTNER_LEFT = "partner_left"


class UnplacedPerson(models.Model):
    """Someone the round has no partner for, and why: the engine's words as data, or `PARTNER_LEFT`."""

    matching_round = models.ForeignKey(MatchingRound, models.CASCADE, related_name="unplaced")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=20)
    details = models.JSONField(default=dict)
