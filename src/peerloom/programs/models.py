"""The design of a program, as stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.utils import timezone

from peerloom.accounts.models import Organisation
from peerloom.core.words import later
from peerloom.programs.template_library import LANGUAGES, words


class Program(models.Model):
    """One run of peer mentorship."""

    class State(models.TextChoices):
        DRAFT = "draft", later("Being set up")
        RECRUITING = "recruiting", later("Recruiting")
        RUNNING = "running", later("Running")
        CLOSED = "closed", later("Closed")

    class Cadence(models.TextChoices):
        WEEKLY = "weekly", later("every week")
        FORTNIGHTLY = "fortnightly", later("every two weeks")
        MONTHLY = "monthly", later("every month")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="programs")
    name = models.CharField(max_length=120)
    # Part of the public address; unique over the server.
    slug = models.SlugField(max_length=80, unique=True)
    purpose = models.TextField(blank=True)
    objectives = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    apply_by = models.DateField(null=True)
    cadence = models.CharField(max_length=12, choices=Cadence, default=Cadence.FORTNIGHTLY)
    meeting_minutes = models.PositiveSmallIntegerField(default=60)
    trios = models.BooleanField(default=True)
    # 2 and 2 for pairs; 3 to 8 for circles.
    circle_least = models.PositiveSmallIntegerField(default=2)
    circle_most = models.PositiveSmallIntegerField(default=2)
    # As `peerloom.matching` reads it; columns are the keys of questions.
    policy = models.JSONField(default=dict)
    # Of what people read: questions, materials, letters.
    language = models.CharField(max_length=8, default="en")
    # Goals of others, for people who do not know how to put theirs.
    examples = models.JSONField(default=list)
    # How many may take part; more wait in the order they joined.
    places = models.PositiveIntegerField(null=True)
    # Invited people who have not begun are reminded once, after a week, by itself.
    reminds = models.BooleanField(default=True)
    # Peers go through the trainings before they meet first.
    requires_training = models.BooleanField(default=False)
    # One time of the week kept free for everybody's meetings: a quarter of the local week in a zone.
    protected_quarter = models.PositiveSmallIntegerField(null=True)
    protected_zone = models.CharField(max_length=60, blank=True)
    # How soon care speaks up, and what it may do by itself (see `safeguards`).
    safeguards = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gt=models.F("starts_on")),
                name="a_program_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(circle_least=2, circle_most=2)
                | models.Q(circle_least__gte=3, circle_most__lte=8)
                & models.Q(circle_least__lte=models.F("circle_most")),
                name="pairs_or_circles_of_three_to_eight",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def weeks(self) -> int:
        """From one meeting to the next."""
        return {"weekly": 1, "fortnightly": 2, "monthly": 4}[self.cadence]

    @property
    def circles(self) -> bool:
        """True where people meet in circles rather than pairs."""
        return self.circle_most > 2

    @property
    def asked(self) -> models.QuerySet[Question]:
        """Questions that are asked now."""
        return self.questions.filter(dropped=False)

    @property
    def hours(self) -> Question | None:
        """The question when people are free, where it is asked."""
        return self.asked.filter(kind=Question.Kind.HOURS).first()

    @property
    def is_over(self) -> bool:
        """True after its last day."""
        return self.ends_on is not None and self.ends_on < timezone.localdate()

    @property
    def takes_applications(self) -> bool:
        """True while people can join."""
        return self.state in (self.State.RECRUITING, self.State.RUNNING)


class PartnerOrganisation(models.Model):
    """An organisation's part in a shared program; the one that runs it has one too."""

    class State(models.TextChoices):
        INVITED = "invited", later("Invited")
        JOINED = "joined", later("Takes part")
        DECLINED = "declined", later("Declined")
        LEFT = "left", later("Left")

    program = models.ForeignKey(Program, models.CASCADE, related_name="partners")
    # Whose manager or admin is asked, by address; the organisation is known once they say yes.
    email = models.EmailField(blank=True)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, related_name="parts_in_programs"
    )
    state = models.CharField(max_length=8, choices=State, default=State.INVITED)
    # Of its people, what may reach others: keys of questions, and which counts (see `sharing`).
    fields = models.JSONField(default=list)
    figures = models.JSONField(default=list)
    # Organisations (by number) whose people its own are not to meet.
    rivals = models.JSONField(default=list)
    asked_at = models.DateTimeField(auto_now_add=True)
    joined_at = models.DateTimeField(null=True)
    terms_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["program", "organisation"],
                condition=models.Q(state="joined"),
                name="one_part_per_organisation",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="joined") | models.Q(organisation__isnull=False),
                name="who_takes_part_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name if self.organisation else self.email


