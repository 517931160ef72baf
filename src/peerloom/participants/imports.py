"""Files of people: columns mapped, every row's fate shown, then applied; twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_tasks import task

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core import jobs
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.core.models import Job
from peerloom.core.words import counted
from peerloom.participants.errors import FileRefused, MappingRefused
from peerloom.participants.mappings import ASK, IGNORE, recognise, remember, targets
from peerloom.participants.models import ImportFile
from peerloom.participants.rows import FATES, RowFate, count_fates, fates_of, write_rows
from peerloom.programs.actions import add_question
from peerloom.programs.library import RESERVED
from peerloom.programs.models import Program, Question
from peerloom.programs.queries import side_of
from peerloom.tables import TableError, read_csv

__all__ = [
    "FATES",
    "RowFate",
    "count_fates",
    "row_fates",
    "run_import",
    "set_mapping",
    "start_import",
    "targets",
    "upload",
]

CHUNK = 500


def upload(program: Program, *, name: str, content: bytes, by: Person) -> ImportFile:
    """Keep a file of people and guess what its columns are.

    Raises
    ------
    FileRefused
        Too large, or not readable as a table; nothing is kept.
    """
    allow(by, "participants.invite", program)
    side = side_of(program, by)
    assert side is not None
    if len(content) > settings.MAX_UPLOAD_BYTES:
        most = settings.MAX_UPLOAD_BYTES // 2**20
        size = f"{len(content) / 2**20:.0f} MB"
        raise FileRefused(
            [
                _("It has {size}; files of up to {most} MB can be read. Split it in parts.").format(
                    size=size, most=most
                )
            ]
        )
    try:
        rows, _unread = read_csv(content)
    except TableError as error:
        raise FileRefused(error.problems) from None
    if not rows:
        raise FileRefused([_("It has a header and no people.")])
    columns = list(rows[0])
    mapping, mapped_as = recognise(program, side, columns)
    return ImportFile.objects.create(
        program=program,
        organisation=side,
        uploaded_by=by,
        name=name[:200],
        content=content,
        columns=columns,
        mapping=mapping,
        mapped_as=mapped_as,
    )


@transaction.atomic
def set_mapping(
    file: ImportFile, mapping: Mapping[str, str], *, by: Person, remember_as: str = ""
) -> ImportFile:
    """Say what each column is; a column may become a question of its own.

    Parameters
    ----------
    remember_as
        Keep it under this name for the organisation's next files with these columns.

    Raises
    ------
    MappingRefused
        No column of addresses, or two columns for the same thing.
    """
    allow(by, "participants.import", file)
    known = {value for value, _ in targets(file.program, file.organisation)}
    chosen = {c: mapping.get(c, IGNORE) for c in file.columns}
    used = [t for t in chosen.values() if t not in (IGNORE, ASK)]
    if "email" not in used:
        raise MappingRefused(
            _("No column is the e-mail address. People sign in with it, so one column has to be.")
        )
    if ASK in chosen.values() and ASK not in known:
        raise MappingRefused(_("Only the organisation that runs the program can add questions."))
    for target in used:
        if target not in known or used.count(target) > 1:
            raise MappingRefused(
                _("Two columns are mapped to the same thing. Leave one of them out.")
            )
    for column, target in chosen.items():
        if target == ASK:
            key = slugify(column).replace("-", "_")[:60] or f"column_{file.columns.index(column)}"
            key = f"{key}_said" if key in RESERVED else key
            kind = Question.Kind.SKILLS if _looks_like_list(file, column) else Question.Kind.TEXT
            add_question(file.program, key=key, label=column[:200], kind=kind, by=by)
            chosen[column] = key
    if remember_as.strip():
        remember(file.organisation, remember_as.strip(), chosen)
    file.mapping = chosen
    file.state = ImportFile.State.CHECKED
    file.counts = count_fates(row_fates(file))
    file.save(update_fields=["mapping", "state", "counts"])
    return file


def _looks_like_list(file: ImportFile, column: str) -> bool:
    rows, _ = read_csv(bytes(file.content))
    cells = [row[column] for row in rows if row[column]]
    return sum(";" in cell for cell in cells) * 5 > len(cells)


def row_fates(file: ImportFile) -> list[RowFate]:
    """The fate of every row, in order; reads only."""
    rows, lines = read_csv(bytes(file.content))
    cells = [{t: row[c] for c, t in file.mapping.items() if t and c in row} for row in rows]
    return fates_of(file.program, file.organisation, cells, lines)


@transaction.atomic
def start_import(file: ImportFile, *, looking: bool, by: Person) -> Job:
    """Apply a looked-over file in the background.

    Parameters
    ----------
    looking
        True: the people have applied elsewhere and look for a peer now; False: they are to be
        invited.
    """
    allow(by, "participants.import", file)
    fresh = held(ImportFile.objects).select_related("job").get(pk=file.pk)
    if fresh.job and fresh.job.goes_on:
        return fresh.job
    job = jobs.offer("import", run_import, file_id=file.pk, looking=looking, by=by.pk)
    ImportFile.objects.filter(pk=file.pk).update(job=job)
    return job


@task
def run_import(job_id: int, file_id: int, looking: bool, by: int) -> None:
    """Write the rows of a file, some at a time; what is written stays written and is not repeated."""
    job = Job.objects.get(pk=job_id)
    if not jobs.claim(job):
        return
    file = ImportFile.objects.select_related("program__organisation", "organisation").get(
        pk=file_id
    )
    actor = Person.objects.get(pk=by)

    def work(report: jobs.Reporter) -> str:
        fates = row_fates(file)
        wanted = [f for f in fates if f.fate in ("new", "changed")]
        for done, chunk in _chunks(wanted):
            if report("importing people", done, len(wanted)):
                return _(
                    "Stopped after {done} people; those stay. Import the file again for the rest."
                ).format(done=done)
            write_rows(file.program, file.organisation, chunk, looking=looking)
        counts = count_fates(fates)
        with transaction.atomic():
            ImportFile.objects.filter(pk=file.pk).update(
                state=ImportFile.State.APPLIED, counts=counts
            )
            owner = file.organisation_id
            record(actor, "imported people", file.program, organisation_id=owner, **counts)
            words = _(
                "{new} new, {changed} changed, {unchanged} unchanged, {refused} refused."
            ).format(**{fate: counted(number) for fate, number in counts.items()})
            jobs.finish(job, words)
        return words

    jobs.run(job, work)


def _chunks(fates: list[RowFate]) -> Iterator[tuple[int, list[RowFate]]]:
    for start in range(0, len(fates), CHUNK):
        yield start, fates[start : start + CHUNK]
