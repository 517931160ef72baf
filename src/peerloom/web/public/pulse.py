"""Answering a pulse: by the link of a letter, without signing in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from peerloom.programs.letters import said_day
from peerloom.programs.template_library import words
from peerloom.pulses import actions, queries
from peerloom.pulses.errors import NothingSaid, PulsesError
from peerloom.pulses.models import PulseReply


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pulse(request: HttpRequest, token: str) -> HttpResponse:
    """The questions in the person's language; the last answer counts while they are open."""
    reply = queries.reply_of(token)
    if reply is None:
        return render(request, "public/answer.html", {"gone": True}, status=410)
    window = queries.window_of(reply.pulse)
    if reply.pulse.off or window is None or not window.has(timezone.localdate()):
        return _page(request, reply, {"over": True}, status=410)
    if request.method != "POST":
        return _page(request, reply, {"items": queries.asks(reply)})
    try:
        actions.answer(reply, request.POST.dict(), by=reply.participant.person)
    except NothingSaid:
        return _page(request, reply, {"items": queries.asks(reply), "nothing": True}, status=422)
    except PulsesError:
        # It closed while the page was open.
        return _page(request, reply, {"over": True}, status=410)
    return _page(request, reply, {"done": True})


def _page(
    request: HttpRequest, reply: PulseReply, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    language = queries.language_of(reply)
    said = dict(words(language)["pulse"])
    window = queries.window_of(reply.pulse)
    day = said_day(window.closes, language) if window else ""
    shown = {k: v.replace("{day}", day) if isinstance(v, str) else v for k, v in said.items()}
    told = {
        "reply": reply,
        "program": reply.pulse.program,
        "language": language,
        "say": shown,
        "rates": ("1", "2", "3", "4", "5"),
        **more,
    }
    return render(request, "public/pulse.html", told, status=status)
