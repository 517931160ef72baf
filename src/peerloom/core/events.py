"""What happens, for whoever listens: other rooms, and through webhooks other systems.

A room offers the events it has; whoever listens is told within the transaction of what happened, so
that nothing is told that did not happen, and nothing that did is lost. Events hold numbers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.utils import timezone


@dataclass(frozen=True)
class Offered:
    """A kind of event.

    Attributes
    ----------
    kind
        Such as `round.published`.
    words
        What happened, for people.
    verb
        Of the audit log's entry that goes with it (and `thing`, a model's label); empty where the
        room tells it by itself.
    """

    kind: str
    words: str
    thing: str = ""
    verb: str = ""


@dataclass(frozen=True)
class Event:
    """Something that happened to a thing of an organisation."""

    kind: str
    organisation_id: int
    thing: str
    thing_id: int
    program_id: int | None
    actor_id: int | None
    numbers: Mapping[str, int] = field(default_factory=dict)
    at: datetime = field(default_factory=timezone.now)


Listener = Callable[[Sequence[Event]], None]
OFFERED: dict[str, Offered] = {}
_BY_ENTRY: dict[tuple[str, str], str] = {}
_LISTENERS: list[Listener] = []
_GATHERED: ContextVar[list[Event] | None] = ContextVar("gathered", default=None)


def offer(*kinds: Offered) -> None:
    """Say which events a room has."""
    for one in kinds:
        OFFERED[one.kind] = one
        if one.verb:
            _BY_ENTRY[one.thing, one.verb] = one.kind


def listen(listener: Listener) -> None:
    """Be told of events, within the transaction they happen in."""
    _LISTENERS.append(listener)


def kind_of(thing: str, verb: str) -> str | None:
    """The kind of event that goes with an entry of the audit log."""
    return _BY_ENTRY.get((thing, verb))


def tell(
    kind: str,
    thing: models.Model,
    *,
    organisation_id: int,
    actor_id: int | None = None,
    **numbers: int,
) -> None:
    """Tell that an event of an offered kind happened to `thing`."""
    assert kind in OFFERED, kind
    label = thing._meta.label_lower
    program = thing.pk if label == "programs.program" else getattr(thing, "program_id", None)
    event = Event(
        kind, organisation_id, thing._meta.model_name or "", thing.pk, program, actor_id, numbers
    )
    held = _GATHERED.get()
    if held is not None:
        held.append(event)
        return
    for listener in _LISTENERS:
        listener([event])


@contextmanager
def gathered() -> Iterator[None]:
    """Tell what happens within at its end, all at once; within the transaction of all of it."""
    held: list[Event] = []
    before = _GATHERED.set(held)
    try:
        yield
    finally:
        _GATHERED.reset(before)
    if held:
        for listener in _LISTENERS:
            listener(held)
