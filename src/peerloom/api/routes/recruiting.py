"""Whom recruitment reaches, words for skills, places drawn by lot."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from peerloom.api.calls import Token, by
from peerloom.api.finders import managed, of_team
from peerloom.api.problems import Problem
from peerloom.api.shapes import (
    Done,
    Listed,
    Page,
    Sent,
    Shown,
    Whole,
    Words,
    done,
    listed,
)
from peerloom.participants import actions, queries
from peerloom.participants.models import Skill
from peerloom.programs.queries import side_of

router = Router(auth=Token("people"), tags=["recruiting"])


class GroupReached(Shown):
    """A group of the organisation's people."""

    name: str
    people: int
    asked: int | None
    joined: int | None


class ReachShown(Shown):
    """Whom recruitment reaches, by one column."""

    by: str = Field(examples=["unit"])
    people: int
    joined: int
    groups: list[GroupReached]


@router.get(
    "{int:program_id}/reach",
    response=list[ReachShown],
    summary="Whom recruitment reaches and misses",
)
def reach(request: HttpRequest, program_id: int) -> Any:
    """Against the organisation's records; small groups are hidden."""
    found = of_team(request, program_id)
    return queries.reach(found, side_of(found, by(request)) or found.organisation)


class SkillShown(Shown):
    """A word for a skill."""

    id: int
    name: str
    same: list[str] = Field(description="Words that mean the same.")
    wanted: int
    offered: int


@router.get(
    "{int:program_id}/skills", response=Listed[SkillShown], summary="What people want and offer"
)
def skills(request: HttpRequest, program_id: int, page: Query[Page]) -> Any:
    """Most wanted first."""
    return listed(
        queries.skills_in(managed(request, program_id)),
        page,
        lambda s: {
            "id": s.skill.pk,
            "name": s.skill.name,
            "same": [o.name for o in s.others],
            "wanted": s.wanted,
            "offered": s.offered,
        },
    )


def _skill(request: HttpRequest, program_id: int, skill_id: int) -> Skill:
    mine = managed(request, program_id).organisation.skills
    found: Skill = get_object_or_404(mine.select_related("organisation", "same_as"), pk=skill_id)
    return found


class MergeSent(Sent):
    """The word that it means."""

    into: Whole = Field(ge=1, le=2**62, examples=[7])


@router.post(
    "{int:program_id}/skills/{int:skill_id}/merge",
    response=Done,
    summary="Two words mean one thing",
)
def merge(request: HttpRequest, program_id: int, skill_id: int, said: MergeSent) -> Any:
    """What people wrote stays."""
    skill = _skill(request, program_id, skill_id)
    actions.merge_skills(skill, _skill(request, program_id, said.into), by=by(request))
    return done()


@router.delete(
    "{int:program_id}/skills/{int:skill_id}/merge",
    response={204: None},
    summary="They are different",
)
def part(request: HttpRequest, program_id: int, skill_id: int) -> Any:
    """After all."""
    actions.part_skills(_skill(request, program_id, skill_id), by=by(request))
    return Status(204, None)


class DrawShown(Shown):
    """How places are drawn."""

    places: int
    public_from: str
    public_on: date
    fingerprint: str
    tickets: int
    placed: int
    public_number: str


def _draw(view: queries.DrawView) -> dict[str, Any]:
    names = ("places", "public_from", "public_on", "fingerprint", "public_number")
    return {n: getattr(view.draw, n) for n in names} | {
        "tickets": len(view.tickets),
        "placed": view.placed,
    }


@router.get("{int:program_id}/draw", response=DrawShown, summary="How places are drawn")
def draw(request: HttpRequest, program_id: int) -> Any:
    """404 where they are not."""
    view = queries.draw_of(managed(request, program_id))
    if view is None:
        raise Problem(404, "not-found", "Places of this program are not drawn.")
    return _draw(view)


class AnnounceSent(Sent):
    """How places will be drawn."""

    places: Whole = Field(ge=1, le=1_000_000, examples=[100])
    public_from: Words = Field(examples=["The national lottery's numbers of that Saturday"])
    public_on: date = Field(examples=["2027-01-09"])


@router.post(
    "{int:program_id}/draw", response={201: DrawShown}, summary="Announce that places are drawn"
)
def announce(request: HttpRequest, program_id: int, said: AnnounceSent) -> Any:
    """Before people apply."""
    found = managed(request, program_id)
    actions.announce_draw(found, by=by(request), **said.model_dump())
    view = queries.draw_of(found)
    assert view is not None
    return Status(201, _draw(view))


class NumberSent(Sent):
    """The public number."""

    number: Words = Field(max_length=100, examples=["4 17 23 31 38 44"])


@router.post("{int:program_id}/draw/number", response=Done, summary="Draw")
def draw_now(request: HttpRequest, program_id: int, said: NumberSent) -> Any:
    """On its day or later; all are written to."""
    view = queries.draw_of(managed(request, program_id))
    if view is None:
        raise Problem(404, "not-found", "Places of this program are not drawn.")
    return done(actions.draw_places(view.draw, said.number, by=by(request)))
