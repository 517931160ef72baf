"""What a new version changes in the database lets the version before go on: a rolling upgrade."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

pytestmark = pytest.mark.django_db
# The last migration of each room before versions ran side by side.
BEFORE = {
    "accounts": "0006", "care": "0001", "core": "0005", "messaging": "0004", "participants": "0011",
    "partnerships": "0005", "programs": "0010", "pulses": "0001", "results": "0001", "rounds": "0005",
}  # fmt: skip


def rooms() -> list[str]:
    return [c.label for c in apps.get_app_configs() if c.name.startswith("peerloom.")]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one machine alone")
def test_nothing_that_the_version_before_uses_is_taken_away_or_locked() -> None:
    loader = MigrationLoader(connection)
    fresh = [
        migration
        for (room, name), migration in loader.disk_migrations.items()
        if room in rooms() and name[:4] > BEFORE.get(room, "")
    ]
    assert len(fresh) >= 4
    linter = MigrationLinter(
        no_cache=True,
        no_output=True,
        analyser_string=connection.vendor,
        all_warnings_as_errors=False,
    )

    for migration in fresh:
        linter.lint_migration(migration)

    assert not linter.has_errors, [m.name for m in fresh]
    assert linter.nb_total == len(fresh)


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
