"""People's places in programs, their goals, and files of people to import."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from peerloom.accounts.models import Organisation, Person
from peerloom.core.models import Job
from peerloom.core.words import later
from peerloom.programs.models import Program


class Participant(models.Model):
    """A person's place in one program."""

    class State(models.TextChoices):
        INVITED = "invited", later("Invited")
        APPLYING = "applying", later("Answering")
        WAITING = "waiting", later("On the waiting list")
        LOOKING = "looking", later("Looking for a peer")
        MATCHED = "matched", later("In a partnership")
        PAUSED = "paused", later("Pausing")
        LEFT = "left", later("Left")
        DECLINED = "declined", later("Declined")

    program = models.ForeignKey(Program, models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, models.CASCADE, related_name="places")
    # Whose person they are here: in a shared program not always the one that runs it.
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="places")
    state = models.CharField(max_length=10, choices=State)
    # Cells of text by question key, as `peerloom.matching` reads them.
    answers = models.JSONField(default=dict)
    time_zone = models.CharField(max_length=60, blank=True)
    # May be found by others of the organisation for what they offer.
    findable = models.BooleanField(default=False)
    # What the person lets reach other organisations of a shared program, and since when: keys of
    # questions, and which organisations (see `borders`). Without a time they meet their own alone.
    crosses = models.JSONField(default=list)
    crosses_at = models.DateTimeField(null=True)
    # What they were asked when they last said yes or no.
    cross_asked = models.JSONField(default=list)
    cross_letter_at = models.DateTimeField(null=True)
    rounds_waited = models.PositiveSmallIntegerField(default=0)
    # Comes back by itself on this day.
    paused_until = models.DateField(null=True)
    invited_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    # Their place in a draw by lot, from 1.
    lot = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "person"], name="one_place_per_person")
        ]
        indexes: ClassVar = [
            models.Index(fields=["program", "state"]),
            models.Index(fields=["program", "organisation"]),
        ]

    def __str__(self) -> str:
        return str(self.person)


# Who has one of a program's places.
TAKING_PART = (Participant.State.LOOKING, Participant.State.MATCHED)


class Draw(models.Model):
    """A draw of a program's places that anybody can check (`peerloom.evidence.lottery`)."""

    program = models.OneToOneField(Program, models.CASCADE, related_name="draw")
    places = models.PositiveIntegerField()
    # Where the public number comes from, and on which day; tickets are given until the day before.
    public_from = models.CharField(max_length=300)
    public_on = models.DateField()
    # The server's part, told once it is drawn; its fingerprint is told before.
    secret_sealed = models.BinaryField()
    fingerprint = models.CharField(max_length=64)
    announced_at = models.DateTimeField(auto_now_add=True)
    public_number = models.CharField(max_length=100, blank=True)
    drawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"draw for {self.program}"


class Ticket(models.Model):
    """One place in a draw; it stays in the list when its holder's data go."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="tickets")
    participant = models.OneToOneField(
        Participant, models.SET_NULL, null=True, related_name="ticket"
    )
    code = models.CharField(max_length=8)
    # In the order of the draw, from 1.
    rank = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["rank", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draw", "code"], name="one_ticket_per_code")
        ]

    def __str__(self) -> str:
        return self.code


class Goal(models.Model):
    """What a participant hopes for, in their words."""

    class Kind(models.TextChoices):
        SKILL = "skill", later("a skill")
        GROWTH = "growth", later("growth")

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="goals")
    kind = models.CharField(max_length=6, choices=Kind)
    text = models.CharField(max_length=300)
    # What it looks like reached as hoped, a little less than hoped, and better: the goal's own
    # scale from -1 to 1 (goal attainment scaling, Kiresuk and Sherman 1968).
    success = models.CharField(max_length=300, blank=True)
    less = models.CharField(max_length=300, blank=True)
    more = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]


class TrainingProgress(models.Model):
    """How far a participant is with a training: their choices by situation, and when they were through."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="trainings")
    # Key of the program's material.
    key = models.SlugField(max_length=60)
    title = models.CharField(max_length=160)
    choices = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "key"], name="one_progress_per_training")
        ]


class Consent(models.Model):
    """One yes or no of a participant, with the words they read; only ever added to."""

    class About(models.TextChoices):
        COMMITMENT = "commitment", later("the program's commitment")
        CROSSING = "crossing", later("what other organisations may have")
        FINDABLE = "findable", later("being found by others")
        SENSITIVE = "sensitive", later("a sensitive answer")
        ALUMNI = "alumni", later("being found once it is over")

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="consents")
    about = models.CharField(max_length=10, choices=About)
    given = models.BooleanField()
    # What they agreed to or no longer agreed to, as they read it.
    words = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-pk"]


class Skill(models.Model):
    """A word for something people share or want to learn, as the organisation's people write it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="skills")
    # As first written, and as compared (`skills.compared`).
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=120)
    # The word that stands for it, where a manager said that the two mean one thing.
    same_as = models.ForeignKey("self", models.SET_NULL, null=True, related_name="others")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="one_skill_per_word"),
            models.CheckConstraint(
                condition=~models.Q(same_as=models.F("id")), name="no_skill_stands_for_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Away(models.Model):
    """Days when a participant is away."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="away")
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering: ClassVar = ["first", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="away_ends_after_it_begins"
            )
        ]


class Observation(models.Model):
    """What a manager noticed about a participant; the person reads it when they ask for their data."""

    class Kind(models.TextChoices):
        LEARNS = "learns", later("how they learn")
        ENERGY = "energy", later("what gives them energy")
        STRENGTHS = "strengths", later("what they are good at")
        CARES = "cares", later("what they care about")

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="observations")
    author = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=1000)
    # One word of it that the matching may read, as the policy's 'observed' criterion says.
    tag = models.CharField(max_length=60, blank=True)
    made_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-made_on", "-pk"]


class ColumnMapping(models.Model):
    """What the columns of a kind of file are, so that it need not be said again."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="column_mappings")
    name = models.CharField(max_length=80)
    # Target by column; a question by its key, in whichever program asks it.
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-used_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_mapping_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class ImportFile(models.Model):
    """A file of people on its way in: mapped, looked over, applied."""

    class State(models.TextChoices):
        MAPPING = "mapping"
        CHECKED = "checked"
        APPLIED = "applied"

    program = models.ForeignKey(Program, models.CASCADE, related_name="import_files")
    # Whose people they are, and whose managers see it.
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="import_files")
    uploaded_by = models.ForeignKey(Person, models.SET_NULL, null=True)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    # Name of the saved mapping that was recognised.
    mapped_as = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.MAPPING)
    counts = models.JSONField(default=dict)
    job = models.ForeignKey(Job, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
