"""Events for other systems: told once, signed, tried again, logged."""

from __future__ import annotations

import json
import socket
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from peerloom.accounts.models import Organisation, Person
from peerloom.core.events import OFFERED
from peerloom.messaging.actions import (
    HookRefused,
    add_webhook,
    deliver_again,
    deliver_events,
    look_after_events,
    reseal_webhooks,
    turn_webhook,
)
from peerloom.messaging.models import Webhook, WebhookDelivery
from peerloom.messaging.outside import signed
from peerloom.participants.actions import upsert_people
from peerloom.programs.actions import open_program
from peerloom.programs.models import Program
from peerloom.rounds.actions import publish_round
from tests.api.calling import Caller
from tests.factories import make_organisation, make_people, make_person, solved_round
from tests.hooks import Receiver

pytestmark = pytest.mark.django_db
State = WebhookDelivery.State


@pytest.fixture
def admin(organisation: Organisation) -> Person:
    return make_person("ada@loomworks.example", organisation, "admin")


@pytest.fixture
def hook(
    organisation: Organisation, program: Program, admin: Person, receiver: Receiver
) -> tuple[Webhook, str]:
    return add_webhook(organisation.pk, name="HR", url=receiver.url, kinds=[], by=admin)


def happen(program: Program, manager: Person, commits: Any) -> None:
    """Something happens."""
    with commits(execute=True):
        open_program(program, by=manager)


def test_what_happens_arrives_signed_and_once(
    hook: tuple[Webhook, str],
    receiver: Receiver,
    program: Program,
    manager: Person,
    django_capture_on_commit_callbacks: Any,
) -> None:
    happen(program, manager, django_capture_on_commit_callbacks)
    deliver_events.call()

    ((headers, body),) = receiver.got
    said = json.loads(body)
    assert said["type"] == "program.opened"
    assert said["subject"] == {"kind": "program", "id": program.pk}
    assert said["program_id"] == program.pk
    assert said["actor_id"] == manager.pk
    at = int(headers["Webhook-Timestamp"])
    assert (
        headers["Webhook-Signature"] == signed(hook[1], said["id"], at, body)["Webhook-Signature"]
    )
    assert headers["Webhook-Id"] == said["id"]
    kept = WebhookDelivery.objects.get()
    assert (kept.state, kept.status, kept.attempts) == (State.SENT, 200, 1)


def test_what_did_not_happen_is_not_told(
    hook: tuple[Webhook, str], receiver: Receiver, program: Program, manager: Person
) -> None:
    with transaction.atomic():
        open_program(program, by=manager)
        assert WebhookDelivery.objects.exists()
        transaction.set_rollback(True)

    deliver_events.call()

    assert receiver.got == []


def test_a_publication_tells_of_each_partnership_and_asks_once_who_listens(
    hook: tuple[Webhook, str],
    program: Program,
    manager: Person,
    django_capture_on_commit_callbacks: Any,
) -> None:
    make_people(program, 12)
    one = solved_round(program, manager, django_capture_on_commit_callbacks)
    with CaptureQueriesContext(connection) as queries:
        publish_round(one, by=manager)

    told = Counter(WebhookDelivery.objects.values_list("kind", flat=True))
    assert told["partnership.opened"] == 6
    assert told["round.published"] == 1
    opened = WebhookDelivery.objects.filter(kind="partnership.opened")
    numbers = {d.body["subject"]["id"] for d in opened}
    assert numbers == set(program.partnerships.values_list("pk", flat=True))
    asked = [q for q in queries.captured_queries if 'FROM "messaging_webhook"' in q["sql"]]
    assert len(asked) <= 3


def test_events_hold_numbers_alone(
    hook: tuple[Webhook, str], program: Program, manager: Person
) -> None:
    rows = [{"email": "planted@x.example", "name": "Planted Name", "site": "planted"}]
    upsert_people(program, rows, looking=True, dry_run=False, by=manager)

    told = "".join(json.dumps(d.body) for d in WebhookDelivery.objects.all())

    assert '"new": 1' in told
    assert "lanted" not in told


