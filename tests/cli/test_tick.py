"""What is due is done by one process at a time, and one thing that goes wrong stops nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from peerloom.cli import tick
from peerloom.core.leases import hold
from peerloom.messaging.actions import Letter, post


@pytest.mark.django_db
def test_a_lease_is_held_by_one_and_lost_with_time() -> None:
    assert hold("tick", "a", seconds=60)
    assert not hold("tick", "b", seconds=60)
    assert hold("tick", "a", seconds=60)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert hold("tick", "b", seconds=60)
        assert not hold("tick", "a", seconds=60)


@pytest.mark.django_db
def test_letters_that_wait_go_out_and_another_machine_leaves_them(monkeypatch: Any) -> None:
    letter = Letter(key="k", kind="x", to="a@x.example", subject="s", text="t")
    post([letter], organisation_id=1)
    assert tick.run_due(60)["letters sent"] == 1
    assert [m.to for m in mail.outbox] == [["a@x.example"]]

    monkeypatch.setattr(tick.socket, "gethostname", lambda: "another")
    assert tick.run_due(60) == {}


@pytest.mark.django_db
def test_what_goes_wrong_keeps_nothing_else_from_being_done(
    monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> int:
        raise RuntimeError("a disk is full")

    monkeypatch.setattr(tick, "_due", lambda: {"first": broken, "second": lambda: 2})

    assert tick.run_due(60) == {"second": 2}
    assert "first went wrong" in caplog.text
