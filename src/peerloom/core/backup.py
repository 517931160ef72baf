"""A copy of the whole database in one file, and back: between machines, and between SQLite and PostgreSQL.

The file is a tar.gz: `manifest.json` (version, migrations, rows and SHA-256 of each table) and for each
table one `*.jsonl`, whose first line names the columns. It is read within one snapshot of the database,
so work goes on meanwhile, and is written beside its name and moved there when it is whole.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.apps import apps as current_apps
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.sql import InsertQuery

import peerloom

FORMAT = "peerloom-backup-1"
AT_ONCE = 1000
# Made by Django itself at each start, or of no use elsewhere.
LEFT_OUT = {
    "auth.group", "auth.group_permissions", "auth.permission", "contenttypes.contenttype",
    "sessions.session", "core.lease",
}  # fmt: skip
Say = Callable[[str, int], None]


class BackupError(Exception):
    """What could not be copied or brought back; its text is for people."""


def write_backup(path: Path, say: Say = lambda table, rows: None) -> dict[str, int]:
    """Write a copy of the database to a file.

    Returns
    -------
    dict
        Rows by table.

    Raises
    ------
    BackupError
        It cannot be written; a file that was there before is as it was.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with _snapshot(), open(beside, "xb") as raw:
            os.chmod(beside, 0o600)
            with (
                gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, compresslevel=5) as packed,
                tarfile.open(fileobj=packed, mode="w") as tar,
            ):
                tables = {_label(m): _add(tar, m, say) for m in _models(current_apps)}
                manifest = {
                    "format": FORMAT,
                    "peerloom": peerloom.__version__,
                    "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "database": connection.vendor,
                    "migrations": _leaves(),
                    "tables": tables,
                }
                _put(tar, "manifest.json", json.dumps(manifest, indent=1).encode())
            raw.flush()
            os.fsync(raw.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BackupError(
            f"The backup could not be written ({error.strerror or error}). Nothing was changed; "
            "what was there before is as it was."
        ) from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return {label: table["rows"] for label, table in tables.items()}


def read_backup(path: Path, say: Say = lambda table, rows: None) -> dict[str, int]:
    """Fill an empty database with what a file holds; whole or not at all.

    The database is brought to the shape that the copy had, filled, and brought up to date from there.

    Raises
    ------
    BackupError
        Not a backup, damaged, of a newer Peerloom, or the database is not empty.
    """
    try:
        with tarfile.open(path, "r:gz") as tar:
            manifest = _manifest(tar)
            _check(tar, manifest)
            executor = MigrationExecutor(connection)
            targets = [(app, name) for app, name in manifest["migrations"]]
            unknown = [t for t in targets if t not in executor.loader.graph.nodes]
            if unknown:
                raise BackupError(
                    f"The backup is of Peerloom {manifest['peerloom']}, which is newer than this "
                    f"one ({peerloom.__version__}). Install that version, then restore."
                )
            if executor.loader.applied_migrations:
                _empty(current_apps)
            executor.migrate(targets)
            then = MigrationExecutor(connection).loader.project_state(targets).apps
            with transaction.atomic():
                _empty(then)
                counts = {label: _fill(tar, then, label, say) for label in manifest["tables"]}
                _sequences(then)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, OSError) as error:
        raise BackupError(f"{path} cannot be read as a backup ({error}).") from error
    last = MigrationExecutor(connection)
    last.migrate(last.loader.graph.leaf_nodes())
    return counts