def test_each_hears_what_it_chose_of_its_own_organisation(
    organisation: Organisation, admin: Person, receiver: Receiver, program: Program, manager: Person
) -> None:
    other = make_organisation("Other")
    for name, owner, kinds in (("all", organisation, []), ("some", organisation, ["person.left"]),
                               ("theirs", other, [])):  # fmt: skip
        add_webhook(owner.pk, name=name, url=receiver.url, kinds=kinds, by=admin)
    WebhookDelivery.objects.all().delete()

    open_program(program, by=manager)

    assert [d.hook.name for d in WebhookDelivery.objects.all()] == ["all"]


def test_a_receiver_in_trouble_is_tried_again_for_three_days(
    hook: tuple[Webhook, str], receiver: Receiver, program: Program, manager: Person
) -> None:
    receiver.always = 503
    with time_machine.travel("2027-01-04 09:00:00Z", tick=False) as clock:
        open_program(program, by=manager)
        waits = []
        while WebhookDelivery.objects.get().state == State.WAITING:
            one = WebhookDelivery.objects.get()
            clock.move_to(one.due_at)
            deliver_events.call()
            waits.append(WebhookDelivery.objects.get().due_at - one.due_at)

    assert waits[:3] == [timedelta(minutes=m) for m in (2, 4, 8)]
    assert max(waits) == timedelta(hours=4)
    assert 20 < len(receiver.got) < 40
    assert len({h["Webhook-Id"] for h, _ in receiver.got}) == 1
    assert "503" in WebhookDelivery.objects.get().error

    receiver.always = 200
    assert deliver_again(WebhookDelivery.objects.get())
    deliver_events.call()
    assert WebhookDelivery.objects.get().state == State.SENT


def test_others_do_not_wait_behind_a_receiver_that_does_not_answer(
    hook: tuple[Webhook, str],
    receiver: Receiver,
    organisation: Organisation,
    program: Program,
    manager: Person,
    admin: Person,
    settings: Any,
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{silent.getsockname()[1]}"
        settings.HOOK_HOSTS = [receiver.address, nobody]
        add_webhook(organisation.pk, name="x", url=f"http://{nobody}/", kinds=[], by=admin)
        for _ in range(5):
            open_program(program, by=manager)

        assert deliver_events.call() == 5

    waiting = WebhookDelivery.objects.filter(hook__name="x")
    assert sorted(waiting.values_list("state", "attempts")) == [(State.WAITING, 0)] * 4 + [
        (State.WAITING, 1)
    ]
    assert len(set(waiting.values_list("due_at", flat=True))) == 1


def test_a_receiver_that_refuses_is_not_tried_again(
    hook: tuple[Webhook, str], receiver: Receiver, program: Program, manager: Person
) -> None:
    receiver.always = 400
    open_program(program, by=manager)
    deliver_events.call()

    assert WebhookDelivery.objects.get().state == State.FAILED
    assert Webhook.objects.get().off_at is None


def test_a_receiver_that_is_gone_is_turned_off(
    hook: tuple[Webhook, str], receiver: Receiver, program: Program, manager: Person
) -> None:
    receiver.always = 410
    open_program(program, by=manager)
    deliver_events.call()

    assert Webhook.objects.get().off_at


def test_one_that_is_off_hears_nothing(
    hook: tuple[Webhook, str], receiver: Receiver, program: Program, manager: Person, admin: Person
) -> None:
    turn_webhook(hook[0], False, by=admin)
    open_program(program, by=manager)
    deliver_events.call()

    assert receiver.got == []


def test_what_a_dead_process_left_is_taken_up(
    hook: tuple[Webhook, str], receiver: Receiver, program: Program, manager: Person
) -> None:
    open_program(program, by=manager)
    WebhookDelivery.objects.update(state=State.SENDING, claimed_at=timezone.now())
    assert look_after_events() == 0

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert look_after_events() == 1


def test_deliveries_are_forgotten_after_thirty_days(
    hook: tuple[Webhook, str], program: Program, manager: Person
) -> None:
    open_program(program, by=manager)
    deliver_events.call()

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        look_after_events()

    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://x.example/",
        "ftp://x.example/",
        "https://u:p@x.example/",
        "https:///",
        "x",
        "https://[::1",
    ],
)
def test_an_address_that_nothing_goes_to(
    organisation: Organisation, admin: Person, url: str
) -> None:
    with pytest.raises(HookRefused):
        add_webhook(organisation.pk, name="x", url=url, kinds=[], by=admin)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://169.254.169.254/", "https://[::1]/"]
)
def test_our_own_network_is_not_reached(
    organisation: Organisation, admin: Person, program: Program, manager: Person, url: str
) -> None:
    add_webhook(organisation.pk, name="x", url=url, kinds=["program.opened"], by=admin)
    open_program(program, by=manager)

    deliver_events.call()

    assert WebhookDelivery.objects.get().state == State.FAILED


