"""The draw of a program's places, for anybody to check."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from peerloom.participants.queries import draw_of
from peerloom.programs.queries import public_program


@require_safe
def draw(request: HttpRequest, slug: str) -> HttpResponse:
    """Tickets, the fingerprint told before, and once it is drawn the order with all to check it."""
    program = public_program(slug)
    view = draw_of(program) if program else None
    if view is None:
        raise Http404
    if request.GET.get("as") == "txt":
        lines = "\n".join(sorted(view.tickets))
        return HttpResponse(lines, content_type="text/plain; charset=utf-8")
    return render(request, "public/draw.html", {"program": program, "view": view})
