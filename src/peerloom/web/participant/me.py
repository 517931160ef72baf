"""Oneself: name, time zone, sign-in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from peerloom.accounts import actions
from peerloom.participants.queries import places_of
from peerloom.web.access import person_of
from peerloom.web.forms.participant import Me


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Change one's name and zone; ways to sign in."""
    person = person_of(request)
    form = Me(request.POST or None, initial={"name": person.name, "time_zone": person.time_zone})
    if request.method == "POST" and form.is_valid():
        actions.change_self(person, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("me")
    return render(request, "participant/me.html", {"form": form, "places": places_of(person)})


@require_POST
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of the person."""
    actions.sign_out_everywhere(person_of(request))
    logout(request)
    messages.success(request, "You are signed out on every device.")
    return redirect("account_login")
