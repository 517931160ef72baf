"""A passkey, from adding it to signing in with nothing else, with a device made of software."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import Page, expect

from peerloom.accounts.models import Person
from tests.journeys.visits import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def device_of(page: Page) -> tuple[Any, str]:
    """A device in the browser: its session of the protocol, and its number."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, str(made["authenticatorId"])


@pytest.fixture
def manager(manager: Person) -> Person:
    """One who has shown that the address is theirs, by a code."""
    EmailAddress.objects.filter(user=manager).update(verified=True)
    return manager


def test_a_manager_adds_a_passkey_and_signs_in_with_it_alone(
    visit: Callable[..., Page], manager: Person, settings: Any
) -> None:
    settings.SECOND_FACTOR = "required"
    page = signed_in(visit, manager, reverse("manage"))
    session, number = device_of(page)
    # Whoever manages is led to a second factor first.
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Recovery", exact=False).first).to_be_visible()
    assert Authenticator.objects.filter(user=manager, type="webauthn").count() == 1

    page.goto(reverse("manage"))
    expect(page.get_by_role("heading", level=1, name="Programs")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(reverse("manage"))
    expect(page.get_by_role("heading", level=1, name="Programs")).to_be_visible()

    # Somebody else's device signs nobody in.
    page.get_by_role("button", name="Sign out").click()
    session.send("WebAuthn.clearCredentials", {"authenticatorId": number})
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Your device did not answer")).to_be_visible()
    page.goto(reverse("manage"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passkey_is_renamed_and_removed(visit: Callable[..., Page], manager: Person) -> None:
    page = signed_in(visit, manager, reverse("mfa_index"))
    device_of(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url(lambda url: "add" not in url)
    page.goto(reverse("mfa_list_webauthn"))
    page.get_by_role("link", name="Rename").click()
    # Signed in a while ago: the device says once more that it is them.
    page.get_by_role("link", name="Use a security key").click()
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_label("Name").fill("Old phone")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Old phone").first).to_be_visible()
    page.get_by_role("link", name="Remove Old phone").click()
    page.get_by_role("button", name="Remove it").click()

    assert not Authenticator.objects.filter(user=manager, type="webauthn").exists()
