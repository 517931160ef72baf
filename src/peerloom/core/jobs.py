"""Running jobs: claimed by one worker, heard of while they run, cancelled when asked."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks.base import Task

from peerloom.core.holding import held
from peerloom.core.models import SILENT_AFTER, Job
from peerloom.core.words import later

logger = logging.getLogger(__name__)
EVERY = 0.4  # seconds between reports of progress
MOST_TRIES = 3
WORN = later(
    "The server's process ended in the middle of it, three times; nothing half done was kept. "
    "It may need more memory than there is: your administrator finds more in the "
    "server's log."
)


class JobCancelled(Exception):
    """Raised inside a job by `Reporter` when somebody asked it to stop."""


class JobRefused(Exception):
    """Raised by a job that cannot be done; its words are for people."""


class Reporter:
    """Tells how far a job is; call it with (stage, done, total).

    Returns
    -------
    bool
        True when the job should stop.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._last = 0.0

    def __call__(self, stage: str, done: int, total: int) -> bool:
        now = time.monotonic()
        if now - self._last < EVERY:
            return False
        self._last = now
        heard = timezone.now()
        Job.objects.filter(pk=self.job.pk).update(
            stage=stage, done=done, total=total, heard_at=heard
        )
        return Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists()


def offer(kind: str, task: Task[Any, Any], **given: Any) -> Job:
    """A job that `task` does, called with its number and `given`; within a transaction.

    It is handed out when the transaction is committed. A process that ends before that, or in the
    middle of the work, loses nothing: see `take_up`.
    """
    language = translation.get_language() or ""
    job = Job.objects.create(kind=kind, task=task.module_path, given=given, language=language)
    transaction.on_commit(partial(task.enqueue, job_id=job.pk, **given))
    return job


def take_up() -> int:
    """Offer jobs again that nobody took for a minute, or whose process ended; how many.

    Whoever takes one first has it (`claim`), so that one too many does no harm. What ended a process
    several times is not tried for ever.
    """
    now = timezone.now()
    silent = Job.objects.filter(heard_at__lt=now - SILENT_AFTER).exclude(task="")
    worn = silent.filter(state=Job.State.RUNNING, tries__gte=MOST_TRIES)
    for job in worn:
        logger.error("job %s (%s) ended its process %s times", job.pk, job.kind, job.tries)
        _close(job, Job.State.FAILED, WORN)
    found = list(silent.filter(state__in=(Job.State.WAITING, Job.State.RUNNING)))
    for job in found:
        # Those that wait in a long queue are looked at again in a minute.
        waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
        waiting.update(heard_at=now)
        import_string(job.task).enqueue(job_id=job.pk, **job.given)
    return len(found)


def finish(job: Job, words: str) -> None:
    """It is done; called in the transaction that keeps what came of it.

    Otherwise a process that ends right after that transaction would leave a job that is offered again,
    and what it keeps, writes or tells would be kept, written or told twice.
    """
    _close(job, Job.State.DONE, words)


def claim(job: Job) -> bool:
    """Take a waiting job, or one whose worker was lost; False if another has it or it is over."""
    with transaction.atomic():
        fresh = held(Job.objects).get(pk=job.pk)
        if fresh.cancel_asked and fresh.is_open:
            _close(fresh, Job.State.CANCELLED, _("It was cancelled before it began."))
            return False
        if fresh.state != Job.State.WAITING and not fresh.is_lost:
            return False
        fresh.state = Job.State.RUNNING
        fresh.heard_at = timezone.now()
        fresh.tries += 1
        fresh.save(update_fields=["state", "heard_at", "tries"])
    job.refresh_from_db()
    return True


def run(job: Job, work: Callable[[Reporter], str]) -> None:
    """Do the work of a job this process has claimed; its answer is what happened, in words."""
    with translation.override(job.language or settings.LANGUAGE_CODE):
        _run(job, work)


def _run(job: Job, work: Callable[[Reporter], str]) -> None:
    started = time.monotonic()
    try:
        words = work(Reporter(job))
    except JobCancelled:
        _close(job, Job.State.CANCELLED, _("It was cancelled; nothing was changed."))
    except JobRefused as refusal:
        _close(job, Job.State.FAILED, str(refusal))
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        _close(
            job,
            Job.State.FAILED,
            _(
                "Something went wrong on our side; nothing half done was kept. It is in the server's "
                "log. Please try again."
            ),
        )
    else:
        job.seconds = time.monotonic() - started
        _close(job, Job.State.DONE, words)


def _close(job: Job, state: Job.State, words: str) -> None:
    job.state, job.words, job.heard_at = state, words, timezone.now()
    job.save(update_fields=["state", "words", "heard_at", "seconds"])


def cancel(job: Job) -> None:
    """Ask a job to stop; it does so at its next report."""
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
