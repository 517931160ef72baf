"""Figures as they were shown, and whose answers were in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from peerloom.accounts.models import Organisation, Person
from peerloom.core.models import Job
from peerloom.core.words import later
from peerloom.programs.models import Program


class Edition(models.Model):
    """A program's figures as counted at one moment; every page and export reads the newest.

    Of all its people (`organisation` is empty); of a shared program one for each organisation, of its
    own people.
    """

    program = models.ForeignKey(Program, models.CASCADE, related_name="editions")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    taken_at = models.DateTimeField()
    # Figures as `figures.Figure.as_dict`, in order.
    figures = models.JSONField(default=list)
    # Their plots with tables, by key: HTML in the page's own colours.
    drawn = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-taken_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["program", "organisation", "-taken_at"])]

    def __str__(self) -> str:
        return f"edition of {self.taken_at:%Y-%m-%d}"


class Release(models.Model):
    """Answers whose sum was shown once, by number; what is shown later must not betray them."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="releases")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    # What was asked.
    question = models.CharField(max_length=80)
    # Keys of answers, sorted; no value is in them.
    answers = models.JSONField()
    shown_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["program", "question"])]


class Counting(models.Model):
    """The last count that somebody asked for."""

    program = models.OneToOneField(Program, models.CASCADE, related_name="counting")
    job = models.ForeignKey(Job, models.SET_NULL, null=True)


class Subscription(models.Model):
    """Who gets a program's report by mail, and how often."""

    class Every(models.TextChoices):
        WEEK = "week", later("every week")
        MONTH = "month", later("every month")

    program = models.ForeignKey(Program, models.CASCADE, related_name="subscriptions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="report_subscriptions")
    every = models.CharField(max_length=5, choices=Every, default=Every.MONTH)
    sent_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "person"], name="one_report_each")
        ]
