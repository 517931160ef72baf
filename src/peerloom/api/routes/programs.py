"""Programs that the caller manages: purpose, dates, policy, opening."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, model_validator

from peerloom.accounts.models import Role
from peerloom.accounts.queries import organisations_of
from peerloom.api.calls import Token, by
from peerloom.api.finders import managed, of_team
from peerloom.api.problems import Problem
from peerloom.api.shapes import (
    Line,
    Listed,
    OneOf,
    Page,
    Sent,
    Shown,
    Text,
    Whole,
    Words,
    Yes,
    listed,
    one_of,
)
from peerloom.calendars.weekly import zone_names
from peerloom.participants.queries import count_states
from peerloom.programs import actions
from peerloom.programs.library import OBJECTIVES
from peerloom.programs.models import Program
from peerloom.programs.queries import (
    consequences,
    design_from,
    looked_after,
    offers_for,
    team_programs,
)
from peerloom.programs.template_library import LANGUAGES

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

    source: str = Field(examples=["template-middle_managers"])
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
    source: Line = Field("", examples=["template-middle_managers"])
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
