"""Oneself: name, time zone, sign-in."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peerloom.accounts import actions
from peerloom.accounts.errors import AccountsError
from peerloom.accounts.models import Person
from peerloom.participants.queries import consents_of, places_of, seen_by_managers
from peerloom.web.access import person_of
from peerloom.web.forms.admin import SureToErase
from peerloom.web.forms.participant import Me
from peerloom.web.mydata import as_json, as_page

LATELY = timedelta(minutes=15)
SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Change one's name and zone; ways to sign in."""
    person = person_of(request)
    form = Me(request.POST or None, initial={"name": person.name, "time_zone": person.time_zone})
    if request.method == "POST" and form.is_valid():
        actions.change_self(person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("me")
    return render(request, "participant/me.html", {"form": form, "places": places_of(person)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def data(request: HttpRequest) -> HttpResponse:
    """What one agreed to, who looked; take everything, or have it erased."""
    person = person_of(request)
    bound = request.POST if request.method == "POST" else None
    sure = SureToErase(bound, address=person.email)
    if sure.is_bound and sure.is_valid():
        if not _just_signed_in(person):
            messages.error(
                request,
                _(
                    "You signed in a while ago, so nothing was erased yet: sign out, sign in again, and "
                    "say it once more within a quarter of an hour."
                ),
            )
            return redirect("data")
        try:
            actions.erase(person, by=person)
        except AccountsError as error:
            messages.error(request, str(error))
            return redirect("data")
        logout(request)
        return render(request, "public/erased.html")
    words = {
        "sure": sure,
        "consents": consents_of(person),
        "seen": seen_by_managers(person)[:SHOWN],
        "places": places_of(person),
    }
    return render(request, "participant/data.html", words, status=422 if sure.errors else 200)


def _just_signed_in(person: Person) -> bool:
    """Whoever finds an open session of theirs cannot erase them."""
    return bool(person.last_login and timezone.now() - person.last_login < LATELY)


@require_safe
@login_required
def my_data(request: HttpRequest, form: str) -> HttpResponse:
    """Everything that is held of the person, as a file: for machines, or to read."""
    person = person_of(request)
    if form == "json":
        answer = HttpResponse(as_json(person), content_type="application/json; charset=utf-8")
    elif form == "html":
        answer = HttpResponse(as_page(person), content_type="text/html; charset=utf-8")
    else:
        raise Http404
    answer["Content-Disposition"] = f'attachment; filename="my-data.{form}"'
    return answer


@require_POST
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of the person."""
    actions.sign_out_everywhere(person_of(request))
    logout(request)
    messages.success(request, _("You are signed out on every device."))
    return redirect("account_login")
