"""Times in the reader's own zone."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from peerloom.calendars.weekly import HoursError, zone


class PersonTimeZone:
    """Activates the signed-in person's time zone for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.user.time_zone if request.user.is_authenticated else "UTC"
        try:
            with timezone.override(zone(name)):
                return self.get_response(request)
        except HoursError:
            return self.get_response(request)
