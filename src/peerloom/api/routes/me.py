"""Oneself: name and language, messages, data, tokens, where one is signed in, the calendar."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field, HttpUrl

from peerloom.accounts.actions import change_self, drop_api_token, sign_out_everywhere, speak
from peerloom.api.calls import Token, by
from peerloom.api.shapes import (
    Done,
    Line,
    Listed,
    Page,
    Sent,
    Shown,
    Whole,
    Words,
    Yes,
    done,
    listed,
    one_of,
)
from peerloom.calendars.weekly import zone_names
from peerloom.care.actions import NO_NUDGES, quieten
from peerloom.core.holdings import data_of
from peerloom.messaging.actions import set_mailbox
from peerloom.messaging.queries import log_of, mailbox_of
from peerloom.participants.queries import consents_of
from peerloom.partnerships.actions import close_feed, open_feed
from peerloom.programs.template_library import LANGUAGES

router = Router(auth=Token("self"), tags=["me"])


class RoleShown(Shown):
    """A role that the person has."""

    organisation: str = Field(examples=["loomworks"])
    role: str = Field(examples=["manager"])


class MeShown(Shown):
    """Oneself."""

    id: int
    name: str = Field(examples=["Ada Okafor"])
    email: str = Field(examples=["ada@example.org"])
    time_zone: str = Field(examples=["Europe/Paris"])
    language: str = Field(examples=["fr"])
    roles: list[RoleShown]


class MeSent(Sent):
    """What one changes; what is left out stays."""

    name: Words | None = Field(None, max_length=120, examples=["Ada Okafor"])
    time_zone: Line | None = Field(None, examples=["Europe/Paris"])
    language: Line | None = Field(None, examples=["fr"], description="Empty: as the browser says.")


def _me(request: HttpRequest) -> dict[str, Any]:
    person = by(request)
    roles = person.memberships.order_by("pk")
    return {
        **{n: getattr(person, n) for n in ("id", "name", "email", "time_zone", "language")},
        "roles": [
            {"organisation": slug, "role": role}
            for slug, role in roles.values_list("organisation__slug", "role")
        ],
    }


@router.get("", response=MeShown, summary="Who the token speaks for")
def me(request: HttpRequest) -> Any:
    """Name, language, zone, roles."""
    return _me(request)


@router.patch("", response=MeShown, summary="Change one's name, zone or language")
def change_me(request: HttpRequest, said: MeSent) -> Any:
    """What is left out stays."""
    person = by(request)
    if said.time_zone is not None:
        one_of(said.time_zone, zone_names(), "time_zone")
    if said.name is not None or said.time_zone is not None:
        change_self(
            person, name=said.name or person.name, time_zone=said.time_zone or person.time_zone
        )
    if said.language is not None:
        speak(person, one_of(said.language, ("", *LANGUAGES), "language"))
    return _me(request)


@router.get("data", response=dict[str, Any], summary="Everything that is held of oneself")
def data(request: HttpRequest) -> Any:
    """By room; the same as the file on 'My data'."""
    return json.loads(json.dumps(data_of(by(request)), cls=DjangoJSONEncoder))


class ConsentShown(Shown):
    """A yes or a no, with the words that were read."""

    id: int
    about: str = Field(examples=["sensitive"])
    given: bool
    words: str
    at: datetime
    program: str


@router.get("consents", response=Listed[ConsentShown], summary="What one agreed to")
def consents(request: HttpRequest, page: Query[Page]) -> Any:
    """Or no longer agreed to, oldest first."""
    names = ("id", "about", "given", "words", "at")
    return listed(
        consents_of(by(request)),
        page,
        lambda c: {n: getattr(c, n) for n in names} | {"program": c.participant.program.name},
    )


class MailboxSent(Sent):
    """How one wants to hear from Peerloom."""

    channel: Literal["mail", "slack", "teams", "hook"] = Field("mail", examples=["mail"])
    hook: HttpUrl | None = Field(
        None, description="Of Slack or Teams; kept as it was where left out.", examples=[None]
    )
    reach_at: HttpUrl | None = Field(None, examples=["https://chat.example.org/ada"])
    quiet_from: Whole = Field(19, ge=0, le=23)
    quiet_until: Whole = Field(8, ge=0, le=23)
    weekends: Yes = False
    digest: Yes = Field(False, description="What can wait in one message a day.")


class MailboxShown(Shown):
    """How one hears from Peerloom."""

    channel: str = Field(examples=["mail"])
    reach_at: str = Field(examples=["https://chat.example.org/ada"])
    quiet_from: int
    quiet_until: int
    weekends: bool
    digest: bool


@router.get("mailbox", response=MailboxShown, summary="How one hears from Peerloom")
def mailbox(request: HttpRequest) -> Any:
    """Channel, quiet hours, digest."""
    return mailbox_of(by(request).email)


@router.put("mailbox", response=MailboxShown, summary="Say how one wants to hear from Peerloom")
def change_mailbox(request: HttpRequest, said: MailboxSent) -> Any:
    """All of it at once."""
    person = by(request)
    given = said.model_dump() | {
        "hook": str(said.hook or ""),
        "reach_at": str(said.reach_at or ""),
        "time_zone": person.time_zone,
    }
    return set_mailbox(person.email, **given)


class NudgesSent(Sent):
    """Whether care writes."""

    nudges: Yes = Field(examples=[False])


@router.put("nudges", response=Done, summary="Have no nudges for three months, or have them again")
def nudges(request: HttpRequest, said: NudgesSent) -> Any:
    """Nobody is told."""
    until = None if said.nudges else timezone.localdate() + NO_NUDGES
    quieten(by(request), until=until)
    return done()


class MessageShown(Shown):
    """A message that was sent, or is."""

    id: int
    kind: str = Field(examples=["introduction"])
    subject: str = Field(examples=["Meet Ben"])
    channel: str = Field(examples=["mail"])
    state: str = Field(examples=["sent"])
    why: str
    created_at: datetime
    sent_at: datetime | None


@router.get("messages", response=Listed[MessageShown], summary="What was sent to oneself, and why")
def messages(request: HttpRequest, page: Query[Page]) -> Any:
    """Oldest first."""
    return listed(log_of(by(request).email), page)


class SessionShown(Shown):
    """Somewhere one is signed in."""

    id: int
    ip: str
    user_agent: str
    created_at: datetime


@router.get("sessions", response=list[SessionShown], summary="Where one is signed in")
def sessions(request: HttpRequest) -> Any:
    """On which devices."""
    return UserSession.objects.purge_and_list(by(request))


@router.delete("sessions/{int:session_id}", response={204: None}, summary="Sign out there")
def end_session(request: HttpRequest, session_id: int) -> Any:
    """At once."""
    get_object_or_404(UserSession, user=by(request), pk=session_id).end()
    return Status(204, None)


@router.post("sign-out", response=Done, summary="Sign out everywhere")
def sign_out(request: HttpRequest) -> Any:
    """On every device; tokens stay."""
    sign_out_everywhere(by(request))
    return done()


class TokenShown(Shown):
    """A token of the person's; its secret is shown once, where it is made."""

    id: int
    name: str = Field(examples=["HR sync"])
    scopes: list[str] = Field(examples=[["people:write"]])
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None


