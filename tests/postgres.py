"""Runs the rooms', pages' and API's tests on a real PostgreSQL: `python -m tests.postgres`,
or another module with `python -m tests.postgres -m MODULE`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import pgserver

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="peerloom-pg-") as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        environment = os.environ | {"DATABASE_URL": server.get_uri()}
        # A module of its own, or the tests.
        tests = ["-m", "pytest", "tests/rooms", "tests/web", "tests/api", *sys.argv[1:]]
        named = sys.argv[1:2] == ["-m"]
        command = [sys.executable, *(sys.argv[1:] if named else tests)]
        code = subprocess.run(command, env=environment, check=False).returncode
        server.cleanup()
    sys.exit(code)
