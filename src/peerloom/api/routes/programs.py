"""Programs that the caller manages: purpose, dates, policy, opening."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, model_validator

from peerloom.accounts.models import Role
from peerloom.accounts.queries import organisations_of
from peerloom.api.calls import Token, by
from peerloom.api.finders import managed, of_team
from peerloom.api.problems import Problem
from peerloom.api.shapes import (
    Done,
    Line,
    Listed,
    Number,
    OneOf,
    Page,
    Sent,
    Shown,
    Text,
    Whole,
    Words,
    Yes,
    done,
    listed,
    one_of,
)
from peerloom.calendars.weekly import zone_names
from peerloom.participants.queries import count_states
from peerloom.programs import actions
from peerloom.programs.library import OBJECTIVES
from peerloom.programs.models import Program
from peerloom.programs.queries import (
    SIGNALS,
    WHEN,
    consequences,
    design_from,
    looked_after,
    offers_for,
    safeguards_of,
    team_programs,
)
from peerloom.programs.template_library import LANGUAGES
from peerloom.rounds.queries import policy_effect
from peerloom.rounds.snapshot import policy_of

router = Router(auth=Token("programs"), tags=["programs"])
Objective = Annotated[str, OneOf([o.key for o in OBJECTIVES])]
Cadence = Annotated[str, OneOf(Program.Cadence.values)]


class ProgramShown(Shown):
    """A program."""

    id: int
    slug: str = Field(examples=["across-the-harbour"])
    organisation: str = Field(examples=["loomworks"])
    name: str = Field(examples=["Across the harbour"])
    purpose: str
    objectives: list[str] = Field(examples=[["skills", "connect"]])
    state: str = Field(examples=["open"])
    starts_on: date | None
    ends_on: date | None
    apply_by: date | None
    cadence: str = Field(examples=["fortnightly"])
    meeting_minutes: int = Field(examples=[60])
    trios: bool
    circle_least: int
    circle_most: int
    language: str = Field(examples=["en"])
    places: int | None
    reminds: bool
    requires_training: bool


def _shown(program: Program) -> dict[str, Any]:
    names = set(ProgramShown.model_fields) - {"organisation"}
    return {n: getattr(program, n) for n in names} | {"organisation": program.organisation.slug}


@router.get(
    "", response=Listed[ProgramShown], summary="Programs that one manages or brings people to"
)
def programs(
    request: HttpRequest, page: Query[Page], state: Query[Annotated[str, OneOf(Program.State.values)] | None] = None
) -> Any:  # fmt: skip
    """Also those of other organisations in which one's own takes part."""
    found = team_programs(by(request))
    return listed(found.filter(state=state) if state else found, page, _shown)


class OfferShown(Shown):
    """What a program can start from."""

    source: str = Field(examples=["template:onboarding"])
    name: str
    summary: str
    kind: str


@router.get("offers", response=list[OfferShown], summary="What a program can start from")
def offers(request: HttpRequest, language: Line = "en") -> Any:
    """Templates, own templates, earlier programs."""
    one_of(language, tuple(LANGUAGES), "language")
    return [
        {"source": o.source, "name": o.name, "summary": o.summary, "kind": kind}
        for kind, some in offers_for(by(request), language).items()
        for o in some
    ]


class NewSent(Sent):
    """A new program: from an offer, or from its purpose alone."""

    organisation: Line = Field("", examples=["loomworks"], description="Left out: the first one.")
    source: Line = Field("", examples=["template:onboarding"])
    language: Line = Field("en", examples=["en"])
    name: Line = Field("", max_length=120, examples=["Across the harbour"])
    purpose: Text = Field("", max_length=2000, examples=["Learn from each other across teams."])
    objectives: list[Objective] = Field([], examples=[["skills"]])


@router.post("", response={201: ProgramShown}, summary="Make a program")
def new(request: HttpRequest, said: NewSent) -> Any:
    """It is a draft until it is opened."""
    mine = organisations_of(by(request), Role.MANAGER, Role.ADMIN)
    organisation = (mine.filter(slug=said.organisation) if said.organisation else mine).first()
    if organisation is None:
        raise Http404
    one_of(said.language, tuple(LANGUAGES), "language")
    if said.source:
        design = design_from(by(request), said.source, said.language)
        if design is None:
            raise Problem(422, "invalid", "There is no such source; see 'offers'.")
        made = actions.start_from(organisation, design, by=by(request), name=said.name)
    elif said.name and said.objectives:
        made = actions.create_program(
            organisation, name=said.name, purpose=said.purpose, objectives=list(said.objectives),
            by=by(request), language=said.language,
        )  # fmt: skip
    else:
        raise Problem(422, "invalid", "Send a source, or a name and objectives.")
    return Status(201, _shown(made))


