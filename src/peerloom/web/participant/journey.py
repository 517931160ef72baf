"""A person's journey: goals, learning moments, thanks; to look at, to move on, to keep as PDF."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from peerloom.participants.models import Goal
from peerloom.partnerships import actions, queries
from peerloom.partnerships.models import LearningMoment, Thanks
from peerloom.prints import printed
from peerloom.web.access import person_of, signed_in

MONTHS = 12


@require_safe
@signed_in
def journey(request: HttpRequest) -> HttpResponse:
    """What came of it so far."""
    found = queries.journey_of(person_of(request))
    months = _months(found)
    words = {
        "journey": found,
        "levels": queries.LEVELS.items(),
        "months": [name for name, _met in months],
        "counts": [met for _month, met in months],
        "met": len(found.meetings),
        "kinds": LearningMoment.Shared.choices,
        "shown": Thanks.Shown.choices,
    }
    return render(request, "participant/journey.html", words)


def _months(found: queries.Journey) -> list[tuple[str, int]]:
    """Meetings in each of the last months."""
    held = Counter((m.year, m.month) for m in found.meetings)
    now = timezone.localdate()
    shown = []
    for back in range(MONTHS - 1, -1, -1):
        year, month = divmod(now.year * 12 + now.month - 1 - back, 12)
        name = now.replace(year=year, month=month + 1, day=1)
        shown.append((date_format(name, _("M")), held[year, month + 1]))
    return shown


@require_safe
@signed_in
def journey_pdf(request: HttpRequest) -> HttpResponse:
    """The journey on paper, to keep."""
    person = person_of(request)
    found = queries.journey_of(person)
    words = {
        "language": get_language() or "en",
        "say": {
            "goals": _("Goals"),
            "learned": _("What I learned"),
            "completed": _("Completed"),
            "thanks": _("Thanks"),
        },
        "name": str(person),
        "day": date_format(timezone.localdate(), _("j F Y")),
        "summary": _("{meetings} in {partnerships}").format(
            meetings=ngettext("{number} meeting", "{number} meetings", len(found.meetings)).format(
                number=len(found.meetings)
            ),
            partnerships=ngettext(
                "{number} partnership", "{number} partnerships", found.partnerships
            ).format(number=found.partnerships),
        ),
        "goals": [
            {
                "text": g.goal.text,
                "program": g.goal.participant.program.name,
                "where": g.words or _("not marked yet"),
                "moved": _moved(g),
            }
            for g in found.goals
        ],
        "moments": [
            {"day": date_format(timezone.localtime(m.moment.made_at), _("j M Y")), "text": m.text}
            for m in found.moments
        ],
        "trainings": [
            {"title": t.title, "day": date_format(timezone.localtime(t.done_at), _("j M Y"))}
            for t in found.trainings
        ],
        "thanks": [
            {"text": t.text, "who": t.who}
            for t in found.thanks
            if t.thanks.shown != Thanks.Shown.NOBODY
        ],
    }
    answer = HttpResponse(printed("journey", words, "pdf"), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="journey.pdf"'
    return answer


def _moved(goal: queries.GoalView) -> str:
    levels = [m.level for m in goal.marks]
    ups = sum(b > a for a, b in pairwise(levels))
    words = ngettext("moved up {number} time", "moved up {number} times", ups)
    return words.format(number=ups) if ups else ""


@require_POST
@signed_in
def mark(request: HttpRequest, goal_id: int) -> HttpResponse:
    """Where a goal stands now."""
    person = person_of(request)
    goals = Goal.objects.filter(participant__person=person).select_related("participant")
    goal = get_object_or_404(goals, pk=goal_id)
    said = request.POST.get("level", "")
    if said not in map(str, queries.LEVELS):
        raise Http404
    level = int(said)
    before = goal.marks.order_by("-pk").first()
    actions.mark_goal(goal, level, by=person)
    if before is None or level > before.level:
        messages.success(request, _("Well done. Tell your partner; they had a part in it."))
    else:
        messages.success(request, _("Noted."))
    return redirect("journey")


@require_POST
@signed_in
def moment_do(request: HttpRequest, moment_id: int, verb: str) -> HttpResponse:
    """Say who reads a learning moment, or delete it."""
    person = person_of(request)
    mine = LearningMoment.objects.filter(owner__participant__person=person)
    moment = get_object_or_404(mine.select_related("owner__participant"), pk=moment_id)
    if verb == "forget":
        actions.forget_learning(moment, by=person)
    elif verb == "share" and request.POST.get("shared") in LearningMoment.Shared.values:
        actions.share_learning(moment, request.POST["shared"], by=person)
    else:
        raise Http404
    return redirect("journey")
