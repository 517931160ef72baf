"""A private address for other calendars to read one's meetings at."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from peerloom.partnerships import actions, queries
from peerloom.web.access import person_of, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def feed_settings(request: HttpRequest) -> HttpResponse:
    """Make an address, shown once; end it."""
    person = person_of(request)
    address = ""
    if request.method == "POST":
        if request.POST.get("end"):
            actions.close_feed(person)
            messages.success(request, _("The address has ended; nobody reads your calendar by it."))
            return redirect("feed_settings")
        secret = actions.open_feed(person)
        address = f"{settings.SITE_URL}{reverse('feed', args=[secret])}"
    words = {"address": address, "feed": queries.feed_of(person)}
    response = render(request, "participant/feed.html", words)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address, for a calendar program that cannot sign in."""
    text = queries.calendar_at(secret)
    if text is None:
        raise Http404
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=300"
    return answer
