"""What every request goes through: the reader's own clock, and words for text that stays sealed."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from peerloom.calendars.weekly import HoursError, zone
from peerloom.core.encryption import Unreadable

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
