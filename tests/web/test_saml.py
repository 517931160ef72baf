"""Single sign-on by SAML 2.0: signed answers to our own questions, once, for one browser."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from peerloom.accounts.models import Person
from peerloom.programs.models import Program
from tests.factories import make_participant
from tests.web.saml import HOST, SSO, Provider, request_in

pytestmark = pytest.mark.django_db
ORGANISATION = ["organisation"]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    import os

    made = Provider()
    file = Path(os.environ["PEERLOOM_SAML_METADATA"])
    file.write_text(made.metadata(), encoding="utf-8")
    yield made
    file.unlink()


@pytest.fixture(autouse=True)
def _configured(provider: Provider, settings: Any) -> None:
    cache.clear()
    settings.SECOND_FACTOR = "required"
    settings.ALLOWED_HOSTS = [HOST]
    settings.SAML_METADATA, settings.SAML_NAME = "here", "Loomworks"


@pytest.fixture
def ana(program: Program) -> Person:
    return make_participant(program, "Ana").person


def browser() -> Client:
    return Client(headers={"host": HOST})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def ask(client: Client) -> str:
    """Go to the provider; the number of our question."""
    page = client.get(reverse("saml_login", args=ORGANISATION))
    assert page["Location"].startswith(SSO)
    return request_in(page["Location"])


def bring(client: Client, response: str) -> Any:
    """The provider's answer, as the browser posts it."""
    return client.post(
        reverse("saml_acs", args=ORGANISATION), {"SAMLResponse": response}, follow=True
    )


def test_whoever_was_invited_is_who_they_are(provider: Provider, ana: Person) -> None:
    client = browser()
    assert "Sign in with Loomworks" in client.get(reverse("account_login")).content.decode()

    bring(
        client, provider.response(ask(client), subject="a1", email=ana.email, displayName="A. N.")
    )

    assert str(client.session["_auth_user_id"]) == str(ana.pk)
    assert Person.objects.get(pk=ana.pk).name == "Ana"


def test_somebody_new_gets_name_and_address(provider: Provider, program: Program) -> None:
    client = browser()
    said = {"mail": "New@X.example", "givenName": "New", "sn": "One"}

    bring(client, provider.response(ask(client), subject="n1", **said))

    assert Person.objects.get(email="new@x.example").name == "New One"
    assert is_in(client)


def test_it_counts_as_a_second_factor(provider: Provider, manager: Person) -> None:
    client = browser()

    bring(client, provider.response(ask(client), subject="m1", email=manager.email))

    assert client.get(reverse("manage")).status_code == 200


def refused(client: Client, response: str) -> bool:
    """True if nobody is signed in, and the page says that nothing was changed."""
    answer = bring(client, response)
    return not is_in(client) and "Nothing was changed" in answer.content.decode()


def test_what_nobody_signed_signs_nobody_in(provider: Provider, ana: Person) -> None:
    client = browser()
    unsigned = provider.response(ask(client), subject="a1", email=ana.email, sign=False)
    assert refused(client, unsigned)
    forged = Provider().response(ask(client), subject="a1", email=ana.email)
    assert refused(client, forged)
    good = base64.b64decode(provider.response(ask(client), subject="a1", email="eve@x.example"))
    changed = base64.b64encode(good.replace(b"eve@x.example", ana.email.encode())).decode()
    assert refused(client, changed)


def test_what_is_for_others_or_over_signs_nobody_in(provider: Provider, ana: Person) -> None:
    client = browser()
    elsewhere = provider.response(ask(client), subject="a1", email=ana.email, audience="https://x/")
    assert refused(client, elsewhere)
    assert refused(
        client, provider.response(ask(client), subject="a1", email=ana.email, minutes=-5)
    )


def test_what_was_not_asked_signs_nobody_in(provider: Provider, ana: Person) -> None:
    client = browser()
    assert refused(client, provider.response("", subject="a1", email=ana.email))
    assert refused(client, provider.response("_made_up", subject="a1", email=ana.email))


def test_an_answer_is_good_once_and_in_one_browser(provider: Provider, ana: Person) -> None:
    client, thief = browser(), browser()
    answer = provider.response(ask(client), subject="a1", email=ana.email)

    assert refused(thief, answer)
    bring(client, answer)
    assert is_in(client)
    client.logout()
    assert refused(client, answer)


@pytest.mark.parametrize("text", ["", "x", "%%%", base64.b64encode(b"<x").decode(),
                                  base64.b64encode(b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>").decode()])  # fmt: skip
def test_what_cannot_be_read_signs_nobody_in(provider: Provider, ana: Person, text: str) -> None:
    client = browser()
    ask(client)

    answer = bring(client, text)

    assert not is_in(client)
    assert answer.status_code < 500 or answer.status_code == 503
    assert "Nothing was changed" in answer.content.decode()
    assert "passwd" not in answer.content.decode()


def test_our_metadata_can_be_read_by_the_provider(provider: Provider) -> None:
    page = browser().get(reverse("saml_metadata", args=ORGANISATION))

    assert page.status_code == 200
    assert b'WantAssertionsSigned="true"' in page.content
    assert b"/account/saml/organisation/acs/" in page.content


def test_metadata_that_are_not_there_are_told(provider: Provider, settings: Any) -> None:
    idp = settings.SOCIALACCOUNT_PROVIDERS["saml"]["APPS"][0]["settings"]["idp"]
    there, idp["metadata_url"] = idp["metadata_url"], "file:///nowhere.xml"
    try:
        answer = browser().get(reverse("saml_login", args=ORGANISATION))
    finally:
        idp["metadata_url"] = there

    assert answer.status_code == 503
    assert "could not be reached" in answer.content.decode()
