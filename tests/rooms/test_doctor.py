"""The doctor finds what is wrong and says what to do."""

from __future__ import annotations

import json
import os
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from cryptography.fernet import Fernet
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from peerloom.cli import main
from peerloom.cli.checks import examine
from peerloom.core import encryption
from peerloom.core.audit import record
from peerloom.core.leases import hold
from peerloom.messaging.actions import Letter, post
from peerloom.partnerships.private import safe
from peerloom.programs.models import Program
from tests.rooms.partners import make_pair

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, settings: Any) -> None:
    settings.ENCRYPTION_KEYS_FILE = tmp_path / "keys"


def said(what: str) -> list[tuple[str, str]]:
    return [(f.state, f.words) for f in examine() if f.what == what]


def state(what: str) -> set[str]:
    return {found for found, _ in said(what)}


def test_a_healthy_server(settings: Any) -> None:
    settings.SITE_URL = "https://peers.example"
    hold("tick", "here", seconds=60)

    found = {f.what: f.state for f in examine()}

    assert {w for w, s in found.items() if s == "bad"} == set()
    assert found["address"] == found["database"] == found["migrations"] == "good"
    assert found["scheduler"] == "good"


def test_an_address_without_tls(settings: Any) -> None:
    settings.SITE_URL = "http://peers.example"

    assert "no TLS" in said("address")[0][1]


def test_a_half_finished_migration() -> None:
    last = MigrationRecorder.Migration.objects.filter(app="messaging").order_by("name").last()
    last.delete()

    (one,) = said("migrations")
    assert one[0] == "bad"
    assert f"messaging.{last.name}" in one[1]


def test_keys_that_open_nothing_or_that_others_read(
    program: Program, settings: Any, tmp_path: Path
) -> None:
    pair, _, _ = make_pair(program)
    safe(pair).seal("x")
    assert state("keys") == {"good"}
    os.chmod(settings.ENCRYPTION_KEYS_FILE, 0o644)
    assert state("keys") == {"good", "bad"}
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    encryption._unwrapped.cache_clear()

    assert "put the old keys back" in said("keys")[0][1]


def test_a_clock_that_went_back(program: Program) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        record(None, "did", program, organisation_id=program.organisation_id)

    assert "went back" in said("clock")[0][1]


def test_nobody_does_what_is_due(program: Program) -> None:
    assert state("scheduler") == {"look"}
    past = timezone.now() - timedelta(hours=1)
    with time_machine.travel(past):
        hold("tick", "elsewhere", seconds=60)
        post([Letter("k", "x", "a@x.example", "s", "t")], organisation_id=1)
        record(None, "did", program, organisation_id=program.organisation_id)

    assert state("scheduler") == {"bad"}
    assert state("messages") == {"bad"}
    assert any("not bound yet" in words for _, words in said("audit log"))


def test_a_log_that_could_be_changed() -> None:
    assert state("audit log") == {"good"}
    on = " ON core_auditentry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER core_audit_kept{on}")

    assert "triggers are gone" in said("audit log")[0][1]


def test_a_mail_server_that_is_there_and_one_that_is_not(settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free.getsockname()[1]
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""
    assert state("mail server") == {"bad"}
    server = Controller(object(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    try:
        assert state("mail server") == {"good"}
    finally:
        server.stop()


def test_the_command_tells_people_and_machines(settings: Any) -> None:
    settings.SITE_URL = "http://peers.example"

    told = CliRunner().invoke(main, ["doctor"])
    assert told.exit_code == 1
    assert "BAD  address" in told.output
    rows = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).output)
    assert {"what": "address", "state": "bad"}.items() <= rows[0].items()