@router.get("tokens", response=Listed[TokenShown], summary="One's tokens")
def tokens(request: HttpRequest, page: Query[Page]) -> Any:
    """A token cannot make another: that is done on the page, signed in."""
    return listed(by(request).api_tokens.all(), page)


@router.delete("tokens/{int:token_id}", response={204: None}, summary="Take a token away")
def drop_token(request: HttpRequest, token_id: int) -> Any:
    """It opens nothing any more; also the one that asks."""
    person = by(request)
    drop_api_token(get_object_or_404(person.api_tokens, pk=token_id), by=person)
    return Status(204, None)


class FeedShown(Shown):
    """The address of one's own calendar feed, shown this once."""

    address: str = Field(examples=["https://peerloom.example.org/calendar/….ics"])


@router.post("calendar", response={201: FeedShown}, summary="Open a calendar feed")
def open_calendar(request: HttpRequest) -> Any:
    """A fresh address; the one before it ends."""
    return Status(
        201, {"address": f"{settings.SITE_URL}{reverse('feed', args=[open_feed(by(request))])}"}
    )


@router.delete("calendar", response={204: None}, summary="Close the calendar feed")
def close_calendar(request: HttpRequest) -> Any:
    """Its address shows nothing any more."""
    close_feed(by(request))
    return Status(204, None)
