"""Jobs whose process ended, or that nobody took: offered again, not for ever, and never done twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.care.actions import start_repairing
from peerloom.core import jobs
from peerloom.core.models import Job
from peerloom.messaging.models import OutboxMessage
from peerloom.participants import imports
from peerloom.programs.models import Program
from peerloom.results.actions import start_counting
from peerloom.rounds.actions import ask_for_voices, start_round
from tests.factories import make_people

pytestmark = pytest.mark.django_db
State = Job.State
LATER = timedelta(seconds=61)


@pytest.fixture
def job(program: Program, manager: Person) -> Job:
    """A solve that waits; the test commits nothing, so nobody took it."""
    make_people(program, 6)
    one = start_round(program, by=manager)
    assert one.job
    return one.job


def take_up_later(after: timedelta = LATER) -> int:
    with time_machine.travel(timezone.now() + after):
        return jobs.take_up()


def test_what_nobody_took_for_a_minute_is_offered_again(job: Job) -> None:
    assert take_up_later(timedelta(seconds=30)) == 0
    assert take_up_later() == 1

    job.refresh_from_db()
    assert job.state == State.DONE
    assert job.tries == 1
    assert take_up_later(timedelta(days=1)) == 0


def test_what_lost_its_process_is_offered_again(job: Job) -> None:
    assert jobs.claim(job)
    assert not jobs.claim(job)
    assert take_up_later(timedelta(seconds=30)) == 0

    assert take_up_later() == 1
    job.refresh_from_db()
    assert (job.state, job.tries) == (State.DONE, 2)


def test_what_ends_its_process_each_time_is_not_tried_for_ever(job: Job) -> None:
    for _ in range(jobs.MOST_TRIES):
        assert jobs.claim(job)
        Job.objects.update(heard_at=timezone.now() - LATER)

    assert jobs.take_up() == 0
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "three times" in job.words


def test_what_was_cancelled_meanwhile_is_not_done(job: Job) -> None:
    jobs.cancel(job)

    take_up_later()

    job.refresh_from_db()
    assert job.state == State.CANCELLED


KINDS: dict[str, Callable[[Program, Person], Any]] = {
    "solve": lambda program, by: start_round(program, by=by),
    "short lists": lambda program, by: ask_for_voices(program, named=False, by=by),
    "repair": lambda program, by: start_repairing(program, others=False, by=by),
    "results": lambda program, by: start_counting(program, by=by),
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_can_be_offered_again(kind: str, program: Program, manager: Person) -> None:
    make_people(program, 6)
    KINDS[kind](program, manager)
    job = Job.objects.get(kind=kind)

    assert take_up_later() == 1

    job.refresh_from_db()
    assert job.state == State.DONE, job.words


@pytest.mark.parametrize("kind", ["solve", "short lists", "repair", "import"])
def test_the_process_may_end_right_after_what_came_of_it_was_kept(
    kind: str, program: Program, manager: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "import":
        file = imports.upload(program, name="x.csv", content=b"email\na@x.example\n", by=manager)
        imports.set_mapping(file, file.mapping, by=manager)
        imports.start_import(file, looking=True, by=manager)
    else:
        make_people(program, 6)
        KINDS[kind](program, manager)
    # Nothing is done after the last transaction of the work.
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "run", lambda job, work: work(jobs.Reporter(job)))
        assert take_up_later() == 1
    letters = OutboxMessage.objects.count()
    job = Job.objects.get(kind=kind)

    assert job.state == State.DONE, job.words
    assert job.words
    assert take_up_later(timedelta(hours=1)) == 0
    assert OutboxMessage.objects.count() == letters
