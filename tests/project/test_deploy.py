"""What is shipped for service managers names what is there."""

from __future__ import annotations

import configparser
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from peerloom.cli import COMMANDS, main

UNIT = Path(__file__).parents[2] / "deploy" / "peerloom.service"


def read() -> configparser.ConfigParser:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT)
    return unit


def test_the_unit_starts_a_command_that_there_is() -> None:
    _, command, *options = shlex.split(read()["Service"]["ExecStart"])
    known = CliRunner().invoke(main, [command, "--help"]).output

    assert command in COMMANDS
    assert all(o in known for o in options if o.startswith("--"))
    assert read()["Service"]["StateDirectory"] in " ".join(options)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    # Its own program is not installed there.
    text = UNIT.read_text().replace("/opt/peerloom/bin/peerloom", "/bin/true")
    (tmp_path / "peerloom.service").write_text(text)
    command = ["systemd-analyze", "verify", str(tmp_path / "peerloom.service")]
    found = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "Unknown" not in found.stderr
    assert "peerloom.service" not in found.stderr
