"""How our hats are, what to do when something is not working, answers by a link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from peerloom.care import actions, queries
from peerloom.care.errors import CareError
from peerloom.care.models import Parting
from peerloom.participants.actions import come_back
from peerloom.participants.models import Participant
from peerloom.partnerships import actions as together
from peerloom.partnerships.errors import PartnershipsError
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.queries import seen_by
from peerloom.web.access import for_member, for_self, person_of
from peerloom.web.forms.care import Help, Until

WEEKS = (4, 8, 12)


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def hats(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """How our hats are: the picture, ways to practise, questions to talk about, 'this works'."""
    person = person_of(request)
    if request.method == "POST" and partnership.is_open:
        _say(request, partnership)
        return redirect("hats", partnership.pk)
    words = {
        "view": seen_by(partnership, person),
        "hats": queries.hats_of(partnership, person),
        "weeks": WEEKS,
    }
    return render(request, "participant/hats.html", words)


def _say(request: HttpRequest, partnership: Partnership) -> None:
    person = person_of(request)
    if request.POST.get("say") == "talked":
        actions.we_talked(partnership, by=person)
        messages.success(request, _("Noted: you talked about it."))
        return
    weeks = request.POST.get("weeks", "")
    if weeks not in map(str, WEEKS):
        messages.error(request, _("Choose for how long; nothing was changed."))
        return
    until = timezone.localdate() + timedelta(weeks=int(weeks))
    if actions.say_it_works(partnership, until, by=person):
        messages.success(request, _("Noted, by all of you: nothing is said of it until then."))
    else:
        messages.success(request, _("Noted. Once all of you say so, nothing is said of it."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def not_working(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Something is not working: talk, ask for help, a break, someone new, leave."""
    person = person_of(request)
    mine = seen_by(partnership, person).mine.participant
    if request.method == "POST":
        bad = _do(request, partnership, mine)
        if bad is None:
            return redirect("not_working", partnership.pk)
        return _not_working(request, partnership, mine, bad, status=422)
    return _not_working(request, partnership, mine, {})


def _not_working(
    request: HttpRequest,
    partnership: Partnership,
    mine: Participant,
    forms: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    month = {"until": today + timedelta(weeks=4)}
    words = {
        "view": seen_by(partnership, person_of(request)),
        "place": mine,
        "help": Help(),
        "break_": Until(initial=month, prefix="break"),
        "pause": Until(initial=month, prefix="pause"),
        "on_break": partnership.breaks.filter(first__lte=today, last__gte=today).first(),
        "wish": Parting.objects.filter(participant=mine).first(),
        "program": partnership.program,
        **forms,
    }
    return render(request, "participant/not_working.html", words, status=status)


def _do(request: HttpRequest, partnership: Partnership, mine: Participant) -> dict[str, Any] | None:
    """Do what was chosen; forms that were filled in badly, or None."""
    person, verb = person_of(request), request.POST.get("verb", "")
    try:
        if verb == "help":
            form = Help(request.POST)
            if not form.is_valid():
                return {"help": form}
            actions.ask_for_help(partnership, by=person, **form.cleaned_data)
            messages.success(request, _("The program manager hears of it today."))
        elif verb == "break":
            until = Until(request.POST, prefix="break")
            if not until.is_valid():
                return {"break_": until}
            together.take_break(partnership, until.cleaned_data["until"], by=person)
            messages.success(
                request, _("You take a break. All of you are told, in the same words.")
            )
        elif verb == "back":
            together.end_break(partnership, by=person)
            messages.success(request, _("The break is over."))
        elif verb == "stay":
            actions.take_back_parting(mine, by=person)
            messages.success(request, _("Good: everything stays as it is, and nobody was told."))
        elif verb in Parting.Then.values:
            return _wish(request, partnership, mine, verb)
        else:
            messages.error(request, _("Choose something; nothing was changed."))
    except (CareError, PartnershipsError) as error:
        messages.error(request, str(error))
    return None


def _wish(
    request: HttpRequest, partnership: Partnership | None, mine: Participant, verb: str
) -> dict[str, Any] | None:
    until = None
    if verb == Parting.Then.PAUSE:
        form = Until(request.POST, prefix="pause")
        if not form.is_valid():
            return {"pause": form}
        until = form.cleaned_data["until"]
    actions.ask_to_part(
        mine, then=verb, until=until, partnership=partnership, by=person_of(request)
    )
    messages.success(
        request,
        _("It is done tomorrow morning, together with others' wishes. You can take it back."),
    )
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@for_self
def stop(request: HttpRequest, place: Participant) -> HttpResponse:
    """Pause or leave a program, or come back; without a partnership in between."""
    person = person_of(request)
    forms: dict[str, Any] = {}
    if request.method == "POST":
        verb = request.POST.get("verb", "")
        try:
            if verb == "stay":
                actions.take_back_parting(place, by=person)
                messages.success(request, _("Good: everything stays as it is."))
            elif verb in (Parting.Then.PAUSE, Parting.Then.LEAVE):
                forms = _wish(request, None, place, verb) or {}
            else:
                messages.error(request, _("Choose something; nothing was changed."))
        except CareError as error:
            messages.error(request, str(error))
        if not forms:
            return redirect("stop", place.pk)
    words = {
        "place": place,
        "program": place.program,
        "pause": Until(
            initial={"until": timezone.localdate() + timedelta(weeks=4)}, prefix="pause"
        ),
        "wish": Parting.objects.filter(participant=place).first(),
        **forms,
    }
    return render(request, "participant/stop.html", words, status=422 if forms else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """One answer by a link: shown first, so that a mail program that looks ahead says nothing."""
    link = queries.link_of(token)
    if request.method == "POST":
        try:
            said = actions.answer_link(token, request.POST.get("say", ""))
        except (CareError, PartnershipsError) as error:
            words: dict[str, Any] = {"sorry": str(error)}
            return render(request, "public/answer.html", words, status=409)
        return render(request, "public/answer.html", {"done": said})
    if link is None:
        return render(request, "public/answer.html", {"gone": True}, status=410)
    choices = queries.offered(link)
    first = request.GET.get("say", "")
    if first and first not in choices:
        raise Http404
    words = {
        "choices": sorted(choices.items(), key=lambda c: c[0] != first),
        "first": first,
        "program": link.nudge.member.partnership.program,
    }
    return render(request, "public/answer.html", words)


@require_POST
@for_self
def back(request: HttpRequest, place: Participant) -> HttpResponse:
    """Come back from a pause, from home."""
    come_back(place, by=person_of(request))
    messages.success(request, _("Welcome back."))
    return redirect("home")
