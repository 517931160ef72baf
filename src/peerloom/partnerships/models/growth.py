"""What comes of meeting: learning moments, goals that move, feedback, thanks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from peerloom.core.words import later
from peerloom.participants.models import Goal
from peerloom.partnerships.models.meetings import Meeting
from peerloom.partnerships.models.partnership import Partnership, PartnershipMember

# What feedback speaks of.
PROMPTS = {
    "helped": later("What helped me"),
    "shift": later("What I would like to shift"),
    "need": later("What I need next"),
    "advice": later("How your advice lands"),
}


class LearningMoment(models.Model):
    """A short note on something learned: its author's alone, unless they share it."""

    class Shared(models.TextChoices):
        NOBODY = "nobody", later("only you")
        PARTNERS = "partners", later("you and your partners")
        PROGRAM = "program", later("the program's wall, with your name")
        NAMELESS = "nameless", later("the program's wall, without your name")

    owner = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="learning_moments")
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, related_name="+")
    text_sealed = models.BinaryField()
    shared = models.CharField(max_length=8, choices=Shared, default=Shared.NOBODY)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-pk"]


class GoalMark(models.Model):
    """Where a goal stands on its own scale (goal attainment, -2 to 2), and since when."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="marks")
    level = models.SmallIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(level__gte=-2, level__lte=2), name="a_level_of_the_scale"
            )
        ]


class Feedback(models.Model):
    """From one partner to another: for the two of them alone."""

    class Moment(models.TextChoices):
        REGULAR = "regular", later("In between")
        MIDPOINT = "midpoint", later("At the midpoint")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="feedback")
    giver = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="given")
    receiver = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="received")
    moment = models.CharField(max_length=8, choices=Moment, default=Moment.REGULAR)
    # Words by prompt, as JSON text.
    text_sealed = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-pk"]


class LookBack(models.Model):
    """What one member says at the end, and whether they would like to stay in touch."""

    owner = models.OneToOneField(PartnershipMember, models.CASCADE, related_name="look_back")
    text_sealed = models.BinaryField(default=bytes)
    in_touch = models.BooleanField(default=False)
    # May be found by others who took part.
    alumni = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now=True)


class Thanks(models.Model):
    """A thank-you to a peer, shown where the one who is thanked chooses."""

    class Shown(models.TextChoices):
        NOBODY = "nobody", later("only you")
        JOURNEY = "journey", later("you, and your journey's PDF")
        WALL = "wall", later("the PDF, and the program's wall with your name")

    giver = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="thanks_given")
    receiver = models.ForeignKey(PartnershipMember, models.CASCADE, related_name="thanks")
    text_sealed = models.BinaryField()
    shown = models.CharField(max_length=8, choices=Shown, default=Shown.NOBODY)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
