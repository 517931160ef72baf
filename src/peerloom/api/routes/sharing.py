"""Programs of several organisations: who takes part, what crosses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field

from peerloom.api.calls import Token, by
from peerloom.api.finders import managed, of_team
from peerloom.api.problems import Problem
from peerloom.api.shapes import Done, Email, Line, Sent, Shown, Whole, Words, done
from peerloom.participants.actions import ask_to_cross
from peerloom.participants.queries import figures_of
from peerloom.programs import actions
from peerloom.programs.models import PartnerOrganisation, Program
from peerloom.programs.queries import (
    FIGURES,
    could_bring,
    could_leave,
    crossing,
    fields_of,
    invitations_for,
    joined_parts,
    looked_after,
)
from peerloom.rounds.actions import part_ways

router = Router(auth=Token("programs"), tags=["sharing"])


class PartShown(Shown):
    """An organisation in a shared program."""

    id: int
    organisation: str = Field(examples=["loomworks"])
    people: int | None
    matched: int | None


class FieldShown(Shown):
    """Something of a person that could cross."""

    key: str
    label: str
    crosses: bool


class SharingShown(Shown):
    """Who takes part, what crosses."""

    parts: list[PartShown]
    fields: list[FieldShown]
    asked: list[str] = Field(description="Addresses that were asked, for who runs the program.")


def _sharing(request: HttpRequest, program: Program) -> dict[str, Any]:
    agreed = crossing(program)
    runs = program.organisation_id in looked_after(program, by(request))
    asked = program.partners.filter(state=PartnerOrganisation.State.INVITED) if runs else []
    return {
        "parts": [
            {
                "id": f.part.pk,
                "organisation": f.part.organisation.slug if f.part.organisation else "",
                "people": f.people,
                "matched": f.matched,
            }
            for f in figures_of(program)
        ],
        "fields": [
            {"key": f.key, "label": f.label, "crosses": f.key in (agreed or ())}
            for f in fields_of(program)
        ],
        "asked": [p.email for p in asked],
    }


@router.get("{int:program_id}/organisations", response=SharingShown, summary="Who takes part")
def show(request: HttpRequest, program_id: int) -> Any:
    """And what of people may reach the others."""
    return _sharing(request, of_team(request, program_id))


class InviteSent(Sent):
    """Who is asked to bring their organisation."""

    email: Email = Field(examples=["pia@harbour.example"])


@router.post("{int:program_id}/organisations", response={201: SharingShown}, summary="Ask one in")
def invite(request: HttpRequest, program_id: int, said: InviteSent) -> Any:
    """Asking twice writes once."""
    found = managed(request, program_id)
    actions.invite_organisation(found, email=said.email, by=by(request))
    return Status(201, _sharing(request, found))


@router.post(
    "{int:program_id}/organisations/take-back", response=SharingShown, summary="Ask no longer"
)
def take_back(request: HttpRequest, program_id: int, said: InviteSent) -> Any:
    """Whom one asked."""
    found = managed(request, program_id)
    parts = found.partners.select_related("program")
    part = get_object_or_404(parts, email=said.email, state=PartnerOrganisation.State.INVITED)
    actions.take_back_invitation(part, by=by(request))
    return _sharing(request, found)


@router.post(
    "{int:program_id}/organisations/ask-people", response=Done, summary="Ask one's own people"
)
def ask_people(request: HttpRequest, program_id: int) -> Any:
    """Whether their answers may cross."""
    return done(ask_to_cross(of_team(request, program_id), by=by(request)))


class TermsSent(Sent):
    """What of one's own people may reach the others."""

    fields: list[Words] = Field(examples=[["offers", "wants"]])
    figures: list[Words] = Field([], examples=[["people"]])
    rivals: list[Whole] = Field([], examples=[[]], description="Organisations, by number.")


def _terms(program: Program, said: Any) -> None:
    known = {f.key for f in fields_of(program)}
    if strange := sorted({*said.fields} - known | {*said.figures} - set(FIGURES)):
        raise Problem(422, "invalid", f"Not known here: {', '.join(strange)}.")


@router.put(
    "{int:program_id}/organisations/{int:part_id}/terms", response=SharingShown, summary="Terms"
)
def terms(request: HttpRequest, program_id: int, part_id: int, said: TermsSent) -> Any:
    """What is taken out stops crossing now; people are asked about the rest."""
    found = of_team(request, program_id)
    _terms(found, said)
    mine = joined_parts(found).filter(organisation__in=looked_after(found, by(request)))
    part = get_object_or_404(mine.select_related("program__organisation"), pk=part_id)
    actions.set_terms(part, by=by(request), **said.model_dump())
    return _sharing(request, found)


class PartedShown(Shown):
    """An organisation that goes on alone."""

    program_id: int
    people: int


@router.post(
    "{int:program_id}/organisations/{int:part_id}/leave", response=PartedShown, summary="Part"
)
def leave(request: HttpRequest, program_id: int, part_id: int) -> Any:
    """With its own people and all they said; partnerships with others end kindly."""
    found = of_team(request, program_id)
    part = get_object_or_404(could_leave(by(request), found), pk=part_id)
    parted = part_ways(part, by=by(request))
    return {"program_id": parted.program.pk, "people": parted.people}


class InvitationShown(Shown):
    """A shared program to which one is asked."""

    id: int
    program: str
    organisation: str
    fields: list[FieldShown]


@router.get("invitations", response=list[InvitationShown], summary="Programs one is asked to join")
def invitations(request: HttpRequest) -> Any:
    """With an organisation of one's own."""
    return [
        {
            "id": p.pk,
            "program": p.program.name,
            "organisation": p.program.organisation.name,
            "fields": [
                {"key": f.key, "label": f.label, "crosses": False} for f in fields_of(p.program)
            ],
        }
        for p in invitations_for(by(request))
    ]


class BringSent(Sent):
    """The organisation, by its name in addresses, or the name of a new one."""

    organisation: Line = Field("", examples=["harbour"])
    name: Line = Field("", max_length=120, examples=[""])
    fields: list[Words] = Field(examples=[["offers", "wants"]])
    figures: list[Words] = Field([], examples=[["people"]])


@router.post("invitations/{int:part_id}/accept", response=Done, summary="Bring an organisation")
def accept(request: HttpRequest, part_id: int, said: BringSent) -> Any:
    """`count`: the number of the program."""
    part = get_object_or_404(invitations_for(by(request)), pk=part_id)
    _terms(part.program, said)
    mine = could_bring(by(request), part.program)
    organisation = next((o for o in mine if o.slug == said.organisation), None)
    if organisation is None and (said.organisation or not said.name):
        raise Problem(422, "invalid", "Send an organisation that you manage, or a new one's name.")
    actions.bring_organisation(
        part, organisation, by=by(request), fields=said.fields, figures=said.figures, name=said.name
    )
    return done(part.program_id)


@router.post("invitations/{int:part_id}/decline", response=Done, summary="Decline")
def decline(request: HttpRequest, part_id: int) -> Any:
    """They see that, and nothing else."""
    part = get_object_or_404(invitations_for(by(request)), pk=part_id)
    actions.decline_invitation(part, by=by(request))
    return done()
