"""Codes, second factor, sessions, single sign-on with a real provider, and attempts without end."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerloom.accounts.actions import ensure_person
from peerloom.accounts.models import Organisation, Person
from peerloom.care.actions import let_go
from peerloom.programs.models import Program
from tests.factories import make_participant, make_person

pytestmark = pytest.mark.django_db
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def ask_for_code(client: Client, address: str) -> str:
    before = len(mail.outbox)
    client.post(reverse("account_request_login_code"), {"email": address})
    assert len(mail.outbox) == before + 1
    found = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", str(mail.outbox[-1].body), re.M)
    assert found, mail.outbox[-1].body
    return found[1]


def give_code(client: Client, code: str) -> Any:
    return client.post(reverse("account_confirm_login_code"), {"code": code})


def is_in(client: Client) -> bool:
    return client.get(reverse("me")).status_code == 200


@pytest.fixture
def ana(program: Program) -> Person:
    person = make_participant(program, "Ana", state="looking").person
    return ensure_person(person.email)


class TestCodes:
    def test_a_code_works_once_in_the_browser_that_asked(self, ana: Person) -> None:
        mine, another = Client(), Client()
        code = ask_for_code(mine, ana.email)

        give_code(another, code)
        assert not is_in(another)
        give_code(mine, code)
        assert is_in(mine)
        mine.logout()
        give_code(mine, code)
        assert not is_in(mine)

    def test_an_old_code_and_many_guesses_open_nothing(self, ana: Person) -> None:
        client = Client()
        code = ask_for_code(client, ana.email)
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            give_code(client, code)
            assert not is_in(client)
        with time_machine.travel(timezone.now() + timedelta(minutes=20)):
            code = ask_for_code(client, ana.email)
            for k in range(5):
                give_code(client, f"AAA-AA{k}")
            give_code(client, code)
            assert not is_in(client)

    def test_attempts_without_end_send_three_mails_and_find_nothing_out(self, ana: Person) -> None:
        answers: dict[str, set[int]] = {}
        with time_machine.travel(timezone.now(), tick=False):
            for address in (ana.email, "nobody@x.example"):
                seen = [
                    Client(REMOTE_ADDR=f"10.0.{k}.1").post(
                        reverse("account_request_login_code"), {"email": address}
                    )
                    for k in range(60)
                ]
                answers[address] = {a.status_code for a in seen}
            sent = [m for m in mail.outbox if m.to == [ana.email]]
            many = [
                Client(REMOTE_ADDR="10.9.9.9").post(
                    reverse("account_request_login_code"), {"email": f"x{k}@x.example"}
                )
                for k in range(40)
            ]

        assert len(sent) == 3
        assert answers[ana.email] == answers["nobody@x.example"]
        held = [a for a in many if a.status_code == 200]
        assert len(held) == 20
        assert all("Too many" in a.content.decode() for a in held)

    def test_whoever_was_let_go_is_told_so(self, ana: Person, program: Program) -> None:
        let_go(program.organisation, ana, by=None)
        client = Client()

        page = client.post(reverse("account_request_login_code"), {"email": ana.email}, follow=True)
        assert not is_in(client)
        assert page.status_code == 200


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def _required(self, settings: Any) -> None:
        settings.SECOND_FACTOR = "required"

    def test_managers_and_admins_set_one_up_first(
        self, program: Program, manager: Person, client: Client
    ) -> None:
        client.force_login(manager)
        pages = [reverse("manage"), reverse("overview", args=[program.pk]), reverse("results")]
        for page in pages:
            sent = client.get(page)
            assert sent.status_code == 302
            assert sent["Location"] == reverse("mfa_index")
        assert "second factor" in client.get(reverse("mfa_index")).content.decode()
        assert client.post(reverse("new_program"), {"name": "X"}).status_code == 302
        assert Program.objects.count() == 1
        Authenticator.objects.create(user=manager, type="recovery_codes", data={})
        assert client.get(pages[0]).status_code == 302
        Authenticator.objects.create(user=manager, type="totp", data={"secret": "x"})
        assert client.get(pages[0]).status_code == 200

    def test_participants_and_sponsors_need_none(
        self, ana: Person, organisation: Organisation, client: Client
    ) -> None:
        client.force_login(ana)
        assert client.get(reverse("home")).status_code == 200
        client.force_login(make_person("s@x.example", organisation, "sponsor"))
        assert client.get(reverse("results")).status_code == 200

    @pytest.mark.usefixtures("db")
    def test_whoever_starts_sets_one_up_at_once(self, client: Client) -> None:
        said = {"organisation": "Orchard", "name": "Mika", "email": "mika@orchard.example",
                "time_zone": "Europe/Paris"}  # fmt: skip
        first = client.post(reverse("first_start"), said, follow=True)
        assert first.redirect_chain[-1][0] == reverse("mfa_index")

        secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
        client.post(reverse("mfa_activate_totp"), {"code": _now(secret)})

        assert client.get(reverse("manage")).status_code == 200

    def test_an_app_is_set_up_and_then_asked_for(self, manager: Person) -> None:
        # As after an import or the first start: nobody has shown that the address is theirs.
        ensure_person(manager.email)
        client = Client()
        give_code(client, ask_for_code(client, manager.email))
        page = client.get(reverse("mfa_activate_totp"))
        secret = page.context["form"].secret
        client.post(reverse("mfa_activate_totp"), {"code": _now(secret)})
        assert client.get(reverse("manage")).status_code == 200

        again = Client()
        with time_machine.travel(timezone.now() + timedelta(minutes=5)):
            give_code(again, ask_for_code(again, manager.email))
            assert not is_in(again)
            wrong = again.post(reverse("mfa_authenticate"), {"code": "000000"})
            assert wrong.status_code == 200
            assert not is_in(again)
            again.post(reverse("mfa_authenticate"), {"code": _now(secret)})
            assert again.get(reverse("manage")).status_code == 200
            # The same code once more, in another browser.
            third = Client()
            code = _now(secret)
            give_code(third, ask_for_code(third, manager.email))
            third.post(reverse("mfa_authenticate"), {"code": code})
            assert not is_in(third)


def _now(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


class TestSessions:
    def test_they_are_listed_and_ended_one_by_one(self, ana: Person) -> None:
        first, second = Client(headers={"User-Agent": AGENT}), Client()
        for client in (first, second):
            give_code(client, ask_for_code(client, ana.email))
        shown = second.get(reverse("sessions")).content.decode()
        assert "Firefox on Linux" in shown
        other = UserSession.objects.get(user_agent=AGENT)
        mine = UserSession.objects.exclude(pk=other.pk).get()

        second.post(reverse("sessions"), {"session": mine.pk})
        assert is_in(second)
        second.post(reverse("sessions"), {"session": other.pk})
        assert not is_in(first)
        assert is_in(second)
        assert "Firefox" not in second.get(reverse("sessions")).content.decode()

    def test_nobody_ends_anothers(self, ana: Person, program: Program) -> None:
        mine = Client()
        give_code(mine, ask_for_code(mine, ana.email))
        other = Client()
        other.force_login(make_participant(program, "Ben").person)

        number = UserSession.objects.get(user=ana).pk
        assert other.post(reverse("sessions"), {"session": number}).status_code == 404
        assert is_in(mine)


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """An OpenID provider that listens on this machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import oidc_provider_mock

        with oidc_provider_mock.run_server_in_thread() as server:
            yield f"http://localhost:{server.server_port}"


