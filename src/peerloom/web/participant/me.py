"""Oneself: name, time zone, sign-in."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peerloom.accounts import actions
from peerloom.core.holdings import data_of
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


@require_safe
@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything that is held of the person, as a file."""
    person = person_of(request)
    kept = json.dumps(data_of(person), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    answer = HttpResponse(kept, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@require_POST
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of the person."""
    actions.sign_out_everywhere(person_of(request))
    logout(request)
    messages.success(request, "You are signed out on every device.")
    return redirect("account_login")
