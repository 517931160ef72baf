"""The client in the docs does what it says, against a running server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from peerloom.accounts.actions import make_api_token
from peerloom.partnerships.models import Partnership
from tests.factories import make_organisation, make_person

EXAMPLE = Path(__file__).parents[2] / "docs" / "api" / "example.py"
ROWS = "email,name,offers,wants\n" + "".join(
    f"p{k}@x.example,Person {k},{'sql' if k % 2 else 'speaking'},{'speaking' if k % 2 else 'sql'}\n"
    for k in range(12)
)


@pytest.mark.django_db(transaction=True)
def test_the_example_brings_people_together(live_server: Any, tmp_path: Path) -> None:
    manager = make_person("mika@loomworks.example", make_organisation("Loomworks"), "manager")
    scopes = ["programs:write", "people:write", "matching:write"]
    _, secret = make_api_token(manager, name="Example", scopes=scopes, days=1, by=manager)
    (tmp_path / "people.csv").write_text(ROWS, encoding="utf-8")

    told = subprocess.run(
        [sys.executable, EXAMPLE, tmp_path / "people.csv"],
        env=os.environ | {"PEERLOOM_URL": live_server.url, "PEERLOOM_TOKEN": secret},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert told.returncode == 0, told.stderr
    first, second, *pairs = told.stdout.splitlines()
    assert first == "12 new, 0 changed, 0 refused"
    assert second == "12 of 12 have a peer"
    assert len(pairs) == Partnership.objects.count() == 6
    assert all(" and " in pair for pair in pairs)
