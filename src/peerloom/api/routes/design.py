"""What a program asks and says: questions and materials."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field, model_validator

from peerloom.api.calls import Token, by
from peerloom.api.finders import managed
from peerloom.api.shapes import (
    Done,
    Language,
    Line,
    Listed,
    OneOf,
    Page,
    Sent,
    Shown,
    Text,
    Words,
    Yes,
    done,
    listed,
)
from peerloom.programs import actions
from peerloom.programs.library import CARE, LETTERS, QUESTIONS, STEPS
from peerloom.programs.models import Material, Question
from peerloom.programs.queries import message_words

router = Router(auth=Token("programs"), tags=["design"])
Kind = Question.Kind
CHOSEN = (Kind.CHOICE, Kind.MANY)


class QuestionShown(Shown):
    """A question of the join form."""

    id: int
    key: str = Field(examples=["offers"])
    kind: str = Field(examples=["skills"])
    label: str
    help: str
    choices: list[str]
    required: bool
    seen_by: str = Field(examples=["partner"])
    sensitive: bool
    step: str = Field(examples=["give"])
    position: int
    texts: dict[str, Any]
    dropped: bool


class SaidIn(Sent):
    """A question in another language."""

    label: Line = Field("", max_length=200)
    help: Line = Field("", max_length=300)
    choices: list[Line] = []


class QuestionSent(Sent):
    """A question."""

    label: Words = Field(max_length=200, examples=["Which tools do you use?"])
    help: Line = Field("", max_length=300, examples=["Name three."])
    kind: Annotated[str, OneOf(Kind.values)] = Field(examples=["choice"])
    choices: list[Words] = Field([], max_length=100, examples=[["Python", "R"]])
    required: Yes = False
    seen_by: Annotated[str, OneOf(Question.Seen.values)] = Field("manager", examples=["manager"])
    sensitive: Yes = False
    step: Annotated[str, OneOf(STEPS)] = Field("you", examples=["you"])
    texts: dict[Language, SaidIn] = Field({}, examples=[{}])

    @model_validator(mode="after")
    def _fits(self) -> QuestionSent:
        if self.kind in CHOSEN and len(set(self.choices)) < 2:
            raise ValueError("A choice needs two different choices at least.")
        if any(";" in c for c in self.choices):
            raise ValueError("A choice has no semicolon: answers are parted by it.")
        if any(t.choices and len(t.choices) != len(self.choices) for t in self.texts.values()):
            raise ValueError("Choices in another language stand in the same order, all of them.")
        return self

    def as_kept(self) -> dict[str, Any]:
        """As the action takes it."""
        kept = self.model_dump()
        kept["choices"] = self.choices if self.kind in CHOSEN else []
        return kept


@router.get("{int:program_id}/questions", response=Listed[QuestionShown], summary="The join form")
def questions(request: HttpRequest, program_id: int, page: Query[Page]) -> Any:
    """Also questions that are no longer asked (`dropped`)."""
    return listed(list(managed(request, program_id).questions.all()), page)


@router.post(
    "{int:program_id}/questions",
    response={201: QuestionShown},
    summary="Ask a question of one's own",
)
def add_question(request: HttpRequest, program_id: int, said: QuestionSent) -> Any:
    """At the end of its step."""
    found = managed(request, program_id)
    return Status(201, actions.write_question(found, by=by(request), **said.as_kept()))


class LibrarySent(Sent):
    """Questions of the library that are asked, by key."""

    keys: list[Annotated[str, OneOf([q.key for q in QUESTIONS])]] = Field(
        examples=[["offers", "wants"]]
    )


@router.put(
    "{int:program_id}/questions/library",
    response=Listed[QuestionShown],
    summary="Choose of the library",
)
def choose(request: HttpRequest, program_id: int, said: LibrarySent) -> Any:
    """Answers to what is no longer asked are kept."""
    found = managed(request, program_id)
    actions.choose_questions(found, set(said.keys), by=by(request))
    return {"items": list(found.questions.all()), "next": None}


def _question(request: HttpRequest, program_id: int, question_id: int) -> Question:
    mine = managed(request, program_id).questions.select_related("program__organisation")
    found: Question = get_object_or_404(mine, pk=question_id)
    return found


@router.put(
    "{int:program_id}/questions/{int:question_id}",
    response=QuestionShown,
    summary="Change a question",
)
def write_question(
    request: HttpRequest, program_id: int, question_id: int, said: QuestionSent
) -> Any:
    """Once people answered, nobody reads more than they were told."""
    found = _question(request, program_id, question_id)
    return actions.write_question(found.program, question=found, by=by(request), **said.as_kept())


@router.post(
    "{int:program_id}/questions/{int:question_id}/{verb}",
    response=QuestionShown,
    summary="Move, stop, ask again",
)
def question_do(
    request: HttpRequest,
    program_id: int,
    question_id: int,
    verb: Literal["up", "down", "stop", "again"],
) -> Any:
    """Answers are kept."""
    found = _question(request, program_id, question_id)
    if verb in ("up", "down"):
        actions.move_question(found, up=verb == "up", by=by(request))
    else:
        (actions.stop_asking if verb == "stop" else actions.ask_again)(found, by=by(request))
    found.refresh_from_db()
    return found


class MaterialShown(Shown):
    """A material."""

    id: int
    kind: str = Field(examples=["resource"])
    key: str
    title: str
    body: str
    texts: dict[str, Any]


class MaterialText(Sent):
    """A material in another language."""

    title: Line = Field("", max_length=160)
    body: Text = ""


class MaterialSent(Sent):
    """A material, in Markdown."""

    kind: Annotated[str, OneOf(Material.Kind.values)] = Field(examples=["resource"])
    title: Words = Field(max_length=160, examples=["Before you meet"])
    body: Text = Field(min_length=1, examples=["Bring a question."])
    texts: dict[Language, MaterialText] = Field({}, examples=[{}])


@router.get(
    "{int:program_id}/materials", response=Listed[MaterialShown], summary="What peers get to read"
)
def materials(request: HttpRequest, program_id: int, page: Query[Page]) -> Any:
    """Also trainings, and letters in the program's own words."""
    return listed(list(managed(request, program_id).materials.all()), page)


