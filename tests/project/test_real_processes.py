"""The server as a person starts it: real processes, killed at the worst moment."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

PEERLOOM = [sys.executable, "-m", "peerloom"]
ROOT = Path(__file__).parents[2]

SETUP = """
from tests.factories import *
from peerloom.rounds.actions import start_round
organisation = make_organisation("Loomworks")
manager = make_person("mika@loomworks.example", organisation, "manager")
program = make_program(organisation, manager)
make_people(program, 400)
start_round(program, by=manager)
"""
AGAIN = """
from peerloom.accounts.models import Person
from peerloom.core.models import Job
from peerloom.rounds.models import MatchingRound
from peerloom.rounds.actions import solve_again
from django.utils import timezone
from datetime import timedelta
matching_round = MatchingRound.objects.get()
job = matching_round.job
Job.objects.filter(pk=job.pk).update(heard_at=timezone.now() - timedelta(minutes=2))
job.refresh_from_db()
assert job.is_lost
solve_again(MatchingRound.objects.get(), by=Person.objects.get(email="mika@loomworks.example"))
"""


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of a server with its data in an empty folder."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PEERLOOM", "DATABASE"))}
    return clean | {
        "PEERLOOM_DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "peerloom.config.settings",
        "PYTHONPATH": str(ROOT),
    }


def until(true: Callable[[], bool], *, seconds: float = 60) -> None:
    """Look again and again until it is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        os.sched_yield()


def test_a_worker_killed_in_the_middle_of_a_solve_loses_and_repeats_nothing(
    home: dict[str, str],
) -> None:
    def manage(*words: str) -> None:
        subprocess.run([*PEERLOOM, "manage", *words], env=home, check=True, cwd=ROOT)

    def ask(query: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(Path(home["PEERLOOM_DATA_DIR"]) / "peerloom.sqlite3") as database:
            return database.execute(query).fetchall()

    manage("migrate", "-v", "0")
    manage("shell", "-v", "0", "-c", SETUP)
    worker = subprocess.Popen(
        [*PEERLOOM, "manage", "db_worker", "--no-startup-delay", "--interval", "0.05"],
        env=home,
        cwd=ROOT,
    )
    until(lambda: ask("SELECT state FROM core_job") == [("running",)])
    worker.send_signal(signal.SIGKILL)
    worker.wait()

    assert ask("SELECT state FROM core_job") == [("running",)]
    assert ask("SELECT result FROM rounds_matchinground") == [(None,)]
    assert ask("SELECT count(*) FROM rounds_proposal") == [(0,)]

    manage("shell", "-v", "0", "-c", AGAIN)
    manage("db_worker", "--batch", "--no-startup-delay", "-v", "0")

    assert ask("SELECT state FROM rounds_matchinground") == [("ready",)]
    assert ask("SELECT count(*) FROM rounds_proposal") == [(200,)]
    placed = "SELECT count(*), count(DISTINCT participant_id) FROM rounds_proposal_members"
    assert ask(placed) == [(400, 400)]


POSTS = """
from peerloom.messaging.actions import Letter, post
post([Letter(f"m{k}", "test", f"p{k}@x.example", "Hello", "Text") for k in range(20)], organisation_id=1)
"""
LATER = """
from datetime import timedelta
from django.utils import timezone
from peerloom.messaging.actions import deliver, take_up_lost
from peerloom.messaging.models import OutboxMessage
OutboxMessage.objects.filter(state="sending").update(
    claimed_at=timezone.now() - timedelta(minutes=11)
)
take_up_lost()
deliver.call()
"""


class Slow:
    """A mail server that takes the sixth letter and does not say so."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.stuck = threading.Event()
        self.go_on = threading.Event()

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        self.got += envelope.rcpt_tos
        if len(self.got) == 6:
            self.stuck.set()
            while not self.go_on.is_set():
                await asyncio.sleep(0.01)
        return "250 OK"


def test_a_process_killed_while_it_sends_loses_nothing_and_sends_nothing_twice(
    home: dict[str, str],
) -> None:
    slow = Slow()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(slow, hostname="127.0.0.1", port=port)
    server.start()
    home |= {"PEERLOOM_SMTP_HOST": "127.0.0.1", "PEERLOOM_SMTP_PORT": str(port)}

    def manage(*words: str) -> None:
        subprocess.run([*PEERLOOM, "manage", *words], env=home, check=True, cwd=ROOT)

    manage("migrate", "-v", "0")
    manage("shell", "-v", "0", "-c", POSTS)
    worker = subprocess.Popen(
        [*PEERLOOM, "manage", "db_worker", "--no-startup-delay", "--interval", "0.05"],
        env=home,
        cwd=ROOT,
    )
    until(slow.stuck.is_set)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    slow.go_on.set()
    manage("shell", "-v", "0", "-c", LATER)
    server.stop()

    assert sorted(slow.got) == sorted(f"p{k}@x.example" for k in range(20))
    with sqlite3.connect(Path(home["PEERLOOM_DATA_DIR"]) / "peerloom.sqlite3") as database:
        states = database.execute(
            "SELECT state, count(*) FROM messaging_outboxmessage GROUP BY state ORDER BY state"
        ).fetchall()
    # The one that was being handed over went, and nobody here can know: an admin is told.
    assert states == [("sent", 19), ("unsure", 1)]


def test_serve_starts_from_nothing_and_stops_when_asked(home: dict[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*PEERLOOM, "serve", "--port", str(port), "--data", home["PEERLOOM_DATA_DIR"]],
        env=home,
        cwd=ROOT,
    )

    def answers() -> bool:
        try:
            return (
                b'"ok": true' in urllib.request.urlopen(f"http://localhost:{port}/health/").read()
            )
        except OSError:
            return False

    try:
        until(answers, seconds=240)
        page = urllib.request.urlopen(f"http://localhost:{port}/").read().decode()
        assert "Welcome to Peerloom" in page
        style = page.split('rel="stylesheet" href="')[1].split('"')[0]
        assert b"--brand" in urllib.request.urlopen(f"http://localhost:{port}{style}").read()
    finally:
        server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=30) == 0
