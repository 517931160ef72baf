"""A process that works and is ended in the middle, as a crash or the machine's power would."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import timedelta

from django.core.management import call_command
from django.db import connections
from django.db.models import F

from peerloom.core.jobs import take_up
from peerloom.core.models import Job
from peerloom.messaging.models import OutboxMessage, WebhookDelivery

# Longer than anything waits for a process that is silent.
A_WHILE = timedelta(minutes=20)
Work = Callable[[], object]


def run_until(work: Work, seconds: float | None) -> bool:
    """Work in a process of its own; ended by force after `seconds`. True if it came to its end.

    A child begins with everything loaded, so that a hundred of them are soon there.
    """
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work()
            connections.close_all()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.WEXITSTATUS(status) == 0, "the work went wrong by itself"
    return True


def killed_at_any_moment(work: Work, usual: float, chance: random.Random, times: int = 2) -> int:
    """Begin with the work, be killed somewhere in it, some times; then let it come to its end.

    Parameters
    ----------
    usual
        Seconds that it takes undisturbed.

    Returns
    -------
    int
        How often it was killed before its end.
    """
    killed = 0
    for _ in range(times):
        if run_until(work, chance.uniform(0, 1.1 * usual)):
            break
        killed += 1
        time_goes_by()
    run_until(work, None)
    return killed


def seconds_of(work: Work) -> float:
    """How long it takes undisturbed, in a process of its own."""
    started = time.perf_counter()
    run_until(work, None)
    return time.perf_counter() - started


def time_goes_by() -> None:
    """What was taken was taken a while ago, and the server looks after what is lost."""
    Job.objects.update(heard_at=F("heard_at") - A_WHILE)
    for model in (OutboxMessage, WebhookDelivery):
        model.objects.update(claimed_at=F("claimed_at") - A_WHILE)
    take_up()


def work_off() -> None:
    """What a job process does, until nothing is left."""
    call_command("db_worker", "--batch", "--interval", "0.01", "--no-startup-delay", "-v", "0")
