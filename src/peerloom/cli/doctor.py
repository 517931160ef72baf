"""`peerloom doctor`: is this server fit, and what to do where it is not."""

from __future__ import annotations

import json
from pathlib import Path

import click

from peerloom.cli.serve import data_option, start_django

_MARKS = {"good": "ok", "look": "look", "bad": "BAD"}


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(data: Path, as_json: bool) -> None:
    """Look over settings, database, keys, disk, clock, mail and jobs.

    Exit code 0: nothing is bad; 1: something is, and what to do about it.
    """
    start_django(data)
    from peerloom.cli.checks import examine  # needs Django

    found = examine()
    if as_json:
        click.echo(json.dumps([vars(f) for f in found], indent=1))
    else:
        for one in found:
            click.echo(f"{_MARKS[one.state]:>4}  {one.what}: {one.words}")
    if any(one.state == "bad" for one in found):
        raise SystemExit(1)
