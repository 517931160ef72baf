"""The same measurement on SQLite and on PostgreSQL, each in a process of its own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

TIMES = 20


def start() -> None:
    """Django with an empty database, and its static files."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "peerloom.config.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def timed(client: Any, address: str) -> tuple[float, float, bytes]:
    """Median and 95th percentile of `TIMES` requests in ms, and the page."""
    spent = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        answer = client.get(address)
        spent.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code == 200, (address, answer.status_code)
    spent.sort()
    return statistics.median(spent), spent[int(0.95 * TIMES) - 1], answer.content


def on_both(module: str, *words: str) -> list[str]:
    """Rows that the module prints with `--measure`, on one database after the other."""
    import pgserver

    rows = []
    for name in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="peerloom-bench-") as folder:
            settings = {
                "PEERLOOM_DATA_DIR": folder,
                "PEERLOOM_SECRET_KEY": "only-for-benchmarks-only-for-benchmarks",
                "PEERLOOM_LOG_LEVEL": "ERROR",
                "PEERLOOM_SECOND_FACTOR": "offered",
            }
            (Path(folder) / "static").mkdir()
            server = None
            if name == "postgresql":
                server = pgserver.get_server(f"{folder}/pg", cleanup_mode="stop")
                settings["DATABASE_URL"] = server.get_uri()
            done = subprocess.run(
                [sys.executable, "-m", module, "--measure", *words],
                env=os.environ | settings, check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            rows += [line for line in done.stdout.splitlines() if line.startswith("|")]
            if server:
                server.cleanup()
    return rows


def keep(name: str, lines: list[str]) -> None:
    """Print the table and keep it beside the others."""
    print("\n".join(lines))
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    (results / f"{name}.md").write_text("\n".join(lines) + "\n")
