"""Visits of people who are signed in already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from playwright.sync_api import Page

from peerloom.accounts.models import Person

Visit = Callable[..., Page]
PHONE = 390


def signed_in(
    visit: Visit,
    person: Person | None,
    address: str,
    *,
    width: int = PHONE,
    scheme: Any = "light",
    language: str = "en",
) -> Page:
    """A page as the person sees it; None for nobody."""
    page = visit("/health/", width=width, scheme=scheme, language=language)
    if person:
        client = Client()
        client.force_login(person)
        cookie = client.cookies["sessionid"].value
        page.context.add_cookies(
            [{"name": "sessionid", "value": cookie, "domain": "localhost", "path": "/"}]
        )
    page.goto(address)
    return page
