"""Who could help with something: people of the program who agreed to be found."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from peerloom.participants.actions import be_found
from peerloom.participants.models import Participant
from peerloom.participants.queries import who_could_help
from peerloom.web.access import for_self, person_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_self
def find(request: HttpRequest, place: Participant) -> HttpResponse:
    """Search by what people offer; agree to be found oneself."""
    person = person_of(request)
    if request.method == "POST":
        be_found(place, request.POST.get("findable") == "yes", by=person)
        messages.success(
            request, _("You can be found.") if place.findable else _("You can no longer be found.")
        )
        return redirect("find", place.pk)
    asked = request.GET.get("q", "").strip()[:80]
    words = {
        "place": place,
        "asked": asked,
        "found": who_could_help(place, asked),
    }
    return render(request, "participant/find.html", words)
