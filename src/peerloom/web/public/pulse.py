"""Answering a pulse: by the link of a letter, without signing in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from peerloom.partnerships.errors import PartnershipsError
from peerloom.programs.letters import language_for, said_day
from peerloom.programs.template_library import words
from peerloom.pulses import actions, queries
from peerloom.pulses.errors import NothingSaid, PulsesError
from peerloom.pulses.models import MeetingAsk, PulseReply


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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, token: str) -> HttpResponse:
    """Ten seconds after a meeting, once."""
    ask = queries.ask_of(token)
    if ask is None:
        return render(request, "public/answer.html", {"gone": True}, status=410)
    nothing = False
    if request.method == "POST":
        try:
            actions.say_how_it_was(ask, request.POST.dict())
            return _after_meeting(request, ask, {"done": True})
        except NothingSaid:
            nothing = True
        except (PulsesError, PartnershipsError):
            # Said already, or it closed while the page was open: what was said counts.
            return _after_meeting(request, ask, {"over": True}, status=410)
    if not actions.may_say(ask):
        return _after_meeting(request, ask, {"over": True}, status=410)
    return _after_meeting(request, ask, {"nothing": nothing}, status=422 if nothing else 200)


def _after_meeting(
    request: HttpRequest, ask: MeetingAsk, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    program = ask.meeting.partnership.program
    language = language_for(ask.member.participant.person, program)
    said = dict(words(language)["pulse"])
    told = {
        "program": program,
        "meeting": ask.meeting,
        "language": language,
        "say": said,
        "ask": said["meeting"],
        "questions": [(key, *said["meeting"][key]) for key in ("hats", "talk", "worth")],
        "steps": ("0", "1", "2", "3", "4"),
        **more,
    }
    return render(request, "public/after_meeting.html", told, status=status)
