"""`peerloom audit`: is the log of who did and saw what as it was written?"""

from __future__ import annotations

import re

import click

from peerloom.cli.serve import start_django


@click.command()
@click.option("--known", metavar="PLACE:MARK",
              help="What an earlier check told; it must be in the chain still.")  # fmt: skip
def audit(known: str | None) -> None:
    """Go through the audit log's chain.

    Exit code 0: nothing was changed, cut out or cut off; 1: something was, and what. Keep what it
    tells outside of this machine, so that a later check can show that the end was not cut off.
    """
    before = None
    if known:
        found = re.fullmatch(r"(\d+):([0-9a-f]{64})", known.strip())
        if not found:
            raise click.ClickException(
                "--known is a place and a mark as an earlier check told them"
            )
        before = int(found[1]), found[2]
    start_django()
    from peerloom.core.chain import bind_log, check_log
    from peerloom.core.encryption import Unreadable

    try:
        bind_log()
        checked = check_log(before)
    except Unreadable as error:
        raise click.ClickException(str(error)) from None
    if checked.problems:
        click.echo("The audit log does not hold:", err=True)
        for problem in checked.problems:
            click.echo(f"  {problem}", err=True)
        raise SystemExit(1)
    click.echo(f"{checked.place:,} entries, none changed, none missing.")
    if checked.place:
        click.echo(f"Keep this elsewhere: {checked.place}:{checked.mark}")
