"""Shapes that all of the API uses: what is sent, what is answered, pages of lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model, QuerySet
from ninja import Schema
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import core_schema

from peerloom.api.problems import Problem
from peerloom.core.models import Job
from peerloom.programs.template_library import LANGUAGES

T = TypeVar("T")
M = TypeVar("M", bound=Model)


def _no_text(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("Send a number.")
    return value


# JSON has one kind of number: 2.0 is whole, "2" and true are not.
Whole = Annotated[int, BeforeValidator(_no_text)]
Yes = Annotated[bool, Strict()]
Number = Annotated[float, Strict()]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
MOST = 200


class OneOf:
    """Marks text that is one of some values: `Annotated[str, OneOf(values)]`."""

    def __init__(self, values: Iterable[str]) -> None:
        self.values = [str(v) for v in values]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.literal_schema(self.values)


Language = Annotated[str, OneOf(LANGUAGES)]


def _address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise ValueError("This is no e-mail address.") from None
    return text.lower()


Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254),
    AfterValidator(_address),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
]


class Sent(BaseModel):
    """What is sent: nothing that is not known is passed over in silence."""

    model_config = ConfigDict(extra="forbid")


class Shown(Schema):
    """What is answered."""


class Page(BaseModel):
    """Which part of a list."""

    limit: int = Field(50, ge=1, le=MOST, description="How many at most.")
    after: str = Field(
        "",
        pattern=r"^[0-9]{0,18}$",
        description="The `next` of the answer before; leave it out for the first.",
    )


class Listed(Schema, Generic[T]):
    """A part of a list."""

    items: list[T]
    next: str | None = Field(
        None, description="Send it as `after` for what follows; null at the end."
    )


def listed(
    found: QuerySet[M] | Sequence[Any], page: Page, shape: Callable[[Any], Any] | None = None
) -> dict[str, Any]:
    """The part of `found` that `page` asks for: rows by their number, other lists by position.

    What is added or taken away between two calls neither repeats nor hides a row.
    """
    start = int(page.after or 0)
    if isinstance(found, QuerySet):
        rows = found.order_by("pk").filter(pk__gt=start) if start else found.order_by("pk")
        part = list(rows[: page.limit + 1])
        following = str(part[page.limit - 1].pk) if len(part) > page.limit else None
    else:
        part = list(found[start : start + page.limit + 1])
        following = str(start + page.limit) if len(part) > page.limit else None
    items = part[: page.limit]
    return {"items": [shape(i) for i in items] if shape else items, "next": following}


class JobShown(Shown):
    """Work in the background: ask again until it is done."""

    state: str = Field(examples=["running"])
    stage: str = Field(examples=["looking at pairs"])
    percent: int = Field(examples=[40])
    words: str = Field(examples=[""], description="What came of it.")
    created_at: datetime


def job_shown(job: Job | None) -> dict[str, Any] | None:
    """A job as it is answered."""
    if job is None:
        return None
    names = ("state", "stage", "percent", "words", "created_at")
    return {name: getattr(job, name) for name in names}


class Done(Shown):
    """It is done."""

    done: bool = True
    count: int | None = Field(None, description="How many, where that says something.")


def done(count: int | None = None) -> dict[str, Any]:
    """Done, to so many."""
    return {"done": True, "count": count}


def one_of(value: str, offered: Sequence[str], name: str) -> str:
    """`value`, or a problem that says what could be chosen."""
    if value not in offered:
        raise Problem(422, "invalid", f"{name} is one of: {', '.join(offered)}.")
    return value
