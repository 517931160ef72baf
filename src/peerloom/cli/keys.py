"""`peerloom rotate-keys`: a new key for what partners write."""

from __future__ import annotations

import click

from peerloom.cli.serve import start_django


@click.command()
def rotate_keys() -> None:
    """Put a new server key first and wrap every partnership's and program's key by it.

    With PEERLOOM_ENCRYPTION_KEYS put the new key first there yourself, restart, then run this. The
    old key may go when it is done; what partners wrote need not be sealed anew.
    """
    start_django()
    from django.conf import settings

    from peerloom.accounts.actions import reseal_answers
    from peerloom.core.chain import rewrap_chain
    from peerloom.core.encryption import Unreadable, add_server_key
    from peerloom.messaging.actions import reseal, reseal_webhooks
    from peerloom.participants.actions import reseal_draws
    from peerloom.partnerships.actions import rewrap_keys
    from peerloom.pulses.actions import rewrap_keys as rewrap_pulses

    if not settings.ENCRYPTION_KEYS:
        add_server_key()
    try:
        count = (
            rewrap_keys()
            + rewrap_pulses()
            + reseal()
            + reseal_draws()
            + reseal_answers()
            + reseal_webhooks()
        )
        count += rewrap_chain()
    except Unreadable as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{count:,} keys are wrapped by the newest key. The older ones may go.")