class TestSingleSignOn:
    @pytest.fixture(autouse=True)
    def _configured(self, provider: str, settings: Any) -> None:
        settings.SECOND_FACTOR = "required"
        settings.OIDC_ISSUER, settings.OIDC_NAME = provider, "Loomworks"
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [{
            "provider_id": "organisation", "name": "Loomworks", "client_id": "peerloom",
            "secret": "s", "settings": {"server_url": provider, "oauth_pkce_enabled": True},
        }]}}  # fmt: skip

    def say_who(self, provider: str, subject: str, **claims: object) -> None:
        assert requests.put(f"{provider}/users/{subject}", json=claims, timeout=5).ok

    def come_back(self, client: Client, subject: str) -> str:
        """Through the provider's own page; the address with which it sends the browser back."""
        page = client.get(reverse("openid_connect_login", args=["organisation"]))
        assert page.status_code == 302
        asked = parse_qs(urlsplit(page["Location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        sent = requests.post(
            page["Location"], data={"sub": subject}, allow_redirects=False, timeout=5
        )
        back = urlsplit(sent.headers["Location"])
        return f"{back.path}?{back.query}"

    def test_whoever_was_invited_is_who_they_are(
        self, provider: str, ana: Person, program: Program
    ) -> None:
        client = Client()
        assert "Sign in with Loomworks" in client.get(reverse("account_login")).content.decode()
        self.say_who(provider, "ana", email=ana.email.upper(), email_verified=True, name="A. N.")

        client.get(self.come_back(client, "ana"))

        assert is_in(client)
        assert str(client.session["_auth_user_id"]) == str(ana.pk)
        assert Person.objects.get(pk=ana.pk).name == "Ana"
        assert Person.objects.filter(email__iexact=ana.email).count() == 1

    def test_somebody_new_gets_name_and_address(self, provider: str, program: Program) -> None:
        client = Client()
        self.say_who(provider, "new", email="New@X.example", email_verified=True, name="New One")

        client.get(self.come_back(client, "new"))

        person = Person.objects.get(email="new@x.example")
        assert person.name == "New One"
        assert is_in(client)
        assert not person.memberships.exists()

    def test_an_address_that_is_not_verified_signs_nobody_in(
        self, provider: str, manager: Person
    ) -> None:
        client = Client()
        self.say_who(provider, "eve", email=manager.email, email_verified=False)

        answer = client.get(self.come_back(client, "eve"))

        assert answer.status_code == 403
        assert "does not say that the address" in answer.content.decode()
        assert not is_in(client)

    def test_it_counts_as_a_second_factor(self, provider: str, manager: Person) -> None:
        client = Client()
        self.say_who(provider, "mika", email=manager.email, email_verified=True)

        client.get(self.come_back(client, "mika"))

        assert client.get(reverse("manage")).status_code == 200

    def test_an_answer_is_good_once_and_in_one_browser(self, provider: str, ana: Person) -> None:
        client, thief = Client(), Client()
        self.say_who(provider, "ana", email=ana.email, email_verified=True)
        back = self.come_back(client, "ana")

        stolen = thief.get(back)
        assert not is_in(thief)
        assert "Nothing was changed" in stolen.content.decode()
        client.get(back)
        assert is_in(client)
        client.logout()
        client.get(back)
        assert not is_in(client)

    def test_a_provider_that_is_down_or_turns_somebody_back(
        self, provider: str, settings: Any
    ) -> None:
        client = Client()
        login = reverse("openid_connect_login", args=["organisation"])
        page = client.get(login)
        state = parse_qs(urlsplit(page["Location"]).query)["state"][0]
        back = reverse("openid_connect_callback", args=["organisation"])
        denied = client.get(back, {"error": "access_denied", "state": state}, follow=True)
        assert "turned back" in denied.content.decode()
        settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = (
            "http://localhost:9"
        )

        down = client.get(login)
        assert down.status_code in (200, 401, 503)
        assert "could not be reached" in down.content.decode()
