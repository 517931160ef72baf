"""Importing people: the file, its columns, every row's fate, then applied in the background."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peerloom.core.audit import saw
from peerloom.participants import imports
from peerloom.participants.errors import FileRefused, MappingRefused
from peerloom.participants.models import ImportFile
from peerloom.programs.models import Program
from peerloom.web.access import for_import, for_team, person_of
from peerloom.web.forms.manager import Upload

A_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@for_team
def upload_file(request: HttpRequest, program: Program) -> HttpResponse:
    """Take a file; say at once what cannot be read."""
    form = Upload(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            file = imports.upload(
                program, name=given.name, content=given.read(), by=person_of(request)
            )
        except FileRefused as error:
            problems = error.problems
        else:
            return redirect("import_file", program.pk, file.pk)
    words = {"program": program, "form": form, "problems": problems}
    return render(request, "manager/import_upload.html", words, status=422 if problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_import
def show(request: HttpRequest, file: ImportFile) -> HttpResponse:
    """Map the columns; then look every row's fate over."""
    if request.method == "POST":
        mapping = {c: request.POST.get(f"column_{k}", "") for k, c in enumerate(file.columns)}
        try:
            name = request.POST.get("remember_as", "")[:80]
            imports.set_mapping(file, mapping, by=person_of(request), remember_as=name)
        except MappingRefused as error:
            messages.error(request, str(error))
            file.mapping = mapping
            return render(request, "manager/import_mapping.html", _mapping(file), status=422)
        return redirect("import_file", file.program_id, file.pk)
    if file.job:
        return render(request, "manager/import_progress.html", _progress(file))
    if file.state == ImportFile.State.MAPPING or "map" in request.GET:
        return render(request, "manager/import_mapping.html", _mapping(file))
    saw(person_of(request), file, organisation_id=file.organisation_id)
    wanted = request.GET.get("fate", "")
    fates = [f for f in imports.row_fates(file) if not wanted or f.fate == wanted]
    page = Paginator(fates, A_PAGE).get_page(request.GET.get("page"))
    words = {"file": file, "program": file.program, "page": page, "fate": wanted,
             "fates": imports.FATES.items()}  # fmt: skip
    return render(request, "manager/import_check.html", words)


def _mapping(file: ImportFile) -> dict[str, object]:
    columns = [(k, c, file.mapping.get(c, "")) for k, c in enumerate(file.columns)]
    return {
        "file": file,
        "program": file.program,
        "columns": columns,
        "targets": imports.targets(file.program, file.organisation),
    }


def _progress(file: ImportFile) -> dict[str, object]:
    return {"file": file, "program": file.program, "job": file.job}


@require_POST
@for_import
def apply(request: HttpRequest, file: ImportFile) -> HttpResponse:
    """Write the people, in the background."""
    if file.state == ImportFile.State.MAPPING:
        return redirect("import_file", file.program_id, file.pk)
    imports.start_import(file, looking=request.POST.get("as") == "looking", by=person_of(request))
    return redirect("import_file", file.program_id, file.pk)


@require_safe
@for_import
def progress(request: HttpRequest, file: ImportFile) -> HttpResponse:
    """How far it is, for htmx to ask again."""
    if file.job and not file.job.is_open:
        response = render(request, "manager/_import_done.html", _progress(file))
        return response
    return render(request, "manager/_import_progress.html", _progress(file))
