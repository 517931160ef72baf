"""Reviewing a solved round: proposals, who is not placed, pins, swaps."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from peerloom.api.calls import Token, by
from peerloom.api.finders import one_round, solved_round
from peerloom.api.problems import Problem
from peerloom.api.routes.matching import RoundShown, round_shown
from peerloom.api.shapes import (
    Listed,
    Page,
    Sent,
    Shown,
    Whole,
    Words,
    listed,
)
from peerloom.participants.queries import Face
from peerloom.rounds import actions, queries
from peerloom.rounds.models import PairRule

router = Router(auth=Token("matching"), tags=["matching"])


class FaceShown(Shown):
    """A participant, as the caller may name them."""

    id: int
    name: str = Field(examples=["Ada Okafor"])


def _face(face: Face) -> dict[str, Any]:
    return {"id": face.pk, "name": face.name}


class ProposalShown(Shown):
    """People the round would bring together."""

    id: int
    members: list[FaceShown]
    score: float = Field(examples=[0.74])
    pinned: bool
    needs_look: bool
    gives: list[str] = Field(description="Why, from the first one's side.")
    gets: list[str]
    shared: list[str]


@router.get(
    "{int:program_id}/rounds/{int:round_id}/proposals",
    response=Listed[ProposalShown],
    summary="Proposed partnerships",
)
def proposals(
    request: HttpRequest, program_id: int, round_id: int, page: Query[Page],
    only: Query[Literal["look", "pinned"] | None] = None,
) -> Any:  # fmt: skip
    """Or those that need a look, or are pinned."""
    found = solved_round(request, program_id, round_id)
    part = listed(queries.proposals_of(found, only or ""), page)
    views = queries.proposal_views(found, part["items"], by(request))
    return part | {
        "items": [
            {
                "id": v.proposal.pk,
                "members": [_face(f) for f in v.members],
                "score": v.score,
                "pinned": v.proposal.pinned,
                "needs_look": p.needs_look,
                **{n: list(getattr(v.reason, n)) for n in ("gives", "gets", "shared")},
            }
            for v, p in zip(views, part["items"], strict=True)
        ]
    }


class UnplacedShown(Shown):
    """Somebody without a partner in the round, and why."""

    person: FaceShown
    why: str
    change: str


@router.get(
    "{int:program_id}/rounds/{int:round_id}/unplaced",
    response=Listed[UnplacedShown],
    summary="Who is not placed",
)
def unplaced(request: HttpRequest, program_id: int, round_id: int, page: Query[Page]) -> Any:
    """And the least change that would help."""
    found = solved_round(request, program_id, round_id)
    part = listed(queries.unplaced_of(found), page)
    views = queries.unplaced_views(found, part["items"], by(request))
    return part | {
        "items": [{"person": _face(v.person), "why": v.why, "change": v.change} for v in views]
    }


class RuleShown(Shown):
    """Two people pinned together or kept apart."""

    first: FaceShown
    second: FaceShown
    kind: str = Field(examples=["pin"])


@router.get(
    "{int:program_id}/rounds/{int:round_id}/rules",
    response=list[RuleShown],
    summary="Pins and pairs kept apart",
)
def rules(request: HttpRequest, program_id: int, round_id: int) -> Any:
    """Of this round."""
    found = queries.rules_of(solved_round(request, program_id, round_id), by(request))
    return [{"first": _face(r.first), "second": _face(r.second), "kind": r.kind} for r in found]


class RuleSent(Sent):
    """Two participants, and what holds for them."""

    first: Whole = Field(ge=1, le=2**62, examples=[41])
    second: Whole = Field(ge=1, le=2**62, examples=[57])
    kind: Literal["pin", "forbid", "free"] = Field(examples=["pin"])


@router.put(
    "{int:program_id}/rounds/{int:round_id}/rules",
    response=list[RuleShown],
    summary="Pin, keep apart, or free",
)
def rule(request: HttpRequest, program_id: int, round_id: int, said: RuleSent) -> Any:
    """It counts when the round is solved again."""
    found = one_round(request, program_id, round_id)
    kind = {"pin": PairRule.Kind.PIN, "forbid": PairRule.Kind.FORBID, "free": None}[said.kind]
    try:
        actions.rule_pair(found, said.first, said.second, kind, by=by(request))
    except ValueError:
        raise Problem(422, "invalid", "That pair is not known here.") from None
    return rules(request, program_id, round_id)


class SwapShown(Shown):
    """Other partners for somebody."""

    key: str = Field(examples=["41-57-62-70"])
    cost: float
    pairs: list[list[FaceShown]]


@router.get(
    "{int:program_id}/rounds/{int:round_id}/swaps/{int:participant_id}",
    response=list[SwapShown],
    summary="Swaps",
)
def swaps(request: HttpRequest, program_id: int, round_id: int, participant_id: int) -> Any:
    """Other partners for one person, each with what it costs the others."""
    found = solved_round(request, program_id, round_id)
    people = found.program.participants.select_related("person", "organisation")
    mover = get_object_or_404(people, pk=participant_id)
    return [
        {"key": s.key, "cost": s.cost, "pairs": [[_face(a), _face(b)] for a, b, _ in s.pairs]}
        for s in queries.swaps_for(found, mover, by(request))
    ]


class SwapSent(Sent):
    """A swap, by its key."""

    key: Words = Field(examples=["41-57-62-70"])


@router.post(
    "{int:program_id}/rounds/{int:round_id}/swaps/{int:participant_id}",
    response={202: RoundShown},
    summary="Swap",
)
def swap(
    request: HttpRequest, program_id: int, round_id: int, participant_id: int, said: SwapSent
) -> Any:
    """Pins it and solves again."""
    found = solved_round(request, program_id, round_id)
    people = found.program.participants.select_related("person", "organisation")
    mover = get_object_or_404(people, pk=participant_id)
    offered = {s.key: s for s in queries.swaps_for(found, mover, by(request))}
    if said.key not in offered:
        raise Problem(409, "conflict", "That swap is not possible (any more).")
    pairs = [(a.pk, b.pk) for a, b, _ in offered[said.key].pairs]
    return Status(202, round_shown(actions.swap(found, pairs, by=by(request))))