@contextmanager
def _snapshot() -> Iterator[None]:
    """All tables as they are at one moment; writers are not kept waiting."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        connection.ensure_connection()
        # Deferred: it reads one state of the file and takes no lock for writing.
        connection.connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.connection.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


def _label(model: type[models.Model]) -> str:
    return model._meta.label_lower


def _models(apps: Any) -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=True)
    return sorted(
        (m for m in found if m._meta.managed and not m._meta.proxy and _label(m) not in LEFT_OUT),
        key=_label,
    )


def _leaves() -> list[tuple[str, str]]:
    graph = MigrationExecutor(connection).loader.graph
    return sorted(graph.leaf_nodes())


def _add(tar: tarfile.TarFile, model: type[models.Model], say: Say) -> dict[str, Any]:
    """One table into the archive; it is laid on the disk first, since a tar needs the size before."""
    columns = [f.attname for f in model._meta.concrete_fields]
    digest, rows = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as file:
        lines = model._base_manager.order_by("pk").values_list(*columns)
        for row in [columns], lines.iterator(chunk_size=AT_ONCE):
            for cells in row:
                line = (json.dumps([*map(_out, cells)], cls=DjangoJSONEncoder) + "\n").encode()
                file.write(line)
                digest.update(line)
                rows += 1
        _add_file(tar, f"{_label(model)}.jsonl", file)
    say(_label(model), rows - 1)
    return {"rows": rows - 1, "sha256": digest.hexdigest()}


def _out(cell: Any) -> Any:
    if isinstance(cell, bytes | memoryview):
        return base64.b64encode(bytes(cell)).decode()
    # `DjangoJSONEncoder` cuts a time to milliseconds.
    return cell.isoformat() if isinstance(cell, datetime) else cell


def _add_file(tar: tarfile.TarFile, name: str, file: IO[bytes]) -> None:
    info = tarfile.TarInfo(name)
    info.size = file.seek(0, io.SEEK_END)
    info.mode = 0o600
    file.seek(0)
    tar.addfile(info, file)


def _put(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    _add_file(tar, name, io.BytesIO(content))


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    try:
        file = tar.extractfile("manifest.json")
        found = json.load(file) if file else {}
    except (KeyError, ValueError):
        found = {}
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BackupError("This is not a backup of Peerloom. Nothing was changed.")
    return found


def _check(tar: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    for label, told in manifest["tables"].items():
        digest = hashlib.sha256()
        with _member(tar, label) as file:
            while block := file.read(1 << 20):
                digest.update(block)
        if digest.hexdigest() != told["sha256"]:
            raise BackupError(f"The backup is damaged in '{label}'. Nothing was changed.")


def _member(tar: tarfile.TarFile, label: str) -> IO[bytes]:
    try:
        file = tar.extractfile(f"{label}.jsonl")
    except KeyError:
        file = None
    if file is None:
        raise BackupError(f"The backup lacks '{label}'. Nothing was changed.")
    return file


def _empty(apps: Any) -> None:
    there = set(connection.introspection.table_names())
    for model in _models(apps):
        if model._meta.db_table in there and model._base_manager.exists():
            raise BackupError(
                "The database holds something already, so nothing was restored. Give an empty one."
            )


def _fill(tar: tarfile.TarFile, apps: Any, label: str, say: Say) -> int:
    model = apps.get_model(*label.split("."))
    by_name = {f.attname: f for f in model._meta.concrete_fields}
    with _member(tar, label) as file:
        columns = json.loads(file.readline())
        fields = [by_name[name] for name in columns]
        batch: list[models.Model] = []
        rows = 0
        for line in file:
            cells = json.loads(line)
            values = (_in(f, cell) for f, cell in zip(fields, cells, strict=True))
            batch.append(model(**dict(zip(columns, values, strict=True))))
            rows += 1
            if len(batch) == AT_ONCE:
                _insert(model, fields, batch)
                batch = []
        _insert(model, fields, batch)
    say(label, rows)
    return rows


def _in(field: Any, cell: Any) -> Any:
    if cell is None:
        return None
    if isinstance(field, models.BinaryField):
        return base64.b64decode(cell)
    if isinstance(field, models.ForeignKey):
        return _in(field.target_field, cell)
    return field.to_python(cell)


def _insert(model: type[models.Model], fields: list[Any], rows: list[models.Model]) -> None:
    """As they stand: no default and no 'now' is put in."""
    most = connection.ops.bulk_batch_size(fields, rows) if rows else 1
    for k in range(0, len(rows), most):
        query = InsertQuery(model)
        query.insert_values(fields, rows[k : k + most], raw=True)
        query.get_compiler(connection=connection).execute_sql()


def _sequences(apps: Any) -> None:
    """New rows get numbers after those that were brought back."""
    statements = connection.ops.sequence_reset_sql(no_style(), _models(apps))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
