"""Joining step by step, saved at each, and one's answers with who sees each."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from peerloom.participants.actions import apply, let_cross, save_answers, state_goals
from peerloom.participants.models import Participant
from peerloom.participants.queries import ShownAnswer, answers_of, asked_to_cross
from peerloom.programs.library import STEPS
from peerloom.programs.models import Question
from peerloom.programs.queries import is_shared, organisations_in, unasked_said
from peerloom.web.access import for_self, person_of, said_here
from peerloom.web.forms.participant import Answers, Crossing, Goals, Zone

GOALS, CROSSING, LOOK = "goals", "other-organisations", "look-over"


def steps_of(place: Participant) -> list[tuple[str, str]]:
    """Steps of this program's form: those with questions, goals, what crosses, the look over."""
    used = set(place.program.asked.values_list("step", flat=True))
    asked = [(key, words) for key, words in STEPS.items() if key in used]
    shared = [(CROSSING, _("Other organisations"))] if is_shared(place.program) else []
    return [*asked, (GOALS, _("Your goals")), *shared, (LOOK, _("Look it over"))]


@require_safe
@for_self
def answers(request: HttpRequest, place: Participant) -> HttpResponse:
    """Everything the person answered, and who sees it; a fresh place starts with the first step."""
    if place.state in (Participant.State.INVITED, Participant.State.APPLYING) and not place.answers:
        return redirect("step", place.pk, steps_of(place)[0][0])
    words = {
        "place": place,
        "answers": answers_of(place, seen_by=Question.Seen.MATCHING),
        "steps": steps_of(place)[:-1],
    }
    return render(request, "participant/answers.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
@for_self
def step(request: HttpRequest, place: Participant, step: str) -> HttpResponse:
    """One step of the form. What can be kept is kept, also where another answer is in error."""
    steps = steps_of(place)
    keys = [key for key, _ in steps]
    if step not in keys:
        raise Http404
    following = keys[min(len(keys) - 1, keys.index(step) + 1)]
    person = person_of(request)
    if step == LOOK:
        if request.method == "POST":
            if not request.POST.get("commit") and not place.applied_at:
                messages.warning(
                    request, _("Your answers are saved. To join, say that you commit.")
                )
                return redirect("step", place.pk, LOOK)
            apply(place, by=person)
            if place.state == Participant.State.WAITING:
                messages.success(request, _("You are on the waiting list; your answers are kept."))
            else:
                messages.success(
                    request, _("You are in. We look for your peer at the next matching.")
                )
            return redirect("home")
        return _page(request, place, step, [], answers_of(place, seen_by=Question.Seen.MATCHING))
    posted = request.POST if request.method == "POST" else None
    if step == GOALS:
        goals = Goals(place, posted)
        if posted is not None and goals.is_valid():
            state_goals(place, goals.stated(), by=person)
            return redirect("step", place.pk, following)
        return _page(request, place, step, [goals])
    if step == CROSSING:
        form = Crossing(posted, initial={"cross": _said(place)})
        if form.is_valid():
            let_cross(place, form.cleaned_data["cross"] == "yes", by=person)
            messages.success(request, _("Kept. You can change it here at any time."))
            return redirect("step", place.pk, LOOK)
        return _page(request, place, step, [form])
    questions = list(place.program.asked.filter(step=step))
    language = get_language() or ""
    asked = Answers(place.answers, questions, posted, language=language)
    forms: list[Form] = [asked]
    zone = None
    if any(q.kind == Question.Kind.HOURS for q in questions):
        zone = Zone(posted, initial={"time_zone": place.time_zone or person.time_zone})
        forms.append(zone)
    if posted is not None:
        checked = [f.is_valid() for f in forms]
        chosen = zone.cleaned_data.get("time_zone", "") if zone else ""
        save_answers(place, asked.cells(), by=person, time_zone=chosen)
        if all(checked):
            return redirect("step", place.pk, following)
        messages.warning(request, _("The rest is saved; one answer needs another look."))
    return _page(request, place, step, forms)


def _said(place: Participant) -> str:
    if place.crosses_at:
        return "yes"
    return "no" if place.cross_asked else ""


def _page(
    request: HttpRequest,
    place: Participant,
    step: str,
    forms: Sequence[Form],
    answers: Sequence[ShownAnswer] | None = None,
) -> HttpResponse:
    steps = steps_of(place)
    keys = [key for key, _ in steps]
    words = {
        "place": place,
        "program": place.program,
        "forms": forms,
        "answers": answers,
        "steps": steps,
        "step": step,
        "done": keys[: keys.index(step)],
        "title": dict(steps)[step],
        "before": keys[keys.index(step) - 1] if keys.index(step) else "",
        "applied": place.applied_at is not None,
        "commitment": said_here(request, place.program, "commitment"),
        "unasked": unasked_said(place.program, get_language() or ""),
        "cross": asked_to_cross(place) if step == CROSSING else [],
        "organisations": organisations_in(place.program) if step == CROSSING else [],
        "asks_hours": any(isinstance(f, Zone) for f in forms),
    }
    return render(request, "participant/step.html", words)
