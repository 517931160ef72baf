"""`peerloom backup` and `peerloom restore`: the whole database in one file, and back."""

from __future__ import annotations

import os
from pathlib import Path

import click

from peerloom.cli.serve import data_option, start_django


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@data_option
@click.option("--keys", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the server's keys to this file too; keep it apart from the backup.")  # fmt: skip
def backup(file: Path, data: Path, keys: Path | None) -> None:
    """Write the whole database to FILE (tar.gz), while the server runs.

    What partners wrote is sealed in it: without the server's keys nobody can read that again.
    """
    start_django(data)
    from django.conf import settings

    from peerloom.core.backup import BackupError, write_backup
    from peerloom.core.encryption import server_keys

    try:
        counts = write_backup(file)
        if keys:
            _write_keys(keys, server_keys(), settings.SECRET_KEY)
    except (BackupError, OSError) as error:
        raise click.ClickException(str(error)) from None
    size = file.stat().st_size
    click.echo(f"{sum(counts.values()):,} rows of {len(counts)} tables in {file} ({size:,} bytes).")
    if not keys:
        click.echo("The server's keys are not in it: write them elsewhere with --keys.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
@click.option("--keys", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="The server's keys, as `peerloom backup --keys` wrote them.")  # fmt: skip
def restore(file: Path, data: Path, keys: Path | None) -> None:
    """Fill an empty database with what FILE holds, on SQLite or PostgreSQL, whole or not at all."""
    if keys:
        _read_keys(keys, data)
    start_django(data)
    from peerloom.core.backup import BackupError, read_backup
    from peerloom.core.chain import check_log
    from peerloom.core.encryption import Unreadable

    try:
        counts = read_backup(file)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{sum(counts.values()):,} rows of {len(counts)} tables are back.")
    try:
        problems = check_log().problems
    except Unreadable as error:
        raise click.ClickException(f"Everything is back, but: {error}") from None
    for problem in problems:
        click.echo(f"The audit log: {problem}", err=True)


def _write_keys(path: Path, keys: list[str], secret: str) -> None:
    with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(f"secret {secret}\n" + "".join(f"key {key}\n" for key in keys))


def _read_keys(path: Path, data: Path) -> None:
    """Lay the keys where the server looks for them, unless there are some."""
    lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
    if not lines or any(len(line) != 2 or line[0] not in ("secret", "key") for line in lines):
        raise click.ClickException(f"{path} holds no keys of a server. Nothing was changed.")
    data.mkdir(parents=True, exist_ok=True)
    for name, kind in (("secret_key", "secret"), ("encryption_keys", "key")):
        there = data / name
        text = "\n".join(value for what, value in lines if what == kind)
        if there.exists() and there.read_text().split() != text.split():
            raise click.ClickException(f"{there} holds other keys already. Nothing was changed.")
        if not there.exists():
            with open(there, "x", opener=lambda n, flags: os.open(n, flags, 0o600)) as file:
                file.write(text + ("\n" if kind == "key" else ""))