class Counted(ProgramShown):
    """A program and how many people are in each state, of those one looks after."""

    people: dict[str, int] = Field(examples=[{"looking": 12, "matched": 180}])


@router.get("{int:program_id}", response=Counted, summary="A program")
def program(request: HttpRequest, program_id: int) -> Any:
    """And how many people are in each state."""
    found = of_team(request, program_id)
    counts = count_states(found, looked_after(found, by(request)))
    return _shown(found) | {"people": counts}


class PurposeSent(Sent):
    """What the program is for."""

    name: Words = Field(max_length=120, examples=["Across the harbour"])
    purpose: Text = Field("", max_length=2000, examples=["Learn from each other across teams."])
    objectives: list[Objective] = Field(min_length=1, examples=[["skills"]])


@router.put("{int:program_id}/purpose", response=ProgramShown, summary="Change what it is for")
def purpose(request: HttpRequest, program_id: int, said: PurposeSent) -> Any:
    """What this would change elsewhere is asked first: see 'consequences'."""
    found = managed(request, program_id)
    given = said.model_dump() | {"by": by(request)}
    return _shown(actions.change_purpose(found, **given))


class PurposePartShown(Shown):
    """Something of the program, and the objective it serves."""

    name: str = Field(examples=["question:offers"], description="Send it to follow the purpose.")
    kind: str = Field(examples=["question"])
    title: str
    serves: str


class ConsequencesShown(Shown):
    """What the purpose brings."""

    serving: list[PurposePartShown]
    missing: list[PurposePartShown]
    idle: list[PurposePartShown]


@router.get(
    "{int:program_id}/consequences", response=ConsequencesShown, summary="What the purpose brings"
)
def brings(request: HttpRequest, program_id: int) -> Any:
    """What serves it, what is missing, what serves nothing any more."""
    return consequences(managed(request, program_id))


class FollowSent(Sent):
    """Parts to add or take out, by name."""

    parts: list[Words] = Field(examples=[["question:offers"]])


@router.post(
    "{int:program_id}/consequences", response=ConsequencesShown, summary="Follow the purpose"
)
def follow(request: HttpRequest, program_id: int, said: FollowSent) -> Any:
    """Add what is missing, take out what is idle: those that are named."""
    found = actions.follow_purpose(managed(request, program_id), set(said.parts), by=by(request))
    return consequences(found)


class ProtectedSent(Sent):
    """One time of the week kept free for everybody's meetings."""

    quarter: Whole = Field(
        ge=0, lt=672, examples=[152], description="Of the week, from Monday 00:00."
    )
    zone: Words = Field(examples=["Europe/Paris"])


class FormatSent(Sent):
    """Dates and rhythm, all at once."""

    starts_on: date | None = Field(None, examples=["2027-01-11"])
    ends_on: date | None = Field(None, examples=["2027-07-02"])
    apply_by: date | None = Field(None, examples=["2026-12-20"])
    cadence: Cadence = Field("fortnightly", examples=["fortnightly"])
    meeting_minutes: Whole = Field(60, ge=10, le=240, examples=[60])
    trios: Yes = Field(True, description="Three together where nobody else is left.")
    circle_least: Whole = Field(2, ge=2, le=8, examples=[2])
    circle_most: Whole = Field(2, ge=2, le=8, examples=[2], description="2 and 2: pairs.")
    protected: ProtectedSent | None = Field(None, examples=[None])

    @model_validator(mode="after")
    def _fits(self) -> FormatSent:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError("It ends before it begins.")
        sizes = (self.circle_least, self.circle_most)
        if sizes != (2, 2) and not 3 <= self.circle_least <= self.circle_most:
            raise ValueError("Circles have 3 to 8 people, at least no more than at most.")
        return self


@router.put("{int:program_id}/format", response=ProgramShown, summary="Change dates and rhythm")
def format_(request: HttpRequest, program_id: int, said: FormatSent) -> Any:
    """Pairs, or circles of a size."""
    given = said.model_dump(exclude={"circle_least", "circle_most", "protected"})
    protected = None
    if said.protected:
        one_of(said.protected.zone, zone_names(), "zone")
        protected = (said.protected.quarter, said.protected.zone)
    found = actions.change_format(
        managed(request, program_id),
        **given,
        size=(said.circle_least, said.circle_most),
        protected=protected,
        by=by(request),
    )
    return _shown(found)


@router.post("{int:program_id}/open", response=ProgramShown, summary="Open a program")
def open_(request: HttpRequest, program_id: int) -> Any:
    """People can join from now on."""
    return _shown(actions.open_program(managed(request, program_id), by=by(request)))


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
        examples=[{"criterion": [{"kind": "same", "field": "site", "name": "same site",
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
