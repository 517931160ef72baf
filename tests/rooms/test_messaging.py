"""Mail leaves through a real server, once, and waits where there is none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller

from peerloom.accounts.models import Person
from peerloom.messaging.actions import Letter, deliver, post
from peerloom.messaging.models import OutboxMessage
from peerloom.programs.models import Program
from peerloom.rounds.actions import publish_round
from tests.factories import make_participant, solved_round


class Inbox:
    """Keeps what a real SMTP server is given."""

    def __init__(self) -> None:
        self.letters: list[Message] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    handler = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield handler
    controller.stop()


def test_introductions_reach_both_in_text_and_html(
    program: Program, manager: Person, inbox: Inbox, django_capture_on_commit_callbacks: Any
) -> None:
    make_participant(program, "Ana", wants="negotiation", offers="sql", gender="woman")
    make_participant(program, "Ben", wants="sql", offers="negotiation")
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)

    with django_capture_on_commit_callbacks(execute=True):
        publish_round(matching_round, by=manager)

    assert sorted(str(m["to"]) for m in inbox.letters) == [
        "ana@loomworks.example",
        "ben@loomworks.example",
    ]
    to_ana = next(m for m in inbox.letters if "ana@" in m["to"])
    text, html = (part.get_payload(decode=True).decode() for part in to_ana.get_payload())  # type: ignore[union-attr]
    assert to_ana["subject"] == "Meet Ben, your peer in New leads"
    for body in (text, html):
        assert "negotiation" in body
        assert "Ben" in body
        assert "woman" not in body


def test_a_letter_with_a_known_key_is_not_sent_again(
    db: None, inbox: Inbox, django_capture_on_commit_callbacks: Any
) -> None:
    letter = Letter("once", "test", "ana@x.example", "Hello", "Text")
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            post([letter], organisation_id=1)
    deliver.call()

    assert len(inbox.letters) == 1


def test_mail_waits_when_the_server_is_away_and_goes_later(
    db: None, settings: Any, inbox: Inbox, django_capture_on_commit_callbacks: Any
) -> None:
    there = settings.EMAIL_PORT
    settings.EMAIL_PORT = 9
    with django_capture_on_commit_callbacks(execute=True):
        post([Letter("later", "test", "ana@x.example", "Hello", "Text")], organisation_id=1)

    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == ("waiting", 1)
    assert "refused" in message.error

    settings.EMAIL_PORT = there
    deliver.call()
    assert inbox.letters == []
    with time_machine.travel(message.due_at + timedelta(seconds=1), tick=False):
        deliver.call()

    assert [m["to"] for m in inbox.letters] == ["ana@x.example"]
