"""What partners write: sealed at rest, on nobody else's page, in no letter and no log."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.core.encryption import Unreadable, add_server_key, safe_of, server_keys
from peerloom.messaging.models import OutboxMessage
from peerloom.partnerships import actions, queries
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.private import safe
from peerloom.programs.models import Program
from tests.factories import make_participant, make_person
from tests.web.walk import address, named

WORDS = "the heron eats at noon"


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, settings: Any) -> None:
    settings.ENCRYPTION_KEYS_FILE = tmp_path / "keys"


@pytest.fixture
def planted(program: Program) -> Partnership:
    """A partnership in which the sentence stands wherever partners can write."""
    ana, ben = (make_participant(program, n, state="matched") for n in ("Ana", "Ben"))
    pair = actions.open_partnership([ana, ben])
    me, him = ana.person, pair.parts.get(participant=ben)
    meeting = actions.note_that_we_met(pair, timezone.now(), by=me)
    actions.add_item(meeting, WORDS, hat="mentee", by=me)
    actions.write_shared_note(meeting, WORDS, seen=0, by=me)
    actions.write_private_note(meeting, WORDS, seen=0, by=me)
    actions.add_step(meeting, WORDS, by=me)
    actions.check_in(meeting, {"hats": 1}, by=me)
    actions.write_agreement(pair, {"needs": WORDS}, seen=(1, 0), by=me)
    actions.give_feedback(pair, him.pk, {"helped": WORDS}, by=me)
    actions.thank(pair, him.pk, WORDS, by=me)
    actions.note_learning(pair, WORDS, by=me, meeting=meeting, shared="partners")
    return pair


def test_the_database_holds_no_word_of_it(planted: Partnership) -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for cell in row:
                    raw = (
                        bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                    )
                    assert b"heron" not in raw, table
    assert not OutboxMessage.objects.filter(text__contains="heron").exists()


def test_no_manager_admin_or_sponsor_reads_it_anywhere(
    planted: Partnership,
    program: Program,
    manager: Person,
    places: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    boss = make_person("b@loomworks.example", program.organisation, "admin", "manager", "sponsor")
    meeting = planted.meetings.get()
    reach = places | {"partnership_id": planted.pk, "meeting_id": meeting.pk}
    asked = 0
    for person in (manager, boss):
        client = Client()
        client.force_login(person)
        for pattern in named():
            for method in ("get", "post"):
                if pattern.name == "poster":
                    continue
                answer = getattr(client, method)(address(pattern, reach))
                assert b"heron" not in answer.content, pattern.name
                asked += 1
    assert asked > 300
    assert "heron" not in caplog.text


def test_each_partnership_has_a_key_of_its_own(planted: Partnership, program: Program) -> None:
    other = actions.open_partnership(
        [make_participant(program, n, state="matched") for n in ("Eva", "Fay")]
    )
    sealed = safe(planted).seal(WORDS)
    assert safe(planted).read(sealed) == WORDS
    with pytest.raises(Unreadable):
        safe(other).read(sealed)
    assert safe_of(other.sealing.wrapped).read(safe(other).seal("x")) == "x"
    # Nothing that is saved writes over a key.
    Partnership(pk=planted.pk, program=program, opened_at=timezone.now()).save()
    assert safe(Partnership.objects.get(pk=planted.pk)).read(sealed) == WORDS


def test_keys_are_rotated_and_the_old_one_may_go(planted: Partnership, settings: Any) -> None:
    ana = planted.parts.first().participant.person
    old = server_keys()
    add_server_key()
    assert server_keys()[1:] == old
    assert oct(settings.ENCRYPTION_KEYS_FILE.stat().st_mode).endswith("600")
    assert actions.rewrap_keys() == 1

    settings.ENCRYPTION_KEYS_FILE.write_text(server_keys()[0] + "\n")
    planted = Partnership.objects.get()
    meeting = planted.meetings.get()
    assert queries.meeting_view(meeting, ana).note == WORDS


def test_without_its_key_a_text_is_refused_in_words_and_not_lost(
    planted: Partnership, settings: Any, client: Client
) -> None:
    ana = planted.parts.first().participant.person
    kept = settings.ENCRYPTION_KEYS_FILE.read_text()
    from peerloom.core import encryption

    encryption._unwrapped.cache_clear()
    settings.ENCRYPTION_KEYS_FILE.write_text(Fernet.generate_key().decode())
    client.force_login(ana)
    page = client.get(f"/meetings/{planted.meetings.get().pk}/")
    assert page.status_code == 503
    assert "put the old key back" in page.content.decode()
    settings.ENCRYPTION_KEYS_FILE.write_text(kept)
    encryption._unwrapped.cache_clear()
    assert WORDS in client.get(f"/meetings/{planted.meetings.get().pk}/").content.decode()


def test_a_person_takes_their_own_words_along(planted: Partnership, client: Client) -> None:
    ana, ben = (p.participant.person for p in planted.parts.order_by("pk"))
    client.force_login(ana)
    mine = json.loads(client.get("/me/my-data.json").content)["partnerships"]["partnerships"][0]
    assert mine["own_notes"] == [WORDS]
    assert mine["check_ins"][0]["hats"] == 1
    client.force_login(ben)
    his = json.loads(client.get("/me/my-data.json").content)["partnerships"]["partnerships"][0]
    assert (his["own_notes"], his["check_ins"], his["learning_moments"]) == ([], [], [])
    assert WORDS in his["feedback_received"][0]
