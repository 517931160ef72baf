"""The environment tests run in; loaded by `-p` before Django reads its settings."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp(prefix="peerloom-test-"))
(folder / "static").mkdir()
os.environ["PEERLOOM_DATA_DIR"] = str(folder)
os.environ["PEERLOOM_SECRET_KEY"] = "only-for-tests-only-for-tests-only-for-tests"
os.environ["PEERLOOM_URL"] = "http://localhost:8000"
# Tests of it ask for it; others sign managers in without.
os.environ["PEERLOOM_SECOND_FACTOR"] = "offered"
# A provider of SAML that tests make, and turn on.
os.environ["PEERLOOM_SAML_METADATA"] = str(folder / "saml.xml")
os.environ["PEERLOOM_SAML_ENTITY"] = "https://idp.example/"
# Where pgserver keeps its sockets.
os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
# The browser's event loop is in the thread that makes test data.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