@router.post(
    "{int:program_id}/materials", response={201: MaterialShown}, summary="Write a material"
)
def add_material(request: HttpRequest, program_id: int, said: MaterialSent) -> Any:
    """For peers to read."""
    found = managed(request, program_id)
    return Status(201, actions.write_material(found, by=by(request), **said.model_dump()))


def _material(request: HttpRequest, program_id: int, material_id: int) -> Material:
    mine = managed(request, program_id).materials.select_related("program__organisation")
    found: Material = get_object_or_404(mine, pk=material_id)
    return found


@router.put(
    "{int:program_id}/materials/{int:material_id}",
    response=MaterialShown,
    summary="Change a material",
)
def write_material(
    request: HttpRequest, program_id: int, material_id: int, said: MaterialSent
) -> Any:
    """Peers read it at once."""
    found = _material(request, program_id, material_id)
    return actions.write_material(
        found.program, material=found, by=by(request), **said.model_dump()
    )


@router.delete(
    "{int:program_id}/materials/{int:material_id}",
    response={204: None},
    summary="Take a material out",
)
def remove_material(request: HttpRequest, program_id: int, material_id: int) -> Any:
    """For good."""
    actions.remove_material(_material(request, program_id, material_id), by=by(request))
    return Status(204, None)


@router.post(
    "{int:program_id}/words/{key}",
    response={201: MaterialShown},
    summary="Say something of care in own words",
)
def own_words(
    request: HttpRequest,
    program_id: int,
    key: Annotated[str, OneOf((*CARE, *LETTERS))],
) -> Any:
    """A letter or a nudge becomes a material, to be changed."""
    found = managed(request, program_id)
    said = message_words(found, key)
    made = actions.reword(found, key, title=said.title, body=said.body, by=by(request))
    return Status(201, made)


class RequiredSent(Sent):
    """Whether trainings come before the first meeting."""

    required: Yes = Field(examples=[True])


@router.put(
    "{int:program_id}/training", response=Done, summary="Ask for trainings before the first meeting"
)
def training(request: HttpRequest, program_id: int, said: RequiredSent) -> Any:
    """Or not."""
    actions.require_training(managed(request, program_id), said.required, by=by(request))
    return done()
