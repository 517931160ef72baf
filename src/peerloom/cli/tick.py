"""`peerloom tick`: what is due now; among several machines one does it."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable

import click

from peerloom.cli.serve import start_django

logger = logging.getLogger("peerloom.tick")


@click.command()
@click.option("--every", type=click.IntRange(min=1), metavar="SECONDS",
              help="Go on, so many seconds apart, until stopped.")  # fmt: skip
def tick(every: int | None) -> None:
    """Do what is due: reminders, letters that wait. Safe to run twice and on several machines."""
    start_django()
    from django.db import close_old_connections

    while True:
        close_old_connections()
        for name, count in run_due(every or 60).items():
            if count and not every:
                click.echo(f"{name}: {count}")
        if not every:
            return
        time.sleep(every)


def run_due(seconds: float) -> dict[str, int]:
    """Everything that is due, and how much of it there was; nothing where another does it."""
    from peerloom.core.leases import hold

    holder = f"{socket.gethostname()}-{os.getpid()}"
    if not hold("tick", holder, seconds=2 * seconds + 30):
        return {}
    done = {}
    for name, work in _due().items():
        # One thing that goes wrong keeps nothing else from being done.
        try:
            done[name] = work()
        except Exception:
            logger.exception("what is due: %s went wrong", name)
    return done


def _due() -> dict[str, Callable[[], int]]:
    from peerloom.accounts.actions import forget_answers, forget_due
    from peerloom.care.actions import part_those_who_asked, repair_weekly, send_nudges, watch
    from peerloom.core.chain import bind_log
    from peerloom.core.jobs import take_up
    from peerloom.messaging.actions import (
        deliver,
        forget_sent,
        gather,
        look_after_events,
        take_up_lost,
    )
    from peerloom.participants.actions import end_pauses, remind_due
    from peerloom.partnerships.actions import (
        close_over,
        follow_up_steps,
        plan_standing,
        remind_of_meetings,
    )
    from peerloom.programs.actions import close_over as close_programs
    from peerloom.pulses.actions import ask_after_meetings, ask_pulses
    from peerloom.results.actions import send_reports, take_editions

    return {
        "jobs offered again": take_up,
        "reminders to invited people": remind_due,
        "reminders of meetings": remind_of_meetings,
        "meetings of standing times": plan_standing,
        "next steps that are due": follow_up_steps,
        "partnerships that are over": close_over,
        "programs that are over": close_programs,
        "pauses that are over": end_pauses,
        "wishes to part": part_those_who_asked,
        "partnerships looked at": watch,
        "programs re-paired": repair_weekly,
        "nudges": send_nudges,
        "meetings asked about": ask_after_meetings,
        "pulses asked": ask_pulses,
        "programs counted": take_editions,
        "reports": send_reports,
        "digests": gather,
        "letters left by a process that ended": take_up_lost,
        "letters sent": lambda: deliver.call(),
        "letters whose words went": forget_sent,
        "events that are due": look_after_events,
        "forgotten": forget_due,
        "answers to calls forgotten": forget_answers,
        "entries of the log bound": bind_log,
    }
