"""The first start in the browser, and the demo's 'look around as'."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from peerloom.accounts.actions import start_organisation
from peerloom.accounts.errors import AccountsError
from peerloom.accounts.models import Person
from peerloom.accounts.queries import first_start_is_due
from peerloom.core.words import later
from peerloom.web.forms.public import FirstStart

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DEMO_ROLES = {
    "manager": later("Manager"),
    "participant": later("Participant"),
    "admin": later("Admin"),
    "sponsor": later("Sponsor"),
    "partner": later("Another organisation"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def first_start(request: HttpRequest) -> HttpResponse:
    """Ask for the organisation and its first manager; then it is never asked again."""
    if not first_start_is_due():
        return redirect("landing")
    form = FirstStart(request.POST or None)
    if request.method == "POST" and form.is_valid():
        c = form.cleaned_data
        try:
            person = start_organisation(
                name=c["organisation"],
                manager_name=c["name"],
                email=c["email"],
                time_zone=c["time_zone"],
            )
        except AccountsError as error:
            messages.error(request, str(error))
            return redirect("landing")
        login(request, person, backend=BACKEND)
        return redirect("new_program")
    return render(request, "public/first_start.html", {"form": form})


@require_POST
def look_around(request: HttpRequest, role: str) -> HttpResponse:
    """In the demo alone: sign in as one of its people, without a code."""
    if not settings.DEMO or role not in DEMO_ROLES:
        raise Http404
    person = Person.objects.filter(email=f"{role}@demo.example").first()
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    return redirect("results" if role == "sponsor" else "landing")
