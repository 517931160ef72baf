"""Health, readiness, metrics, and logs without anybody's data."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from peerloom.config.logs import logging_for, without_people
from peerloom.core.room import disk_is_full
from peerloom.messaging.actions import Letter, post
from tests.api.calling import Caller
from tests.factories import make_organisation, make_person, make_program

pytestmark = pytest.mark.django_db
TOKEN = "a-token-that-nobody-guesses"


def test_ready_only_with_the_whole_database(client: Client) -> None:
    assert client.get("/ready/").json() == {"ok": True, "missing": []}
    MigrationRecorder.Migration.objects.filter(app="messaging").order_by("name").last().delete()

    behind = client.get("/ready/")
    assert (behind.status_code, behind.json()["missing"]) == (503, ["migrations"])
    assert client.get("/health/").status_code == 200


def test_metrics_are_for_who_has_the_token(client: Client, settings: Any) -> None:
    assert client.get("/metrics/").status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for given in ("", "Bearer ", "Bearer é", f"Bearer {TOKEN}x"):
        assert client.get("/metrics/", headers={"Authorization": given}).status_code == 404
    post([Letter("k", "x", "a@x.example", "s", "t")], organisation_id=1)
    client.get("/health/")

    answer = client.get("/metrics/", headers={"Authorization": f"Bearer {TOKEN}"})
    text = answer.content.decode()

    assert 'peerloom_messages{state="waiting"} 1.0' in text
    assert "peerloom_jobs_waiting 0.0" in text
    assert 'view="health"' in text
    assert "a@x.example" not in text


@pytest.mark.parametrize("form", ["lines", "json"])
def test_no_line_names_anybody_or_holds_a_secret(form: str) -> None:
    out = io.StringIO()
    made = logging_for("INFO", form)
    made["handlers"]["console"]["stream"] = out
    made["loggers"] = {}
    kept = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(made)
    try:
        logger = logging.getLogger("peerloom.test")
        logger.info("sent to %s", "ana.b+c@mail.example.org")
        logger.warning("Not Found: /calendar/s3cr3t.ics and /pulse/meeting/abc:def/")
        try:
            raise ValueError("no place for eva@x.example")
        except ValueError:
            logger.exception("went wrong", extra={"people": ["ana@x.example"]})
    finally:
        logging.root.handlers, logging.root.level = kept
    text = out.getvalue()

    for word in ("mail.example", "s3cr3t", "abc:def", "x.example"):
        assert word not in text
    assert "Traceback" in text
    if form == "json":
        rows = [json.loads(line) for line in text.splitlines()]
        assert [r["level"] for r in rows] == ["info", "warning", "error"]
        assert "ValueError" in rows[2]["exception"]


def test_ordinary_words_stay() -> None:
    assert (
        without_people("GET /manage/1/people/ 200 at 10:00") == "GET /manage/1/people/ 200 at 10:00"
    )


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how full it is can be set there")
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_told_and_nothing_is_lost() -> None:
    organisation = make_organisation("Loomworks")
    manager = make_person("mika@loomworks.example", organisation, "manager")
    program = make_program(organisation, manager)
    caller, client = Caller(manager), Client()
    client.force_login(manager)
    long = {"kind": "resource", "title": "Long", "body": "x" * 19_000}
    with connection.cursor() as cursor:
        # Nothing is left of tests before, into which more would fit.
        cursor.execute("VACUUM")
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    before = program.materials.count()
    try:
        answers = [caller("POST", f"programs/{program.pk}/materials", long) for _ in range(30)]
        page = client.post(reverse("new_material", args=[program.pk]), long)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")

    done = [a for a in answers if a.status_code == 201]
    full = [a for a in answers if a.status_code != 201]
    assert full
    assert {a.status_code for a in full} == {507}
    assert full[0].json()["type"] == "urn:peerloom:problem:full"
    assert program.materials.count() == before + len(done)
    assert page.status_code == 507
    assert "Nothing was changed" in page.content.decode()
    assert client.get(reverse("materials", args=[program.pk])).status_code == 200


@pytest.mark.skipif(connection.vendor == "sqlite", reason="PostgreSQL's own word for it")
def test_postgresql_says_that_its_disk_is_full() -> None:
    with pytest.raises(DatabaseError) as full, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '53100'; END $$")
    assert disk_is_full(full.value)
    with pytest.raises(DatabaseError) as other, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert not disk_is_full(other.value)
