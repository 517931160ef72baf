"""How allauth signs people in here: by code, passkey or single sign-on, never by password."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render

from peerloom.accounts.models import Person

logger = logging.getLogger(__name__)


class CodeOnlyAdapter(DefaultAccountAdapter):
    """Mail from the server's own name; nobody can sign up before the first start is done."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Any:
        user.email = user.email.lower() if user.email else user.email
        return super().save_user(request, user, form, commit)

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def get_from_email(self) -> str:
        return str(settings.DEFAULT_FROM_EMAIL)


class OrganisationSignIn(DefaultSocialAccountAdapter):
    """Single sign-on: who the organisation's provider says somebody is, by a verified address alone."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Somebody who is known here by that address goes on as who they are."""
        person = sociallogin.user
        verified = {a.email.lower() for a in sociallogin.email_addresses if a.verified}
        if sociallogin.is_existing and person.email in verified:
            # Whoever was imported has not shown yet that the address is theirs; now they have.
            EmailAddress.objects.update_or_create(
                user=person, email=person.email, defaults={"verified": True, "primary": True}
            )
        if not sociallogin.is_existing and not verified:
            page = render(request, "socialaccount/unverified.html", status=403)
            raise ImmediateHttpResponse(page)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """For the administrator; the person reads that nothing was changed."""
        logger.warning("single sign-on: refused (%s, %s)", error, type(exception).__name__)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """Address and name as the provider has them."""
        person = sociallogin.user
        person.email = str(data.get("email") or "").lower()
        said = sociallogin.account.extra_data
        claims = {**said, **(said.get("userinfo") or {}), **(said.get("id_token") or {})}
        parts = (data.get("first_name"), data.get("last_name"))
        whole = claims.get("name") or data.get("name") or " ".join(map(str, filter(None, parts)))
        person.name = str(whole)[:120]
        return person
