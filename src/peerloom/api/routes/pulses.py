"""Pulses: what they ask, and when."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from peerloom.api.calls import Token, by
from peerloom.api.finders import managed
from peerloom.api.shapes import Language, Line, Listed, OneOf, Page, Sent, Shown, Words, Yes, listed
from peerloom.programs import actions
from peerloom.programs.scales import SCALES

router = Router(auth=Token("programs"), tags=["design"])


class PulseShown(Shown):
    """A pulse."""

    id: int
    moment: str = Field(examples=["own"])
    name: str
    scales: list[str]
    own: list[dict[str, Any]]
    opens_on: date | None
    closes_on: date | None
    off: bool


class StatementSent(Sent):
    """A statement of the manager's own; with its key, answers given before belong to it."""

    key: Line = Field("", examples=[""])
    text: Words = Field(max_length=200, examples=["I would do it again."])
    texts: dict[Language, Line] = Field({}, examples=[{}])


class PulseSent(Sent):
    """What a pulse asks, and when."""

    name: Line = Field("", max_length=80, examples=["Halfway"])
    scales: list[Annotated[str, OneOf([s.key for s in SCALES])]] = Field(examples=[[SCALES[0].key]])
    own: list[StatementSent] = Field([], max_length=20)
    opens_on: date | None = Field(None, examples=["2027-03-01"])
    closes_on: date | None = Field(None, examples=["2027-03-14"])
    off: Yes = False


@router.get("{int:program_id}/pulses", response=Listed[PulseShown], summary="Pulses")
def pulses(request: HttpRequest, program_id: int, page: Query[Page]) -> Any:
    """Those of each phase and of one's own."""
    return listed(managed(request, program_id).pulses.all(), page)


@router.post("{int:program_id}/pulses", response={201: PulseShown}, summary="Add a pulse")
def add_pulse(request: HttpRequest, program_id: int, said: PulseSent) -> Any:
    """On a day of its own."""
    made = actions.write_pulse(managed(request, program_id), by=by(request), **said.model_dump())
    return Status(201, made)


@router.put("{int:program_id}/pulses/{int:pulse_id}", response=PulseShown, summary="Change a pulse")
def write_pulse(request: HttpRequest, program_id: int, pulse_id: int, said: PulseSent) -> Any:
    """What it asks, when, or whether."""
    found = managed(request, program_id)
    pulse = get_object_or_404(found.pulses, pk=pulse_id)
    return actions.write_pulse(found, pulse=pulse, by=by(request), **said.model_dump())


@router.delete(
    "{int:program_id}/pulses/{int:pulse_id}", response={204: None}, summary="Take a pulse out"
)
def drop_pulse(request: HttpRequest, program_id: int, pulse_id: int) -> Any:
    """One of one's own that nobody answered."""
    mine = managed(request, program_id).pulses.select_related("program__organisation")
    actions.drop_pulse(get_object_or_404(mine, pk=pulse_id), by=by(request))
    return Status(204, None)