class Question(models.Model):
    """One thing a program asks of those who join."""

    class Kind(models.TextChoices):
        TEXT = "text", later("a few words")
        LONG = "long", later("a paragraph")
        CHOICE = "choice", later("one choice")
        MANY = "many", later("several choices")
        SKILLS = "skills", later("a list in their own words")
        NUMBER = "number", later("a number")
        YES_NO = "yes_no", later("yes or no")
        HOURS = "hours", later("weekly free hours")

    class Seen(models.TextChoices):
        PARTNER = "partner", later("your partner and the program manager")
        MANAGER = "manager", later("the program manager")
        MATCHING = "matching", later("the matching alone")

    program = models.ForeignKey(Program, models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=8, choices=Kind)
    label = models.CharField(max_length=200)
    help = models.CharField(max_length=300, blank=True)
    choices = models.JSONField(default=list)
    required = models.BooleanField(default=False)
    seen_by = models.CharField(max_length=8, choices=Seen, default=Seen.MANAGER)
    # Used only as the person's own wish, never shown to a manager.
    sensitive = models.BooleanField(default=False)
    step = models.CharField(max_length=12, default="you")
    position = models.PositiveSmallIntegerField(default=0)
    # Label, help and choices in other languages, by language; choices in the order of `choices`.
    texts = models.JSONField(default=dict)
    # No longer asked; answers are kept, and come back when it is asked again.
    dropped = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "key"], name="one_question_per_key")
        ]

    def __str__(self) -> str:
        return self.label

    def said(self, language: str) -> tuple[str, str, list[tuple[str, str]]]:
        """Label, help, and choices as (stored, shown), in a language where there are words."""
        text = self.texts.get(language, {})
        shown = text.get("choices") or self.choices
        choices = list(zip(self.choices, shown, strict=True))
        return text.get("label") or self.label, text.get("help") or self.help, choices


class Kpi(models.Model):
    """How it will be known whether an objective is reached."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="kpis")
    # Of the library's indicator; empty for the program's own.
    key = models.SlugField(max_length=60, blank=True)
    name = models.CharField(max_length=120)
    indicator = models.CharField(max_length=400)
    unit = models.CharField(max_length=20, blank=True)
    baseline = models.FloatField(null=True)
    target = models.FloatField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Said:
    """Something written, in one language."""

    title: str
    body: str
    language: str


class Material(models.Model):
    """Something written that a program gives to its peers: in Markdown, in its language."""

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", later("Agreement")
        MEETING = "meeting", later("Framework for a meeting")
        GUIDE = "guide", later("Guide")
        TRAINING = "training", later("Training")
        MESSAGE = "message", later("Message")
        COMMITMENT = "commitment", later("Commitment")
        RESOURCE = "resource", later("Resource")

    program = models.ForeignKey(Program, models.CASCADE, related_name="materials")
    kind = models.CharField(max_length=10, choices=Kind)
    # Of the library's material; a program's own has one of its own.
    key = models.SlugField(max_length=60)
    title = models.CharField(max_length=160)
    body = models.TextField()
    # Title and body in other languages, by language.
    texts = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "key"], name="one_material_per_key")
        ]

    def __str__(self) -> str:
        return self.title

    def said(self, language: str) -> Said:
        """The material in a language, where there are words: the manager's own, or the library's.

        What the library says in other languages is used while the manager left it as it was.
        """
        own = self.program.language
        mine = Said(self.title, self.body, own)
        if language == own:
            return mine
        text = self.texts.get(language)
        if text and text.get("body"):
            return Said(text.get("title") or self.title, text["body"], language)
        before = words(own)["materials"].get(self.key)
        if before and language in LANGUAGES and before["body"].strip() == self.body.strip():
            there = words(language)["materials"][self.key]
            return Said(there["title"], there["body"].strip(), language)
        return mine


class Pulse(models.Model):
    """A few questions asked of everybody in a program at a set moment (see `scales`)."""

    class When(models.TextChoices):
        BASELINE = "baseline", later("Before it begins")
        MEETING = "meeting", later("After a meeting")
        MIDPOINT = "midpoint", later("Half way")
        END = "end", later("At the end")
        OWN = "own", later("On a day of its own")

    program = models.ForeignKey(Program, models.CASCADE, related_name="pulses")
    moment = models.CharField(max_length=8, choices=When)
    name = models.CharField(max_length=80, blank=True)
    # Keys of the library's scales, in order.
    scales = models.JSONField(default=list)
    # The manager's own statements: key, text in the program's language, and texts by language.
    own = models.JSONField(default=list)
    # First and last day; where there is none they follow from the program's dates.
    opens_on = models.DateField(null=True)
    closes_on = models.DateField(null=True)
    # Not asked; what was answered is kept.
    off = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["program", "moment"],
                condition=~models.Q(moment="own"),
                name="one_pulse_at_each_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(closes_on__isnull=True)
                | models.Q(closes_on__gte=models.F("opens_on")),
                name="a_pulse_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_moment_display()


class OwnTemplate(models.Model):
    """A program saved by an organisation, to start others from (see `designs`)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="own_templates")
    name = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    design = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
