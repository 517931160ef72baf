"""A backup brought back into an empty database is what it was, on either database."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from peerloom.core.audit import record
from peerloom.core.backup import BackupError, read_backup, write_backup
from peerloom.core.chain import bind_log
from peerloom.core.encryption import server_keys
from peerloom.programs.models import Program
from tests.places import places as places

pytestmark = pytest.mark.django_db


def tables(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar.getmembers()}  # type: ignore[union-attr]


def peerloom(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PEERLOOM_", "DATABASE_URL"))}
    command = [sys.executable, "-m", "peerloom", *map(str, words)]
    return subprocess.run(
        command, env=env | environment, capture_output=True, text=True, check=False
    )


def same_rows(first: dict[str, bytes], second: dict[str, bytes]) -> None:
    assert first.keys() == second.keys()
    for name in first.keys() - {"manifest.json"}:
        a, b = (
            [json.loads(line) for line in one.splitlines()] for one in (first[name], second[name])
        )
        assert a == b, name


def test_what_is_brought_back_is_what_it_was(
    places: dict[str, Any], program: Program, tmp_path: Path
) -> None:
    record(None, "went on", program, organisation_id=program.organisation_id, share=1 / 3)
    bind_log()
    copy, again, keys = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz", tmp_path / "keys"
    counts = write_backup(copy)
    keys.write_text(
        f"secret {django_settings.SECRET_KEY}\n" + "".join(f"key {k}\n" for k in server_keys())
    )

    restored = peerloom("restore", copy, "--data", tmp_path / "new", "--keys", keys)
    assert restored.returncode == 0, restored.stderr
    assert f"{sum(counts.values()):,} rows" in restored.stdout
    assert "audit log" not in restored.stderr
    assert peerloom("backup", again, "--data", tmp_path / "new").returncode == 0

    assert counts["partnerships.meeting"] == 1
    same_rows(tables(copy), tables(again))
    checked = peerloom("audit", PEERLOOM_DATA_DIR=str(tmp_path / "new"))
    assert "none changed, none missing" in checked.stdout
    # New rows get numbers of their own, and a database that holds something is left alone.
    twice = peerloom("restore", copy, "--data", tmp_path / "new")
    assert twice.returncode == 1
    assert "holds something already" in twice.stderr
    other = peerloom("restore", copy, "--data", tmp_path / "new", "--keys", _other_keys(tmp_path))
    assert "holds other keys already" in other.stderr


def _other_keys(folder: Path) -> Path:
    path = folder / "other"
    path.write_text("secret x\nkey y\n")
    return path


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs another PostgreSQL database")
def test_a_copy_goes_into_postgresql_and_numbers_go_on(
    places: dict[str, Any], tmp_path: Path
) -> None:
    import psycopg

    copy, again = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    write_backup(copy)
    url = os.environ["DATABASE_URL"]
    name = f"restored_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as control:
        control.execute(f"CREATE DATABASE {name}")
    there = (
        url.replace("/postgres?", f"/{name}?")
        if "/postgres?" in url
        else f"{url.rsplit('/', 1)[0]}/{name}"
    )
    more = {"DATABASE_URL": there, "PEERLOOM_DATA_DIR": str(tmp_path / "data")}

    restored = peerloom("restore", copy, **more)
    assert restored.returncode == 0 or "keys" in restored.stderr, restored.stderr
    assert peerloom("backup", again, **more).returncode == 0
    same_rows(tables(copy), tables(again))
    with psycopg.connect(there) as new:
        last = new.execute("SELECT max(id) FROM accounts_person").fetchone()
        fresh = new.execute(
            "INSERT INTO accounts_organisation (name, slug, created_at, privacy_contact, "
            "privacy_basis, keeps) VALUES ('X', 'x', now(), '', '', '{}') RETURNING id"
        ).fetchone()
    assert last
    assert fresh


class TestWhatIsRefused:
    def test_no_room_leaves_the_last_one(self, tmp_path: Path) -> None:
        path = tmp_path / "a.tar.gz"
        path.write_bytes(b"the last one")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600, hard))
        try:
            with pytest.raises(BackupError, match="what was there before is as it was"):
                write_backup(path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

        assert path.read_bytes() == b"the last one"
        assert [p.name for p in tmp_path.iterdir()] == ["a.tar.gz"]

    @pytest.mark.parametrize(
        ("harm", "words"),
        [
            (lambda t: t.update({"accounts.person.jsonl": b'["id"]\n[1]\n'}), "damaged in"),
            (lambda t: t.pop("accounts.person.jsonl"), "lacks 'accounts.person'"),
            (lambda t: t.pop("manifest.json"), "not a backup of Peerloom"),
            (lambda t: t.update({"manifest.json": b"[]"}), "not a backup of Peerloom"),
            (lambda t: _newer(t), "newer than this one"),
        ],
    )
    def test_a_copy_that_is_not_whole(self, tmp_path: Path, harm: Any, words: str) -> None:
        good, bad = tmp_path / "good.tar.gz", tmp_path / "bad.tar.gz"
        write_backup(good)
        held = tables(good)
        harm(held)
        with tarfile.open(bad, "w:gz") as tar:
            for name, content in held.items():
                path = tmp_path / "cell"
                path.write_bytes(content)
                tar.add(path, arcname=name)

        with pytest.raises(BackupError, match=words):
            read_backup(bad)

    def test_something_else_altogether(self, tmp_path: Path) -> None:
        path = tmp_path / "x"
        path.write_bytes(b"nothing of the kind")

        with pytest.raises(BackupError, match="cannot be read as a backup"):
            read_backup(path)


def _newer(held: dict[str, bytes]) -> None:
    manifest = json.loads(held["manifest.json"])
    manifest["migrations"].append(["accounts", "0999_from_the_future"])
    held["manifest.json"] = json.dumps(manifest).encode()
