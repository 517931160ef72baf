"""Organisations, people, and the roles people have in them."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from peerloom.core.words import later


class Organisation(models.Model):
    """The tenant: everything belongs to exactly one."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Whom people ask about their data.
    privacy_contact = models.CharField(max_length=200, blank=True)
    # On which ground of the law it is done, in the organisation's own words.
    privacy_basis = models.TextField(blank=True)
    # Months for which things are kept, by key of `core.holdings.KEEPINGS`, where not as usual.
    keeps = models.JSONField(default=dict)
    # The last day on which what was too old was forgotten.
    forgot_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """People are made by e-mail address; nobody has a password."""

    def create_user(self, email: str, **fields: Any) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_unusable_password()
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """A person who can sign in, by a code sent to their address or by a passkey."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    # In which we write to them; empty for a program's own.
    language = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Part of each session's proof: counting it up ends them all.
    sign_in_epoch = models.PositiveIntegerField(default=0)
    # Nothing is known of them any more; the row stays so that others' history does.
    erased_at = models.DateTimeField(null=True)

    objects = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        # What stands for a name once it is erased is a word of ours.
        return gettext(self.name) if self.erased_at else self.name or self.email

    @property
    def first_name(self) -> str:
        """The first word of the name; whole words for somebody who was erased."""
        if self.erased_at:
            return gettext("somebody who left")
        return self.name.split(" ")[0] if self.name else self.email.split("@")[0]

    @property
    def initials(self) -> str:
        """Up to two letters for a round badge."""
        words = str(self).split()
        return "".join(w[0] for w in (words[0], words[-1]) if w)[: min(2, len(words))].upper()

    def get_session_auth_hash(self) -> str:
        """What each session must show; another `sign_in_epoch` ends them all."""
        own = f"{super().get_session_auth_hash()}{self.sign_in_epoch}"
        return salted_hmac("peerloom.sessions", own).hexdigest()


class Role(models.TextChoices):
    """What a person may do in an organisation."""

    ADMIN = "admin", later("Organisation admin")
    MANAGER = "manager", later("Program manager")
    PARTICIPANT = "participant", later("Participant")
    SPONSOR = "sponsor", later("Sponsor")


class Membership(models.Model):
    """One role of a person in an organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "person", "role"], name="one_membership_per_role"
            )
        ]


class PersonRecord(models.Model):
    """What the organisation's own file says of somebody, whether they take part or not.

    Read for shares and comparisons alone: it makes nobody known here and invites nobody.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="records")
    email = models.EmailField()
    unit = models.CharField(max_length=120, blank=True)
    site = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=120, blank=True)
    # What they said of themselves and agreed to be counted by: value by attribute.
    said = models.JSONField(default=dict)
    joined_on = models.DateField(null=True)
    left_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "email"], name="one_record_per_address")
        ]

    def __str__(self) -> str:
        return self.email


class DirectoryToken(models.Model):
    """With it the organisation's directory says who belongs to it; known by its fingerprint."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="directory_tokens")
    name = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """With it a script or system of theirs acts as a person, within its scopes; known by its fingerprint."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64, unique=True)
    # `area:read` or `area:write`, see `scopes`.
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    # Calls within the minute (since 1970) of the last one.
    minute = models.BigIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class KeptAnswer(models.Model):
    """What a call with an idempotency key was answered, to say it again without doing it again."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="kept_answers")
    key = models.CharField(max_length=255)
    # Of method, address and body: the same key is not for another call.
    call = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body_sealed = models.BinaryField(default=bytes)
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "key"], name="a_key_is_for_one_call")
        ]


class DirectoryPerson(models.Model):
    """Somebody whom the organisation's directory looks after."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="directory")
    person = models.ForeignKey(Person, models.CASCADE, related_name="in_directories")
    # As the directory knows them, and as it knows us.
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    user_name = models.CharField(max_length=255)
    external_id = models.CharField(max_length=255, blank=True)
    active = models.BooleanField(default=True)
    # What it says of them, no more than its schema here has.
    resource = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "person"], name="once_in_a_directory")
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "user_name"]),
            models.Index(fields=["organisation", "external_id"]),
        ]

    def __str__(self) -> str:
        return self.user_name
