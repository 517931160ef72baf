"""An organisation as its admins run it: roles, privacy, log, people who left."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import BaseModel, Field, HttpUrl

from peerloom.accounts.actions import LONGEST, erase, set_privacy, set_roles_by_address
from peerloom.accounts.models import Organisation, Person, Role
from peerloom.accounts.queries import organisations_of, people_with_roles, person_in
from peerloom.api.calls import Token, by
from peerloom.api.finders import administered
from peerloom.api.problems import Problem
from peerloom.api.shapes import (
    Done,
    Email,
    Line,
    Listed,
    OneOf,
    Page,
    Sent,
    Shown,
    Text,
    Whole,
    done,
    listed,
)
from peerloom.care.actions import let_go
from peerloom.core.audit import saw
from peerloom.core.holdings import KEEPINGS
from peerloom.core.queries import entries_of
from peerloom.messaging.actions import remove_hook, send_again, set_hook
from peerloom.messaging.queries import stuck_messages

router = Router(auth=Token("organisation"), tags=["organisation"])


class OrganisationShown(Shown):
    """An organisation."""

    slug: str = Field(examples=["loomworks"])
    name: str = Field(examples=["Loomworks"])


@router.get("", response=list[OrganisationShown], summary="Organisations that one administers")
def organisations(request: HttpRequest) -> Any:
    """Mostly one."""
    return organisations_of(by(request), Role.ADMIN)


class RolesShown(Shown):
    """Somebody with roles."""

    id: int
    name: str
    email: str
    roles: list[str] = Field(examples=[["manager"]])


def _roles(person: Any) -> dict[str, Any]:
    names = ("id", "name", "email")
    return {n: getattr(person, n) for n in names} | {
        "roles": sorted(m.role for m in person.roles_here)
    }


@router.get("{slug}/roles", response=Listed[RolesShown], summary="Who runs what")
def roles(request: HttpRequest, slug: str, page: Query[Page]) -> Any:
    """Admins, managers and sponsors."""
    return listed(list(people_with_roles(administered(request, slug))), page, _roles)


class RolesSent(Sent):
    """Somebody's roles, all of them."""

    email: Email = Field(examples=["ada@example.org"])
    name: Line = Field("", max_length=120, examples=["Ada Okafor"])
    roles: list[Literal["admin", "manager", "sponsor"]] = Field(examples=[["manager"]])


@router.put("{slug}/roles", response=Done, summary="Give and take roles")
def give_roles(request: HttpRequest, slug: str, said: RolesSent) -> Any:
    """An organisation keeps an admin."""
    organisation = administered(request, slug)
    roles = {Role(r) for r in said.roles}
    set_roles_by_address(organisation, said.email, roles, name=said.name, by=by(request))
    return done()


class PrivacyShown(Shown):
    """Whom people ask; for how many months things are kept."""

    contact: str
    basis: str
    months: dict[str, int] = Field(examples=[{"messages": 12}])


class PrivacySent(Sent):
    """What is left out of `months` is as usual."""

    contact: Line = Field("", max_length=200, examples=["privacy@example.org"])
    basis: Text = Field("", max_length=2000, examples=["Our legitimate interest."])
    months: dict[Annotated[str, OneOf(KEEPINGS)], Whole] = Field({}, examples=[{"messages": 12}])


def _privacy(organisation: Organisation) -> dict[str, Any]:
    return {
        "contact": organisation.privacy_contact,
        "basis": organisation.privacy_basis,
        "months": {k.key: organisation.keeps.get(k.key, k.months) for k in KEEPINGS.values()},
    }


@router.get("{slug}/privacy", response=PrivacyShown, summary="Privacy")
def privacy(request: HttpRequest, slug: str) -> Any:
    """As every program's notice says it."""
    return _privacy(administered(request, slug))


@router.put("{slug}/privacy", response=PrivacyShown, summary="Change privacy")
def change_privacy(request: HttpRequest, slug: str, said: PrivacySent) -> Any:
    """Every program's notice says so at once."""
    if wrong := [k for k, v in said.months.items() if not 1 <= v <= LONGEST]:
        raise Problem(422, "invalid", f"{', '.join(wrong)}: 1 to {LONGEST} months.")
    organisation = administered(request, slug)
    return _privacy(
        set_privacy(
            organisation,
            contact=said.contact,
            basis=said.basis,
            keeps={k: said.months.get(k, one.months) for k, one in KEEPINGS.items()},
            by=by(request),
        )
    )


