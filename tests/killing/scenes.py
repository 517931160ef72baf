"""What is worked on when the process ends: solving, publishing, importing, sending, telling."""

from __future__ import annotations

import asyncio
import email
import email.policy
import random
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings

from peerloom.accounts.models import Organisation, Person
from peerloom.core.models import AuditEntry, Job
from peerloom.messaging.actions import (
    Letter,
    add_webhook,
    deliver,
    deliver_events,
    look_after_events,
    post,
    take_up_lost,
)
from peerloom.messaging.models import OutboxMessage, WebhookDelivery
from peerloom.participants import imports
from peerloom.partnerships.models import Partnership
from peerloom.programs.actions import set_policy
from peerloom.programs.models import Program
from peerloom.rounds.actions import publish_round, publishing, start_round
from peerloom.rounds.models import MatchingRound
from tests.factories import make_organisation, make_people, make_person, make_program
from tests.hooks import Receiver
from tests.killing.process import killed_at_any_moment, run_until, seconds_of, work_off

State = OutboxMessage.State
LETTERS = 24


class Scenes:
    """An organisation to work in, and the seconds that each kind of work usually takes."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.usual: dict[str, float] = {}
        self.count = 0
        self.organisation: Organisation = make_organisation("Loomworks")
        self.manager: Person = make_person("mika@loomworks.example", self.organisation, "manager")

    def program(self, people: int = 0) -> Program:
        """A fresh one."""
        self.count += 1
        made = make_program(self.organisation, self.manager, name=f"Program {self.count}")
        if people:
            make_people(made, people)
        return made

    def kill(self, kind: str, work: Callable[[], object], prepare: Callable[[], object]) -> int:
        """Prepare and do it undisturbed, to know how long it takes; then with kills."""
        if kind not in self.usual:
            # What is compiled is compiled the first time, which is no usual one.
            for _ in range(2):
                prepare()
                self.usual[kind] = seconds_of(work)
        prepare()
        return killed_at_any_moment(work, self.usual[kind], self.chance)

    # each answers how often it was killed

    def importing(self) -> int:
        """A file of 300 people, written some at a time."""
        imports.CHUNK = 40
        rows = [f"p{k}@x.example,{k % 20}" for k in range(300)]
        file: Any = None

        def prepare() -> None:
            nonlocal file
            program = self.program()
            content = "\n".join(["email,stage", *rows]).encode()
            file = imports.upload(program, name="p.csv", content=content, by=self.manager)
            imports.set_mapping(file, file.mapping, by=self.manager)
            imports.start_import(file, looking=True, by=self.manager)

        killed = self.kill("import", work_off, prepare)

        addresses = Counter(file.program.participants.values_list("person__email", flat=True))
        assert addresses == Counter(r.partition(",")[0] for r in rows)
        file.refresh_from_db()
        assert file.job.state == Job.State.DONE
        told = AuditEntry.objects.filter(
            verb="imported people", thing="programs.program", thing_id=file.program_id
        )
        assert told.count() == 1
        return killed

    def solving(self) -> int:
        """A round of 60 people."""
        one: Any = None

        def prepare() -> None:
            nonlocal one
            one = start_round(self.program(60), by=self.manager)

        killed = self.kill("solve", work_off, prepare)

        one.refresh_from_db()
        assert one.state == MatchingRound.State.READY, one.job.words
        assert one.job.state == Job.State.DONE
        pairs = one.result["partnerships"]
        assert one.proposals.count() == len(pairs) == 30
        members = Counter(one.proposals.values_list("members", flat=True))
        assert set(members.values()) == {1}
        assert len(members) == 60
        return killed

    def publishing(self) -> int:
        """The same, published: partnerships and introductions."""
        return self._publishing("publish")

    def publishing_in_parts(self) -> int:
        """As a round too large for one transaction is."""
        limits = publishing.AT_ONCE, publishing.PART, publishing.BREATH
        publishing.AT_ONCE, publishing.PART, publishing.BREATH = 0, 2, 0
        try:
            return self._publishing("publish-in-parts")
        finally:
            publishing.AT_ONCE, publishing.PART, publishing.BREATH = limits

    def _publishing(self, kind: str) -> int:
        one: Any = None

        def prepare() -> None:
            nonlocal one
            OutboxMessage.objects.all().delete()
            one = start_round(self.program(30), by=self.manager)
            run_until(work_off, None)
            one.refresh_from_db()

        def publish() -> None:
            fresh = MatchingRound.objects.select_related("program__organisation").get(pk=one.pk)
            if fresh.state != MatchingRound.State.PUBLISHED:
                publish_round(fresh, by=Person.objects.get(pk=self.manager.pk))
            work_off()

        killed = self.kill(kind, publish, prepare)

        program = one.program
        assert program.partnerships.filter(state=Partnership.State.OPEN).count() == 15
        together = Counter(program.partnerships.values_list("members", flat=True))
        assert set(together.values()) == {1}
        addresses = program.participants.values_list("person__email", flat=True)
        sent = OutboxMessage.objects.filter(to__in=list(addresses), kind="introduction")
        assert Counter(sent.values_list("to", flat=True)) == Counter(list(addresses))
        about = AuditEntry.objects.filter(verb="published", thing_id=one.pk)
        assert about.count() == 1
        return killed

    def sending(self) -> int:
        """Letters to a mail server."""
        OutboxMessage.objects.all().delete()
        with a_mail_server() as got:

            def prepare() -> None:
                self.count += 1
                got.clear()
                letters = [
                    Letter(f"{self.count}-{k}", "x", f"p{k}@x.example", f"{self.count}-{k}", "Text")
                    for k in range(LETTERS)
                ]
                post(letters, organisation_id=self.organisation.pk)

            def send() -> None:
                take_up_lost()
                deliver.call()

            killed = self.kill("send", send, prepare)

        mine = OutboxMessage.objects.filter(key__startswith=f"{self.count}-")
        states = dict(mine.values_list("subject", "state"))
        assert len(states) == LETTERS
        arrived = Counter(got)
        assert set(arrived.values()) <= {1}, "a letter came twice"
        unsure = {s for s, state in states.items() if state == State.UNSURE}
        assert {s for s, state in states.items() if state == State.SENT} == set(arrived) - unsure
        assert set(states.values()) <= {State.SENT, State.UNSURE}, "a letter is lost"
        # One alone was being handed over each time.
        assert len(unsure) <= killed
        return killed

    def telling(self) -> int:
        """Events to a webhook."""
        receiver = Receiver()
        threading.Thread(target=receiver.server.serve_forever, daemon=True).start()
        settings.HOOK_HOSTS = [receiver.address]
        hook, _ = add_webhook(
            self.organisation.pk, name="x", url=receiver.url, kinds=["program.policy_changed"],
            by=self.manager,
        )  # fmt: skip
        program = self.program()

        def prepare() -> None:
            for _ in range(LETTERS):
                set_policy(program, program.policy, by=self.manager)

        def tell() -> None:
            look_after_events()
            deliver_events.call()

        before = WebhookDelivery.objects.filter(hook=hook).count()
        killed = self.kill("tell", tell, prepare)
        receiver.server.shutdown()

        mine = WebhookDelivery.objects.filter(hook=hook)
        assert mine.count() >= before + LETTERS
        assert set(mine.values_list("state", flat=True)) == {WebhookDelivery.State.SENT}
        heard = Counter(body["id"] for body in receiver.bodies())
        # At least once, each time under the same number; twice only what was on its way.
        assert set(heard) == set(mine.values_list("key", flat=True))
        assert sum(heard.values()) - len(heard) <= killed * LETTERS
        hook.delete()
        return killed


SCENES = {
    "import": Scenes.importing,
    "solve": Scenes.solving,
    "publish": Scenes.publishing,
    "publish-in-parts": Scenes.publishing_in_parts,
    "send": Scenes.sending,
    "tell": Scenes.telling,
}


@contextmanager
def a_mail_server() -> Iterator[list[str]]:
    """One that keeps the subjects of what it is given."""
    got: list[str] = []

    class Handler:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            # As slow as a mail server is, so that a kill falls into it.
            await asyncio.sleep(0.004)
            got.append(str(message["Subject"]))
            return "250 OK"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""
    try:
        yield got
    finally:
        controller.stop()
