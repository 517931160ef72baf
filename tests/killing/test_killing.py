"""A few kills of each kind with every run of the tests; `make kill` has a hundred, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.killing.scenes import SCENES


@pytest.mark.parametrize("scene", list(SCENES))
def test_nothing_is_lost_and_nothing_done_twice(scene: str) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PEERLOOM_", "DATABASE_"))}

    told = subprocess.run(
        [sys.executable, "-m", "tests.killing", "3", scene],
        env=clean, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip

    assert told.returncode == 0, told.stderr[-3000:]
    assert "nothing lost, nothing twice" in told.stdout
