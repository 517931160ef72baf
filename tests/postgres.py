"""Runs the rooms', pages' and API's tests on a real PostgreSQL: `python -m tests.postgres`."""

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
        command = [
            sys.executable,
            "-m",
            "pytest",
            "tests/rooms",
            "tests/web",
            "tests/api",
            *sys.argv[1:],
        ]
        code = subprocess.run(command, env=environment, check=False).returncode
        server.cleanup()
    sys.exit(code)
