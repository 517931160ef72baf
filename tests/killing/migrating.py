"""`python -m tests.killing.migrating TIMES`: an upgrade killed at random moments, until it is through."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import psycopg

MOST = 40


def migrate(environment: dict[str, str], seconds: float | None) -> bool:
    """Bring the database up to date; ended by force after `seconds`. True if it came to its end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "peerloom", "manage", "migrate", "-v", "0"], env=environment
    )
    try:
        code = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return False
    assert code == 0, "the upgrade went wrong by itself"
    return True


def shape(environment: dict[str, str]) -> str:
    """Every table with its columns, as the database has them."""
    if "DATABASE_URL" not in environment:
        with sqlite3.connect(f"{environment['PEERLOOM_DATA_DIR']}/peerloom.sqlite3") as database:
            rows = database.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2, 3")
            return "\n".join(map(str, rows))
    with psycopg.connect(environment["DATABASE_URL"]) as database:
        columns = database.execute(
            "SELECT table_name, column_name, data_type, is_nullable, column_default "
            "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
        ).fetchall()
        indexes = database.execute(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        database.execute("DROP SCHEMA public CASCADE")
        database.execute("CREATE SCHEMA public")
    return "\n".join(map(str, columns + indexes))


def fresh(folder: str) -> dict[str, str]:
    """An environment with an empty database."""
    return os.environ | {
        "PEERLOOM_DATA_DIR": tempfile.mkdtemp(dir=folder),
        "PEERLOOM_SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests",
        "PEERLOOM_LOG_LEVEL": "CRITICAL",
    }


def main(times: int) -> None:
    """The same in the end, however often it was killed."""
    chance = random.Random(int(os.environ.get("PEERLOOM_SEED", time.time_ns() % 10**6)))
    with tempfile.TemporaryDirectory(prefix="peerloom-migrating-") as folder:
        whole = fresh(folder)
        begun = time.monotonic()
        assert migrate(whole, None)
        usual = time.monotonic() - begun
        wanted, kills = shape(whole), 0
        for _ in range(times):
            environment = fresh(folder)
            for _ in range(MOST):
                if migrate(environment, chance.uniform(0.2 * usual, 0.9 * usual)):
                    break
                kills += 1
            else:
                assert migrate(environment, None)
            assert shape(environment) == wanted
    where = "postgresql" if "DATABASE_URL" in os.environ else "sqlite"
    print(
        f"{where}: upgrades {times} times, {kills} kills (undisturbed {usual:.1f} s): all the same"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