def test_secrets_are_sealed_anew(hook: tuple[Webhook, str]) -> None:
    before = bytes(Webhook.objects.get().secret_sealed)

    assert reseal_webhooks() == 1
    assert bytes(Webhook.objects.get().secret_sealed) != before
    assert hook[1].encode() not in before


def test_events_that_are_offered_are_told_of_things_that_there_are() -> None:
    from django.apps import apps

    assert len(OFFERED) > 15
    for one in OFFERED.values():
        assert bool(one.thing) == bool(one.verb)
        if one.thing:
            apps.get_model(one.thing)


def test_an_admin_sets_one_up_on_the_page(
    admin: Person,
    organisation: Organisation,
    receiver: Receiver,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = Client()
    client.force_login(admin)
    page = reverse("webhooks", args=[organisation.slug])
    made = client.post(page, {"verb": "add", "name": "HR", "url": receiver.url})
    assert b"whsec_" in made.content
    hook = Webhook.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {"verb": "try", "hook": hook.pk})
    deliver_events.call()
    shown = client.get(page).content.decode()

    assert "webhook.test" in shown
    assert "Delivered" in shown
    assert "whsec_" not in shown
    sent = WebhookDelivery.objects.get(kind="webhook.test")
    client.post(page, {"verb": "again", "delivery": sent.pk})
    client.post(page, {"verb": "off", "hook": hook.pk})
    assert Webhook.objects.get().off_at
    client.post(page, {"verb": "remove", "hook": hook.pk})
    assert not Webhook.objects.exists()
    assert (
        client.post(page, {"verb": "add", "name": "x", "url": "http://x.example/"}).status_code
        == 422
    )


def test_the_api_sets_one_up_too(
    admin: Person, organisation: Organisation, receiver: Receiver
) -> None:
    call = Caller(admin)
    at = f"organisations/{organisation.slug}"
    made = call(
        "POST", f"{at}/webhooks", {"name": "HR", "url": receiver.url, "kinds": ["person.left"]}
    )
    assert made.status_code == 201
    number = made.json()["id"]
    assert made.json()["secret"].startswith("whsec_")

    call("POST", f"{at}/webhooks/{number}/test")
    deliver_events.call()
    (sent,) = call.get(f"{at}/deliveries?state=sent")["items"]

    assert sent["kind"] == "webhook.test"
    assert "secret" not in call.get(f"{at}/webhooks")["items"][0]
    assert call("POST", f"{at}/deliveries/{sent['id']}/again").json()["count"] == 1
    strange = call("POST", f"{at}/webhooks", {"name": "x", "url": receiver.url, "kinds": ["x"]})
    assert strange.status_code == 422
    assert call("DELETE", f"{at}/webhooks/{number}").status_code == 204
