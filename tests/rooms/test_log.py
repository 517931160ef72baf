"""The log of who did and saw what: nobody changes it, and whoever does is found out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from peerloom.accounts.models import Organisation, Person
from peerloom.cli import main
from peerloom.core.audit import record, saw
from peerloom.core.chain import bind_log, check_log
from peerloom.core.models import AuditEntry, AuditKey
from peerloom.programs.models import Program
from tests.factories import make_organisation, make_participant, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, settings: Any) -> None:
    settings.ENCRYPTION_KEYS_FILE = tmp_path / "keys"


def lay_open() -> None:
    """As somebody with all rights on the database would: without what holds them back."""
    on = " ON core_auditentry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in ("core_audit_unchanged", "core_audit_kept"):
            cursor.execute(f"DROP TRIGGER {name}{on}")


@pytest.fixture
def bound(organisation: Organisation, manager: Person) -> list[AuditEntry]:
    AuditEntry.objects.all().delete()
    for k in range(5):
        record(manager, "did", organisation, organisation_id=organisation.pk, k=k, half=k / 2)
    assert bind_log() == 5
    return list(AuditEntry.objects.order_by("place"))


def test_entries_are_bound_once_and_in_order(
    bound: list[AuditEntry], organisation: Organisation
) -> None:
    assert [e.place for e in bound] == [1, 2, 3, 4, 5]
    assert bind_log() == 0
    record(None, "went on", organisation, organisation_id=organisation.pk)

    found = check_log()
    assert (found.place, found.waiting, found.problems) == (5, 1, [])
    assert bind_log() == 1
    assert check_log((5, bound[-1].mark)).problems == []


@pytest.mark.parametrize(
    "change",
    ["SET verb = 'saw'", "SET actor_id = NULL", "SET details = '{}'", "SET mark = ''",
     "SET place = 99", "SET at = '2020-01-01 00:00:00+00:00'"],
)  # fmt: skip
def test_the_database_refuses_every_change(bound: list[AuditEntry], change: str) -> None:
    with (
        pytest.raises(DatabaseError, match="only ever added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE core_auditentry {change} WHERE place = 3")
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        bound[2].delete()
    assert check_log().problems == []


@pytest.mark.parametrize(
    ("doing", "words"),
    [
        ("UPDATE core_auditentry SET verb = 'x' WHERE place = 3", "Entry 3 is not as it was"),
        ("UPDATE core_auditentry SET actor_id = 7 WHERE place = 3", "Entry 3 is not as it was"),
        ("DELETE FROM core_auditentry WHERE place = 3", "Between 2 and 4 entries are missing"),
        ("DELETE FROM core_auditentry WHERE place >= 4", "went to 5; what is left ends at 3"),
        ("DELETE FROM core_auditkey", "key is gone"),
    ],
)
def test_whoever_gets_past_that_is_found_out(
    bound: list[AuditEntry], doing: str, words: str
) -> None:
    lay_open()
    with connection.cursor() as cursor:
        cursor.execute(doing)

    assert words in " ".join(check_log().problems)


def test_a_cut_end_is_found_by_what_was_told_before(bound: list[AuditEntry]) -> None:
    lay_open()
    told = (5, bound[4].mark)
    AuditEntry.objects.filter(place__gte=4).delete()
    AuditKey.objects.update(place=3, mark=bound[2].mark)

    assert check_log().problems == []
    assert check_log(told).problems == ["Entry 5 was known and is gone."]


def test_the_command_says_what_it_found(bound: list[AuditEntry]) -> None:
    whole = CliRunner().invoke(main, ["audit"])
    assert whole.exit_code == 0
    assert f"5:{bound[4].mark}" in whole.output
    assert "5 entries, none changed, none missing" in whole.output
    assert CliRunner().invoke(main, ["audit", "--known", "nonsense"]).exit_code == 1
    lay_open()
    AuditEntry.objects.filter(place=2).update(verb="x")

    broken = CliRunner().invoke(main, ["audit", "--known", f"5:{bound[4].mark}"])
    assert broken.exit_code == 1
    assert "Entry 2 is not as it was written" in broken.output


def test_who_looks_is_noted_once_an_hour_and_the_person_reads_it(
    program: Program, manager: Person, client: Client
) -> None:
    ana = make_participant(program, "Ana", state="looking")
    client.force_login(manager)
    page = reverse("participant", args=[program.pk, ana.pk])
    client.get(page)
    client.get(page)
    client.get(reverse("people", args=[program.pk]))

    assert AuditEntry.objects.filter(verb="saw", thing_id=ana.pk).count() == 1
    assert AuditEntry.objects.filter(verb="saw people of").count() == 1
    client.force_login(ana.person)
    assert str(manager) in client.get(reverse("data")).content.decode()
    assert str(manager) in client.get(reverse("my_data", args=["json"])).content.decode()


def test_an_admin_reads_the_log_of_their_own_organisation(
    organisation: Organisation, manager: Person, client: Client
) -> None:
    other = make_organisation("Bakery")
    record(manager, "did this", organisation, organisation_id=organisation.pk, note="=1+1")
    record(manager, "did that elsewhere", other, organisation_id=other.pk)
    saw(manager, organisation, organisation_id=organisation.pk)
    client.force_login(make_person("ada@x.example", organisation, "admin"))
    page = reverse("audit_log", args=[organisation.slug])

    shown = client.get(page).content.decode()
    assert "did this" in shown
    assert "elsewhere" not in shown
    only = client.get(page, {"verb": "saw", "who": manager.email}).content.decode()
    assert "did this" not in only
    assert client.get(page, {"first": "not a day"}).status_code == 422
    file = client.get(page, {"as": "csv"})
    text = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert "did this" in text
    assert "elsewhere" not in text
    assert AuditEntry.objects.filter(verb="took the log of").exists()
