"""Chats through real receivers: signed, retried, never twice, by mail where a chat does not take it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from peerloom.accounts.models import Organisation, Person
from peerloom.messaging.actions import (
    HookRefused,
    Letter,
    deliver,
    delivering,
    gather,
    post,
    reseal,
    send_again,
    set_hook,
    set_mailbox,
    take_up_lost,
    withdraw,
)
from peerloom.messaging.models import Mailbox, OrganisationHook, OutboxMessage
from peerloom.messaging.queries import stuck_messages
from peerloom.messaging.quiet import is_quiet, next_digest, waits_until
from tests.factories import make_person
from tests.hooks import Receiver

pytestmark = pytest.mark.django_db
ANA = "ana@loomworks.example"
State = OutboxMessage.State


def admin_of(organisation: Organisation) -> Person:
    return Person.objects.filter(email="ada@x.example").first() or make_person(
        "ada@x.example", organisation, "admin"
    )


def box(**more: Any) -> Mailbox:
    likes: dict[str, Any] = {
        "channel": "mail", "hook": None, "quiet_from": 19, "quiet_until": 8, "weekends": True,
        "digest": False, "time_zone": "UTC",
    }  # fmt: skip
    return set_mailbox(ANA, **{**likes, **more})


def letter(key: str = "one", **more: Any) -> Letter:
    links = [("Yes, please", "https://peers.example/answer/x/?say=help")]
    said: dict[str, Any] = {
        "kind": "nudge", "to": ANA, "subject": "Would you like help?", "text": "A\n\nB", "links": links,
    }  # fmt: skip
    return Letter(key, **{**said, **more})


@pytest.mark.parametrize("channel", ["slack", "teams"])
def test_a_chat_gets_its_own_form_with_buttons(
    receiver: Receiver, organisation: Organisation, channel: str
) -> None:
    box(channel=channel, hook=receiver.url)
    post([letter()], organisation_id=organisation.pk)
    assert deliver.call() == 1
    assert deliver.call() == 0

    [body] = receiver.bodies()
    if channel == "slack":
        header, section, actions = body["blocks"]
        assert header["text"]["text"] == "Would you like help?"
        assert section["text"] == {"type": "plain_text", "text": "A\n\nB"}
        assert actions["elements"][0]["url"].endswith("say=help")
    else:
        card = body["attachments"][0]["content"]
        assert [b["text"] for b in card["body"]] == ["Would you like help?", "A", "B"]
        assert card["actions"][0] == {
            "type": "Action.OpenUrl", "title": "Yes, please",
            "url": "https://peers.example/answer/x/?say=help",
        }  # fmt: skip
    # The address is a secret: it is kept sealed.
    assert receiver.address.encode() not in bytes(Mailbox.objects.get().hook_sealed)


def test_an_own_receiver_can_check_who_wrote(
    receiver: Receiver, organisation: Organisation
) -> None:
    secret = set_hook(organisation.pk, receiver.url, by=admin_of(organisation))
    box(channel="hook")
    post([letter(why="Because.")], organisation_id=organisation.pk)
    deliver.call()

    [(headers, body)] = receiver.got
    signed = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    # As the specification has it: what follows `whsec_` is the key, in base64.
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["Webhook-Signature"] == f"v1,{mac}"
    assert json.loads(body)["to"] == ANA
    assert json.loads(body)["why"] == "Because."


def test_a_receiver_in_trouble_is_tried_again_with_the_same_number(
    receiver: Receiver, organisation: Organisation
) -> None:
    box(channel="slack", hook=receiver.url)
    receiver.answers = [503, 429]
    post([letter()], organisation_id=organisation.pk)
    moment = timezone.now()
    for minutes in (0, 3, 8):
        with time_machine.travel(moment + timedelta(minutes=minutes)):
            deliver.call()
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == (State.SENT, 3)
    assert len({h["Peerloom-Delivery"] for h, _ in receiver.got}) == 1


def test_what_a_chat_will_never_take_goes_by_mail_and_the_admin_sees_it(
    receiver: Receiver, organisation: Organisation, mailoutbox: list[Any]
) -> None:
    box(channel="teams", hook=receiver.url)
    receiver.answers = [410]
    post([letter()], organisation_id=organisation.pk)
    deliver.call()

    assert [m.subject for m in mailoutbox] == ["Would you like help?"]
    [stuck] = stuck_messages(organisation.pk)
    assert stuck.error == "The receiver answered with 410."


def test_a_receiver_that_never_answers_holds_up_nothing_for_long(
    organisation: Organisation, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    from peerloom.core import fetch

    monkeypatch.setattr(fetch.deliver_to, "__kwdefaults__", {
        **fetch.deliver_to.__kwdefaults__, "seconds": 0.3,
    })  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        settings.HOOK_HOSTS = [address]
        box(channel="slack", hook=f"http://{address}/")
        post([letter()], organisation_id=organisation.pk)
        deliver.call()
    message = OutboxMessage.objects.get()
    assert message.state == State.WAITING
    assert "took too long" in message.error


def test_a_mail_server_that_is_down_for_a_day_loses_nothing(
    organisation: Organisation, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    post([letter()], organisation_id=organisation.pk)
    moment = timezone.now()
    for hours in range(24):
        with time_machine.travel(moment + timedelta(hours=hours)):
            deliver.call()
    assert OutboxMessage.objects.get().state == State.WAITING
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(moment + timedelta(hours=29)):
        deliver.call()
    assert len(mailoutbox) == 1


def test_after_three_days_it_is_given_up_and_can_be_sent_again(
    organisation: Organisation, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    post([letter()], organisation_id=organisation.pk)
    with time_machine.travel(timezone.now() + timedelta(days=3, hours=1)):
        deliver.call()
    message = OutboxMessage.objects.get()
    assert message.state == State.FAILED
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert send_again(message)
        assert not send_again(message)
        deliver.call()
    assert len(mailoutbox) == 1


def test_what_a_dead_process_held_is_taken_up_and_nothing_goes_twice(
    receiver: Receiver, organisation: Organisation, mailoutbox: list[Any]
) -> None:
    """The three moments at which a process can die: claimed, handing over a mail, and a chat."""
    post([letter(k) for k in ("claimed", "begun")], organisation_id=organisation.pk)
    box(channel="slack", hook=receiver.url)
    post([letter("chat")], organisation_id=organisation.pk)
    long_ago = timezone.now() - timedelta(minutes=11)
    rows = OutboxMessage.objects
    rows.update(state=State.SENDING, claimed_at=long_ago)
    rows.exclude(key="claimed").update(begun_at=long_ago)

    assert take_up_lost() == 3
    deliver.call()
    assert rows.get(key="claimed").state == State.SENT
    assert len(mailoutbox) == 1
    # It may have gone: an admin decides, and until then it does not go again.
    assert rows.get(key="begun").state == State.UNSURE
    assert [h["Peerloom-Delivery"] for h, _ in receiver.got] == ["chat"]
    # What is on its way in a living process is left alone.
    post([letter("alive")], organisation_id=organisation.pk)
    rows.filter(key="alive").update(state=State.SENDING, claimed_at=timezone.now())
    assert take_up_lost() == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "http://hooks.slack.com/x",
        "https://u:p@hooks.slack.com/",
        "nonsense",
    ],
)
def test_an_address_that_is_not_the_chats_is_refused(db: None, url: str) -> None:
    with pytest.raises(HookRefused):
        box(channel="slack", hook=url)
    with pytest.raises(HookRefused):
        box(channel="slack", hook=None)
    assert not Mailbox.objects.exists()


def test_a_receiver_inside_the_network_is_not_reached_unless_the_admin_says_so(
    receiver: Receiver, organisation: Organisation, settings: Any, mailoutbox: list[Any]
) -> None:
    set_hook(organisation.pk, receiver.url, by=admin_of(organisation))
    settings.HOOK_HOSTS = []
    with pytest.raises(HookRefused):
        set_hook(organisation.pk, receiver.url, by=admin_of(organisation))
    box(channel="hook")
    post([letter()], organisation_id=organisation.pk)
    deliver.call()
    assert receiver.got == []
    assert len(mailoutbox) == 1


def test_a_digest_gathers_what_can_wait_into_one_message_a_day(
    organisation: Organisation, mailoutbox: list[Any]
) -> None:
    with time_machine.travel(datetime(2026, 2, 2, 10, tzinfo=UTC)) as clock:
        box(digest=True)
        post(
            [letter("a", calm=True), letter("b", calm=True, subject="Second"), letter("now")],
            organisation_id=organisation.pk,
        )
        deliver.call()
        assert len(mailoutbox) == 1
        assert gather() == 0
        clock.move_to(datetime(2026, 2, 3, 8, 5, tzinfo=UTC))
        assert gather() == 1
        assert gather() == 0
        deliver.call()
    assert len(mailoutbox) == 2
    assert mailoutbox[1].subject == "Would you like help? (+1)"
    assert "Second" in mailoutbox[1].body


def test_what_is_no_longer_true_or_of_use_is_not_sent(
    organisation: Organisation, mailoutbox: list[Any]
) -> None:
    night = datetime(2026, 2, 2, 22, tzinfo=UTC)
    with time_machine.travel(night):
        post(
            [letter("a", calm=True), letter("b", calm=True, until=night + timedelta(hours=3))],
            organisation_id=organisation.pk,
        )
        assert withdraw(["a", "unknown"]) == 1
    with time_machine.travel(night + timedelta(hours=12)):
        deliver.call()
    assert mailoutbox == []
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.LAPSED}


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(
    lambda d: d.replace(tzinfo=UTC)
)
zones = st.sampled_from(
    ["UTC", "Europe/Paris", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "no/zone", ""]
)


@given(moments, zones, st.integers(0, 23), st.integers(0, 23), st.booleans())
@example(datetime(2026, 4, 1, 4, 30, tzinfo=UTC), "America/St_Johns", 2, 0, False)
def test_what_can_wait_never_comes_in_quiet_hours_of_any_zone(
    moment: datetime, zone: str, start: int, end: int, weekends: bool
) -> None:
    likes = Mailbox(quiet_from=start, quiet_until=end, weekends=weekends)
    for due in (waits_until(moment, likes, zone), next_digest(moment, likes, zone)):
        assert not is_quiet(due, likes, zone)
        assert moment <= due <= moment + timedelta(days=4)
    if not is_quiet(moment, likes, zone):
        assert waits_until(moment, likes, zone) == moment


def test_chats_secrets_follow_a_new_key(
    receiver: Receiver, organisation: Organisation, settings: Any, tmp_path: Path
) -> None:
    from peerloom.core import encryption

    settings.ENCRYPTION_KEYS_FILE = tmp_path / "keys"
    secret = set_hook(organisation.pk, receiver.url, by=admin_of(organisation))
    box(channel="slack", hook=receiver.url)
    encryption.add_server_key()
    assert reseal() == 2
    newest = encryption.server_keys()[0]
    for sealed in (Mailbox.objects.get().hook_sealed, OrganisationHook.objects.get().secret_sealed):
        # Without the old key it is read all the same.
        assert Fernet(newest).decrypt(bytes(sealed)).decode() in (secret, receiver.url)


def test_one_that_cannot_be_handed_over_holds_up_no_other(
    organisation: Organisation, mailoutbox: list[Any]
) -> None:
    box(channel="slack", hook="https://hooks.slack.com/services/x")
    # Sealed by a server whose key is gone.
    Mailbox.objects.update(hook_sealed=b"nobody can read this")
    post([letter("broken"), letter("fine", to="ben@x.example")], organisation_id=organisation.pk)
    deliver.call()
    deliver.call()
    # It went by mail instead, and the other as well.
    assert {m.to[0] for m in mailoutbox} == {ANA, "ben@x.example"}
    assert OutboxMessage.objects.get(key="broken").state == State.FAILED


def test_a_line_break_in_a_name_breaks_no_header(
    organisation: Organisation, mailoutbox: list[Any]
) -> None:
    post([letter(subject="Meet Ben\r\nBcc: all@x.example")], organisation_id=organisation.pk)
    deliver.call()
    assert [m.subject for m in mailoutbox] == ["Meet Ben Bcc: all@x.example"]


def test_a_digest_leaves_out_what_came_too_late(
    organisation: Organisation, mailoutbox: list[Any]
) -> None:
    night = datetime(2026, 2, 2, 22, tzinfo=UTC)
    with time_machine.travel(night):
        box(digest=True)
        late = letter("late", calm=True, until=night + timedelta(hours=1))
        post([late, letter("good", calm=True)], organisation_id=organisation.pk)
    with time_machine.travel(night + timedelta(hours=11)):
        gather()
        deliver.call()
    assert len(mailoutbox) == 1
    assert OutboxMessage.objects.get(key="late").state == State.LAPSED


def test_however_much_came_too_late_the_rest_still_goes(
    organisation: Organisation, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After days without a mail server more has lapsed than calls may stand in one another."""
    monkeypatch.setattr(delivering, "AT_ONCE", 1)
    over = timezone.now() - timedelta(hours=1)
    post([letter(f"late-{k}", until=over) for k in range(1100)], organisation_id=organisation.pk)
    post([letter("fine")], organisation_id=organisation.pk)

    assert deliver.call() == 1

    assert len(mailoutbox) == 1
    assert OutboxMessage.objects.filter(state=State.LAPSED).count() == 1100