class EntryShown(Shown):
    """An entry of the audit log."""

    id: int
    at: datetime
    actor_id: int | None = Field(description="A person's number; null: Peerloom itself.")
    verb: str = Field(examples=["published"])
    thing: str = Field(examples=["rounds.matchinground"])
    thing_id: int
    details: dict[str, Any]
    place: int | None = Field(description="In the chain; null until it is bound.")
    mark: str


class Entries(BaseModel):
    """Which entries."""

    verb: str = Field("", max_length=60)
    who: str = Field("", max_length=254, description="An address.")
    first: date | None = None
    last: date | None = None


@router.get("{slug}/log", response=Listed[EntryShown], summary="The audit log")
def log(request: HttpRequest, slug: str, page: Query[Page], chosen: Query[Entries]) -> Any:
    """Oldest first; that one took it is noted in it."""
    organisation = administered(request, slug)
    actors = None
    if chosen.who:
        people = Person.objects.filter(email__iexact=chosen.who)
        actors = list(people.values_list("pk", flat=True))
    found = entries_of(
        organisation.pk, verb=chosen.verb, actors=actors, first=chosen.first, last=chosen.last
    )
    saw(by(request), organisation, organisation_id=organisation.pk, verb="took the log of")
    return listed(found, page)


def _somebody(request: HttpRequest, slug: str, address: str) -> tuple[Organisation, Person]:
    organisation = administered(request, slug)
    person = person_in(organisation, address)
    if person is None:
        raise Http404
    return organisation, person


class AddressSent(Sent):
    """Somebody of the organisation."""

    email: Email = Field(examples=["ben@example.org"])


@router.post("{slug}/leavers", response=Done, summary="Somebody left the organisation")
def leaver(request: HttpRequest, slug: str, said: AddressSent) -> Any:
    """Signed out; partners hear kindly with the next morning's batch."""
    organisation, person = _somebody(request, slug, said.email)
    return done(let_go(organisation, person, by=by(request)))


class EraseSent(AddressSent):
    """Somebody to be erased, for good."""

    sure: Literal[True] = Field(examples=[True])


@router.post("{slug}/erase", response=Done, summary="Erase somebody")
def erase_somebody(request: HttpRequest, slug: str, said: EraseSent) -> Any:
    """Everything of theirs; somebody who belongs to no other organisation alone."""
    _, person = _somebody(request, slug, said.email)
    erase(person, by=by(request))
    return done()


class StuckShown(Shown):
    """A message that did not arrive; never what it says."""

    id: int
    to: str
    kind: str
    channel: str
    state: str = Field(examples=["failed"])
    error: str
    created_at: datetime


@router.get("{slug}/messages", response=Listed[StuckShown], summary="Messages that did not arrive")
def messages(request: HttpRequest, slug: str, page: Query[Page]) -> Any:
    """Or perhaps."""
    return listed(stuck_messages(administered(request, slug).pk), page)


@router.post(
    "{slug}/messages/{int:message_id}/again", response=Done, summary="Send a message again"
)
def again(request: HttpRequest, slug: str, message_id: int) -> Any:
    """Another three days of tries."""
    stuck = stuck_messages(administered(request, slug).pk)
    return done(int(send_again(get_object_or_404(stuck, pk=message_id))))


class ReceiverSent(Sent):
    """The organisation's own receiver of messages, for its chat."""

    url: HttpUrl = Field(examples=["https://chat.example.org/peerloom"])


class SecretShown(Shown):
    """A secret to check signatures with, shown this once."""

    secret: str = Field(examples=["whsec_…"])


@router.put("{slug}/receiver", response=SecretShown, summary="Pass messages on to one's own chat")
def receiver(request: HttpRequest, slug: str, said: ReceiverSent) -> Any:
    """Of people who chose it; another address, and a new secret."""
    organisation = administered(request, slug)
    return {"secret": set_hook(organisation.pk, str(said.url), by=by(request))}


@router.delete("{slug}/receiver", response={204: None}, summary="Pass no messages on")
def no_receiver(request: HttpRequest, slug: str) -> Any:
    """People hear by e-mail."""
    remove_hook(administered(request, slug).pk, by=by(request))
    return Status(204, None)
