"""What `peerloom doctor` looks at; each check says in words what it found and what to do."""

from __future__ import annotations

import shutil
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from peerloom.core.encryption import Unreadable
from peerloom.core.models import AuditEntry, Lease
from peerloom.messaging.models import OutboxMessage
from peerloom.partnerships.models import PartnershipKey
from peerloom.partnerships.private import safe

GIGABYTE = 2**30
LATE = timedelta(minutes=10)
LEAST_POSTGRESQL = 140000


@dataclass(frozen=True)
class Found:
    """One thing that was looked at: 'good', 'look' (worth one) or 'bad'."""

    what: str
    state: str
    words: str


def examine() -> list[Found]:
    """All checks; one that cannot be made says so and keeps no other from being made."""
    found: list[Found] = []
    for what, check in _CHECKS.items():
        try:
            found += [Found(what, state, words) for state, words in check()]
        except (DatabaseError, OSError) as error:
            found.append(Found(what, "bad", f"it could not be looked at ({error})"))
    return found


def _address() -> Iterator[tuple[str, str]]:
    if settings.SITE_URL.startswith("https://"):
        yield "good", f"{settings.SITE_URL}, cookies go over TLS alone"
    elif "localhost" in settings.SITE_URL or "127.0.0.1" in settings.SITE_URL:
        yield (
            "look",
            f"{settings.SITE_URL}: for others set PEERLOOM_URL to the public https address",
        )
    else:
        yield "bad", f"{settings.SITE_URL} has no TLS: put a web server with TLS in front"


def _database() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check")
            (whole,) = cursor.fetchone()
            cursor.execute("PRAGMA journal_mode")
            (mode,) = cursor.fetchone()
            yield (
                ("good", "SQLite, whole")
                if whole == "ok"
                else ("bad", f"the file is damaged ({whole}): restore the last backup")
            )
            if mode != "wal":
                yield "bad", f"journal mode is {mode}: the disk must allow WAL (no network drive)"
            return
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
        state = "good" if version >= LEAST_POSTGRESQL else "bad"
        yield (
            state,
            f"PostgreSQL {version // 10000}" + ("" if state == "good" else ": 14 is needed"),
        )


def _migrations() -> Iterator[tuple[str, str]]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{m.app_label}.{m.name}" for m, _ in plan[:3])
        yield "bad", f"{len(plan)} wait ({names}): `peerloom manage migrate`"
    else:
        yield "good", "all are applied"


def _keys() -> Iterator[tuple[str, str]]:
    path = Path(settings.ENCRYPTION_KEYS_FILE)
    if not settings.ENCRYPTION_KEYS and path.exists() and path.stat().st_mode & 0o077:
        yield "bad", f"others may read {path}: `chmod 600 {path}`"
    newest = PartnershipKey.objects.select_related("partnership").order_by("-pk").first()
    if newest is None:
        yield "good", "nothing is sealed yet"
        return
    try:
        safe(newest.partnership)
    except Unreadable:
        yield "bad", "they do not open what partners wrote: put the old keys back"
    else:
        yield "good", "they open what partners wrote; keep a copy apart from the database's"


def _disk() -> Iterator[tuple[str, str]]:
    free = shutil.disk_usage(settings.DATA_DIR).free
    words = f"{free / GIGABYTE:.1f} GB free at {settings.DATA_DIR}"
    yield ("good", words) if free > GIGABYTE else ("bad", f"{words}: make room before it is full")


def _clock() -> Iterator[tuple[str, str]]:
    newest = AuditEntry.objects.order_by("-at").first()
    ahead = newest.at - timezone.now() if newest else timedelta(0)
    if ahead > timedelta(minutes=2):
        yield "bad", f"the log's newest entry is {ahead} ahead: this machine's clock went back"
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - timezone.now())
        state = "good" if apart < timedelta(seconds=30) else "bad"
        yield state, f"{apart.total_seconds():.0f} s from the database's"
    else:
        yield "good", "it has not gone back"


def _scheduler() -> Iterator[tuple[str, str]]:
    lease = Lease.objects.filter(name="tick").first()
    if lease is None:
        yield "look", "never seen: `peerloom serve` runs it, or `peerloom tick --every 60`"
    elif lease.until < timezone.now() - LATE:
        yield "bad", f"not seen since {lease.until:%Y-%m-%d %H:%M} UTC: start `peerloom tick`"
    else:
        yield "good", f"{lease.holder} does what is due"


def _jobs() -> Iterator[tuple[str, str]]:
    late = DBTaskResult.objects.ready().filter(enqueued_at__lt=timezone.now() - LATE).count()
    yield (
        ("bad", f"{late} wait for more than ten minutes: does a worker run?")
        if late
        else ("good", "none waits for long")
    )


def _messages() -> Iterator[tuple[str, str]]:
    stuck = OutboxMessage.objects.filter(state__in=("failed", "unsure")).count()
    late = OutboxMessage.objects.filter(state="waiting", due_at__lt=timezone.now() - LATE).count()
    if late:
        yield "bad", f"{late:,} wait for more than ten minutes: does `peerloom tick` run?"
    if stuck:
        yield "look", f"{stuck:,} were not delivered: see Messages, under People and roles"
    if not late and not stuck:
        yield "good", "none is stuck"


def _mail() -> Iterator[tuple[str, str]]:
    if not settings.EMAIL_HOST:
        yield "look", f"no server is named: mail is laid into {settings.EMAIL_FILE_PATH}"
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=10) as server:
            if settings.EMAIL_USE_TLS:
                server.starttls(context=ssl.create_default_context())
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        yield "bad", f"{where} does not take us ({type(error).__name__})"
    else:
        yield "good", f"{where} takes us"


def _log() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'core_audit_%'"
            if connection.vendor == "sqlite"
            else "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'core_audit_%' AND tgenabled <> 'D'"
        )
        (there,) = cursor.fetchone()
    late = AuditEntry.objects.filter(place=None, at__lt=timezone.now() - LATE).count()
    if there < 2:
        yield "bad", "the database would let entries be changed: its triggers are gone"
    if late:
        yield "bad", f"{late:,} entries are not bound yet: does `peerloom tick` run?"
    if there >= 2 and not late:
        yield "good", "entries are bound; `peerloom audit` goes through all of them"


_CHECKS: dict[str, Callable[[], Iterator[tuple[str, str]]]] = {
    "address": _address,
    "database": _database,
    "migrations": _migrations,
    "keys": _keys,
    "disk": _disk,
    "clock": _clock,
    "scheduler": _scheduler,
    "jobs": _jobs,
    "messages": _messages,
    "mail server": _mail,
    "audit log": _log,
}
