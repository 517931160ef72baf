"""Other systems' receivers of events, and what was delivered to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field, HttpUrl

from peerloom.api.calls import Token, by
from peerloom.api.finders import administered
from peerloom.api.problems import Problem
from peerloom.api.shapes import Done, Listed, OneOf, Page, Sent, Shown, Words, Yes, done, listed
from peerloom.core.events import OFFERED
from peerloom.messaging import actions
from peerloom.messaging.models import Webhook, WebhookDelivery
from peerloom.messaging.queries import deliveries_of, webhooks_of

router = Router(auth=Token("organisation"), tags=["webhooks"])


class EventShown(Shown):
    """A kind of event."""

    kind: str = Field(examples=["round.published"])
    words: str = Field(examples=["A round was published"])


@router.get("{slug}/events", response=list[EventShown], summary="Kinds of events")
def events(request: HttpRequest, slug: str) -> Any:
    """That webhooks can be told of."""
    administered(request, slug)
    return [{"kind": one.kind, "words": str(one.words)} for one in OFFERED.values()]


class WebhookShown(Shown):
    """A receiver."""

    id: int
    name: str = Field(examples=["HR system"])
    url: str = Field(examples=["https://hr.example.org/peerloom"])
    kinds: list[str] = Field(examples=[["round.published"]], description="None: all.")
    made_at: datetime
    off_at: datetime | None


class MadeShown(WebhookShown):
    """A receiver, and its secret, shown this once."""

    secret: str = Field(examples=["whsec_…"])


class WebhookSent(Sent):
    """A receiver."""

    name: Words = Field(max_length=80, examples=["HR system"])
    url: HttpUrl = Field(examples=["https://hr.example.org/peerloom"])
    kinds: list[Words] = Field([], max_length=100, examples=[["round.published"]])


@router.get("{slug}/webhooks", response=Listed[WebhookShown], summary="Receivers of events")
def webhooks(request: HttpRequest, slug: str, page: Query[Page]) -> Any:
    """Of the organisation."""
    return listed(webhooks_of(administered(request, slug).pk), page)


@router.post("{slug}/webhooks", response={201: MadeShown}, summary="Add a receiver")
def add(request: HttpRequest, slug: str, said: WebhookSent) -> Any:
    """Signed as Standard Webhooks says; the secret is shown this once."""
    organisation = administered(request, slug)
    if len(str(said.url)) > 500:
        raise Problem(422, "invalid", "An address has at most 500 characters.")
    hook, secret = actions.add_webhook(
        organisation.pk, name=said.name, url=str(said.url), kinds=said.kinds, by=by(request)
    )
    names = ("id", "name", "url", "kinds", "made_at", "off_at")
    return Status(201, {n: getattr(hook, n) for n in names} | {"secret": secret})


def _hook(request: HttpRequest, slug: str, hook_id: int) -> Webhook:
    found: Webhook = get_object_or_404(webhooks_of(administered(request, slug).pk), pk=hook_id)
    return found


class TurnSent(Sent):
    """On or off."""

    on: Yes = Field(examples=[True])


@router.patch(
    "{slug}/webhooks/{int:hook_id}", response=WebhookShown, summary="Turn a receiver on or off"
)
def turn(request: HttpRequest, slug: str, hook_id: int, said: TurnSent) -> Any:
    """What happens while it is off is not told later."""
    return actions.turn_webhook(_hook(request, slug, hook_id), said.on, by=by(request))


@router.delete("{slug}/webhooks/{int:hook_id}", response={204: None}, summary="Remove a receiver")
def remove(request: HttpRequest, slug: str, hook_id: int) -> Any:
    """Nothing goes there any more."""
    actions.remove_webhook(_hook(request, slug, hook_id), by=by(request))
    return Status(204, None)


class DeliveryShown(Shown):
    """An event for a receiver, and how that went."""

    id: int
    hook_id: int
    key: str = Field(examples=["evt_5f0c…"])
    kind: str = Field(examples=["round.published"])
    body: dict[str, Any]
    state: str = Field(examples=["sent"])
    attempts: int
    status: int | None = Field(examples=[200])
    error: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None


@router.post(
    "{slug}/webhooks/{int:hook_id}/test", response={202: DeliveryShown}, summary="Try a receiver"
)
def test(request: HttpRequest, slug: str, hook_id: int) -> Any:
    """With an event that says nothing."""
    return Status(202, actions.try_webhook(_hook(request, slug, hook_id), by=by(request)))


@router.get(
    "{slug}/deliveries", response=Listed[DeliveryShown], summary="What was delivered, and what not"
)
def deliveries(
    request: HttpRequest,
    slug: str,
    page: Query[Page],
    state: Query[Annotated[str, OneOf(WebhookDelivery.State.values)] | None] = None,
) -> Any:
    """Of the last thirty days, oldest first."""
    found = deliveries_of(administered(request, slug).pk)
    return listed(found.filter(state=state) if state else found, page)


@router.post(
    "{slug}/deliveries/{int:delivery_id}/again", response=Done, summary="Deliver an event again"
)
def again(request: HttpRequest, slug: str, delivery_id: int) -> Any:
    """Under the same number."""
    found = get_object_or_404(deliveries_of(administered(request, slug).pk), pk=delivery_id)
    return done(int(actions.deliver_again(found)))
