"""What every request goes through: the reader's own clock, and words for text that stays sealed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import cast

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person, Role
from peerloom.accounts.queries import roles_of
from peerloom.calendars.weekly import HoursError, zone
from peerloom.core.encryption import Unreadable
from peerloom.core.room import WORDS, disk_is_full

logger = logging.getLogger(__name__)


class PersonTimeZone:
    """Activates the signed-in person's time zone for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.user.time_zone if request.user.is_authenticated else "UTC"
        try:
            place = zone(name)
        except HoursError:
            place = zone("UTC")
        with timezone.override(place):
            return self.get_response(request)


class PersonLanguage:
    """Speaks the language a person chose, else the one their browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if request.user.is_authenticated else ""
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else translation.get_language_from_request(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language",))
        return response


class SecondFactor:
    """Managers and admins go no further without a second factor, where the settings ask for it.

    A passkey or an authenticator app counts, and so does the organisation's own sign-in, which has
    rules of its own.
    """

    GUARDED = ("/manage/", "/organisation/", "/results/", "/me/tokens/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.SECOND_FACTOR == "required"
            and request.path.startswith(self.GUARDED)
            and request.user.is_authenticated
            and not _is_strong(request)
        ):
            messages.info(
                request,
                _(
                    "Whoever manages programs signs in with a second factor. Add a passkey or an "
                    "authenticator app, then go on."
                ),
            )
            return redirect("mfa_index")
        return self.get_response(request)


def _is_strong(request: HttpRequest) -> bool:
    person = cast(Person, request.user)
    if not roles_of(person) & {Role.MANAGER, Role.ADMIN}:
        return True
    if any(
        one.get("method") == "socialaccount" for one in get_authentication_records(request, person)
    ):
        return True
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user=person, type__in=kinds).exists())


class OutsideDown:
    """Says in words that the organisation's own sign-in cannot be reached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """503 for a provider that does not answer, or not in its own language."""
        # The library of SAML is not there for everybody.
        outside = type(error).__module__.startswith("onelogin.")
        if not (outside or isinstance(error, OSError | KeyError | ValueError | SyntaxError)):
            return None
        if not request.path.startswith(("/account/oidc/", "/account/saml/")):
            return None
        logger.error("single sign-on: the provider cannot be reached (%s)", type(error).__name__)
        return render(request, "socialaccount/authentication_error.html", status=503)


class DiskFull:
    """Says in words that nothing more can be written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """507 where the disk of the database or of the server is full."""
        if not disk_is_full(error):
            return None
        logger.error("the disk is full (%s)", type(error).__name__)
        words = {"words": WORDS, "places_to_go": []}
        return render(request, "errors/full.html", words, status=507)


class SealedText:
    """Says in words that a text cannot be opened, where the server's keys are not those it had."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """503 for text that none of the server's keys opens."""
        if not isinstance(error, Unreadable):
            return None
        logger.error("a sealed text cannot be opened with this server's keys")
        return render(request, "errors/sealed.html", {"words": str(error)}, status=503)
