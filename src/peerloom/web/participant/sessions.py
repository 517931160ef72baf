"""Where one is signed in, and ending it there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from peerloom.web.access import chosen_number, person_of

# In this order: each of these says that it is some of the later ones too.
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome",
            "Safari/": "Safari"}  # fmt: skip
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows",
           "Mac OS X": "Mac", "CrOS": "Chromebook", "Linux": "Linux"}  # fmt: skip


@dataclass(frozen=True)
class SignedIn:
    """One place where the person is signed in."""

    number: int
    what: str
    address: str
    since: datetime
    here: bool


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Every place; end one of them."""
    person = person_of(request)
    if request.method == "POST":
        mine = UserSession.objects.filter(user=person)
        found = get_object_or_404(mine, pk=chosen_number(request, "session"))
        if found.is_current():
            messages.info(request, _("This is where you are now: sign out at the top of the page."))
        else:
            found.end()
            messages.success(request, _("You are signed out there."))
        return redirect("sessions")
    places = [
        SignedIn(s.pk, _device(s.user_agent), s.ip, s.created_at, s.is_current())
        for s in UserSession.objects.purge_and_list(person)
    ]
    places.sort(key=lambda p: (not p.here, -p.since.timestamp()))
    return render(request, "participant/sessions.html", {"signed_in": places})


def _device(agent: str) -> str:
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), _("A browser"))
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    if not system:
        return browser
    return _("{browser} on {system}").format(browser=browser, system=system)
