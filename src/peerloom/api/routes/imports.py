"""Files of people: sent, mapped, looked over, applied in the background."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from peerloom.accounts.actions import read_records
from peerloom.api.calls import Token, by
from peerloom.api.finders import of_team
from peerloom.api.problems import Problem
from peerloom.api.shapes import (
    JobShown,
    Line,
    Listed,
    Page,
    Sent,
    Shown,
    Yes,
    job_shown,
    listed,
)
from peerloom.core.audit import saw
from peerloom.participants import imports
from peerloom.participants.models import ImportFile
from peerloom.programs.queries import looked_after, side_of

router = Router(auth=Token("people"), tags=["imports"])


class FileShown(Shown):
    """A file of people."""

    id: int
    name: str = Field(examples=["people.csv"])
    state: str = Field(examples=["mapping"])
    columns: list[str]
    mapping: dict[str, str]
    counts: dict[str, int]
    job: JobShown | None
    created_at: datetime


def _shown(file: ImportFile) -> dict[str, Any]:
    names = ("id", "name", "state", "columns", "mapping", "counts", "created_at")
    return {n: getattr(file, n) for n in names} | {"job": job_shown(file.job)}


def _file(request: HttpRequest, program_id: int, file_id: int) -> ImportFile:
    found = of_team(request, program_id)
    mine = ImportFile.objects.filter(
        program=found, organisation__in=looked_after(found, by(request))
    )
    file: ImportFile = get_object_or_404(
        mine.select_related("program__organisation", "organisation", "job"), pk=file_id
    )
    return file


@router.post("{int:program_id}/imports", response={201: FileShown}, summary="Send a file of people")
def upload(request: HttpRequest, program_id: int, file: File[UploadedFile]) -> Any:
    """CSV or a spreadsheet; nothing is written before it is applied."""
    found = of_team(request, program_id)
    kept = imports.upload(
        found, name=(file.name or "people")[:200], content=file.read(), by=by(request)
    )
    return Status(201, _shown(kept))


@router.get(
    "{int:program_id}/imports/{int:file_id}", response=FileShown, summary="A file of people"
)
def show(request: HttpRequest, program_id: int, file_id: int) -> Any:
    """Its columns, what they are, how far it is."""
    return _shown(_file(request, program_id, file_id))


class MappingSent(Sent):
    """What each column is."""

    mapping: dict[Line, Line] = Field(
        examples=[{"E-mail": "email", "Name": "name", "Skills": "offers", "Notes": ""}]
    )
    remember_as: Line = Field("", max_length=80, examples=["Export of our HR system"])


@router.put(
    "{int:program_id}/imports/{int:file_id}/mapping",
    response=FileShown,
    summary="Say what each column is",
)
def mapping(request: HttpRequest, program_id: int, file_id: int, said: MappingSent) -> Any:
    """`email`, `name`, `time_zone`, a question's key, or nothing."""
    file = _file(request, program_id, file_id)
    known = {column: said.mapping.get(column, "") for column in file.columns}
    imports.set_mapping(file, known, by=by(request), remember_as=said.remember_as)
    return _shown(file)


class RowShown(Shown):
    """What will become of a row."""

    line: int
    email: str
    name: str
    fate: str = Field(examples=["new"])
    why: list[str]


@router.get(
    "{int:program_id}/imports/{int:file_id}/rows",
    response=Listed[RowShown],
    summary="Every row's fate",
)
def rows(request: HttpRequest, program_id: int, file_id: int, page: Query[Page]) -> Any:
    """Before it is applied."""
    file = _file(request, program_id, file_id)
    if file.state == ImportFile.State.MAPPING:
        raise Problem(409, "conflict", "Say first what the columns are.")
    saw(by(request), file, organisation_id=file.organisation_id)
    return listed(imports.row_fates(file), page)


class ImportSent(Sent):
    """How people come in."""

    looking: Yes = Field(False, description="They look for a peer; else they are to be invited.")


@router.post(
    "{int:program_id}/imports/{int:file_id}/apply",
    response={202: FileShown},
    summary="Write the people",
)
def apply(request: HttpRequest, program_id: int, file_id: int, said: ImportSent) -> Any:
    """In the background."""
    file = _file(request, program_id, file_id)
    if file.state == ImportFile.State.MAPPING:
        raise Problem(409, "conflict", "Say first what the columns are.")
    imports.start_import(file, looking=said.looking, by=by(request))
    return Status(202, _shown(_file(request, program_id, file_id)))


class RecordsShown(Shown):
    """What was read."""

    new: int
    changed: int
    same: int


@router.post(
    "{int:program_id}/records", response=RecordsShown, summary="Send the organisation's own people"
)
def records(request: HttpRequest, program_id: int, file: File[UploadedFile]) -> Any:
    """A file to hold recruitment against; nobody is invited by it."""
    found = of_team(request, program_id)
    organisation = side_of(found, by(request)) or found.organisation
    return read_records(organisation, file.read(), by=by(request))


class TargetShown(Shown):
    """Something that a column can be."""

    key: str = Field(examples=["email"])
    label: str


@router.get(
    "{int:program_id}/imports/{int:file_id}/targets",
    response=list[TargetShown],
    summary="What columns can be",
)
def targets(request: HttpRequest, program_id: int, file_id: int) -> Any:
    """Keys for the mapping."""
    file = _file(request, program_id, file_id)
    found = imports.targets(file.program, file.organisation)
    return [{"key": key, "label": label} for key, label in found]
