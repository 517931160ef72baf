"""A partnership's page for the people in it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from peerloom.partnerships.models import Partnership
from peerloom.partnerships.queries import seen_by
from peerloom.web.access import for_member, person_of


@require_safe
@for_member
def show(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """My peer, what we share, what each can give, and a first agenda."""
    view = seen_by(partnership, person_of(request))
    return render(request, "participant/partnership.html", {"view": view})
