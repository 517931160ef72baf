"""How a program is to work and be judged: KPIs, the matching policy, safeguards, a template of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from peerloom.api.calls import Token, by
from peerloom.api.finders import managed
from peerloom.api.shapes import (
    Done,
    Line,
    Number,
    OneOf,
    Sent,
    Shown,
    Whole,
    Words,
    Yes,
    done,
)
from peerloom.programs import actions
from peerloom.programs.models import Program
from peerloom.programs.queries import (
    SIGNALS,
    WHEN,
    safeguards_of,
)
from peerloom.rounds.queries import policy_effect
from peerloom.rounds.snapshot import policy_of

router = Router(auth=Token("programs"), tags=["policies"])


class KpiSent(Sent):
    """How it will be known."""

    id: Whole | None = Field(None, ge=1, le=2**62, examples=[None])
    name: Words = Field(max_length=120, examples=["Skills that grew"])
    indicator: Words = Field(max_length=400, examples=["Share of goals that moved up"])
    unit: Line = Field("", max_length=20, examples=["%"])
    baseline: Number | None = Field(None, ge=-1e12, le=1e12, examples=[20])
    target: Number | None = Field(None, ge=-1e12, le=1e12, examples=[50])


class KpisSent(Sent):
    """All KPIs at once, in order."""

    kpis: list[KpiSent] = Field(max_length=50)


class KpiShown(Shown):
    """A KPI."""

    id: int
    key: str
    name: str
    indicator: str
    unit: str
    baseline: float | None
    target: float | None


@router.get("{int:program_id}/kpis", response=list[KpiShown], summary="KPIs")
def kpis(request: HttpRequest, program_id: int) -> Any:
    """In order."""
    return list(managed(request, program_id).kpis.all())


@router.put("{int:program_id}/kpis", response=list[KpiShown], summary="Change KPIs")
def set_kpis(request: HttpRequest, program_id: int, said: KpisSent) -> Any:
    """Those that are left out end."""
    found = managed(request, program_id)
    stated = [
        actions.StatedKpi(k.name, k.indicator, k.unit, k.baseline, k.target, k.id)
        for k in said.kpis
    ]
    actions.set_kpis(found, stated, by=by(request))
    return list(found.kpis.all())


class PolicySent(Sent):
    """A matching policy, as the engine reads it."""

    policy: dict[str, Any] = Field(
        examples=[{"criterion": [{"kind": "same", "field": "way_to_meet", "name": "the same way to meet",
                                  "weight": "a little"}]}]
    )  # fmt: skip


class PolicyShown(Shown):
    """A policy."""

    policy: dict[str, Any]


@router.get("{int:program_id}/policy", response=PolicyShown, summary="The matching policy")
def policy(request: HttpRequest, program_id: int) -> Any:
    """As it stands."""
    return {"policy": managed(request, program_id).policy}


@router.put("{int:program_id}/policy", response=PolicyShown, summary="Change the matching policy")
def set_policy(request: HttpRequest, program_id: int, said: PolicySent) -> Any:
    """Kept if the engine can use it; rounds already solved keep theirs."""
    found = managed(request, program_id)
    policy_of(found, said.policy)
    return {"policy": actions.set_policy(found, said.policy, by=by(request)).policy}


class EffectShown(Shown):
    """What a policy would do to those who look for a peer now."""

    people: int
    looked_at: int = Field(
        description="Of how many `few`, `nobody` and `typical` tell: all, or of very many some drawn "
        "at random; `pairs` is an estimate then."
    )
    pairs: int
    all_pairs: int
    few: int = Field(description="People with fewer than three possible peers.")
    nobody: int
    typical: float
    placed: int | None
    mean: float | None
    lowest: float | None


@router.get("{int:program_id}/policy/effect", response=EffectShown, summary="Effect of the policy")
def effect(request: HttpRequest, program_id: int) -> Any:
    """On the people who look for a peer now."""
    return policy_effect(managed(request, program_id))


class SafeguardsSent(Sent):
    """How soon care speaks up, and what it may do by itself."""

    early: Literal["early", "usual", "late"] = "usual"
    sure: Literal["early", "usual", "late"] = "usual"
    rhythm: Literal["early", "usual", "late"] = "usual"
    unasked: Yes = Field(False, description="The manager hears of a strong signal that holds.")
    repairs: Yes = Field(False, description="Those who wait are re-paired weekly.")
    off: list[Annotated[str, OneOf(SIGNALS)]] = Field([], examples=[[]])


class SafeguardsShown(Shown):
    """Safeguards."""

    early: str
    sure: str
    rhythm: str
    unasked: bool
    repairs: bool
    off: list[str]


def _safeguards(found: Program) -> dict[str, Any]:
    choice = safeguards_of(found)
    names = ("early", "sure", "rhythm", "repairs")
    return {n: getattr(choice, n) for n in names} | {
        "unasked": choice.unasked_since is not None,
        "off": list(choice.off),
    }


@router.get("{int:program_id}/safeguards", response=SafeguardsShown, summary="Safeguards")
def safeguards(request: HttpRequest, program_id: int) -> Any:
    """How soon care speaks up."""
    return _safeguards(managed(request, program_id))


@router.put("{int:program_id}/safeguards", response=SafeguardsShown, summary="Change safeguards")
def set_safeguards(request: HttpRequest, program_id: int, said: SafeguardsSent) -> Any:
    """It counts from tomorrow's look on."""
    given = said.model_dump() | {"by": by(request)}
    return _safeguards(actions.set_safeguards(managed(request, program_id), **given))


class TemplateSent(Sent):
    """A template of one's own."""

    name: Words = Field(max_length=120, examples=["Our onboarding"])
    summary: Line = Field("", examples=["For new colleagues"])


@router.post("{int:program_id}/template", response={201: Done}, summary="Keep it as a template")
def template(request: HttpRequest, program_id: int, said: TemplateSent) -> Any:
    """Its design, to start others from."""
    actions.save_as_template(
        managed(request, program_id), name=said.name, summary=said.summary, by=by(request)
    )
    return Status(201, done())


assert {"early", "usual", "late"} == set(WHEN)
