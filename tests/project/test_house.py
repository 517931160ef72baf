"""The house itself: nothing undocumented, nothing missing, nothing grown out of its room."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from peerloom.cli import COMMANDS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "peerloom"


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_file_has_outgrown_its_subject() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
        if "migrations" not in path.parts
        and (lines := len(path.read_text("utf-8").splitlines())) > 500
    }
    assert long == {}


def test_every_setting_is_documented() -> None:
    text = (SOURCE / "config" / "settings.py").read_text("utf-8")
    for name in ("compiled.py", "progress.py", "cluster.py"):
        text += (SOURCE / "matching" / name).read_text("utf-8")
    names = set(re.findall(r"\"(PEERLOOM_[A-Z_]+|DATABASE_URL)\"", text))
    documented = (ROOT / "docs" / "administrators" / "settings.md").read_text("utf-8")

    assert names
    assert {n for n in names if f"`{n}`" not in documented} == set()


def test_every_command_is_documented() -> None:
    documented = (ROOT / "docs" / "administrators" / "commands.md").read_text("utf-8")

    assert {c for c in COMMANDS if f"`peerloom {c}" not in documented} == set()


@pytest.mark.parametrize(
    "folder", [SOURCE / "web" / "static" / "vendor", ROOT / "tests" / "vendor"]
)
def test_vendored_files_are_those_of_their_packages(folder: Path) -> None:
    lines = [line.split() for line in (folder / "PROVENANCE").read_text().splitlines()]
    rows = [line for line in lines if line[0] != "name"]

    assert rows
    for _, _, name, digest in rows:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_rooms_read_from_each_other_by_their_front_doors() -> None:
    """Pages and rooms use models, actions, queries, rules and errors of another room alone."""
    doors = {"models", "actions", "queries", "rules", "errors"}
    also = {
        "rounds.snapshot",
        "accounts.scopes",
        "participants.imports",
        "participants.reading",
        "partnerships.kindly",
        # What care keeps of answers is sealed with the partnership's own key.
        "partnerships.private",
        "partnerships.reasons",
        "programs.letters",
        "programs.library",
        "programs.scales",
        "programs.template_library",
    }
    rooms = (
        "accounts",
        "programs",
        "participants",
        "partnerships",
        "rounds",
        "care",
        "pulses",
        "results",
    )
    found = set()
    for path in SOURCE.rglob("*.py"):
        here = path.relative_to(SOURCE).parts[0]
        for room, module in re.findall(r"from peerloom\.(\w+)\.(\w+) import", path.read_text()):
            if room in rooms and room != here and module not in doors:
                found.add(f"{room}.{module}")

    assert found <= also


def test_the_picture_of_the_rooms_is_of_the_contract_that_holds() -> None:
    from tests.architecture import PICTURE, drawn

    # `make pictures` draws it.
    assert PICTURE.read_text() == drawn()


def test_every_picture_that_a_guide_shows_can_be_taken_again() -> None:
    from tests.pictures import FOLDER, PICTURES

    shown = set()
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        shown |= set(re.findall(r"pictures/([\w-]+)\.png", page.read_text()))

    assert shown <= set(PICTURES)
    assert all((FOLDER / f"{name}.png").exists() for name in shown)
