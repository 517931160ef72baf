"""Programs: the list, the wizard, the overview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from peerloom.participants.queries import count_states
from peerloom.programs import actions
from peerloom.programs.errors import ProgramsError
from peerloom.programs.models import Program
from peerloom.programs.queries import managed_programs
from peerloom.rounds.queries import rounds_of
from peerloom.web.access import for_manager, managing_organisation, person_of
from peerloom.web.forms.manager import Format, Purpose, Questions
from peerloom.web.manager.playbook import now_do

SETUP = (
    ("purpose", "Purpose"),
    ("format", "Dates and rhythm"),
    ("questions", "What we ask"),
    ("matching", "Matching"),
    ("open", "Look it over"),
)


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Programs the person manages."""
    managing_organisation(request)
    programs = [(p, count_states(p)) for p in managed_programs(person_of(request))]
    return render(request, "manager/programs.html", {"programs": programs})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """The wizard's first step: a purpose makes a draft."""
    organisation = managing_organisation(request)
    form = Purpose(request.POST or None, initial={"objectives": ["skills"]})
    if request.method == "POST" and form.is_valid():
        program = actions.create_program(organisation, by=person_of(request), **form.cleaned_data)
        return redirect("setup", program.pk, "format")
    return render(
        request, "manager/setup.html", {"form": form, "steps": SETUP, "step": "purpose", "done": []}
    )


@require_safe
@for_manager
def overview(request: HttpRequest, program: Program) -> HttpResponse:
    """Where the program stands, and what good managers do now."""
    rounds = rounds_of(program)
    counts = count_states(program)
    words = {
        "program": program,
        "counts": counts,
        "people": sum(v for k, v in counts.items() if k != "left"),
        "rounds": rounds,
        "todo": now_do(program, counts, rounds),
        "link": request.build_absolute_uri(reverse("program", args=[program.slug])),
        "partnerships": program.partnerships.count(),
    }
    return render(request, "manager/overview.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
@for_manager
def setup(request: HttpRequest, program: Program, step: str) -> HttpResponse:
    """A step of the wizard, saved on its own; each can be skipped and come back to."""
    keys = [key for key, _ in SETUP]
    if step not in keys:
        raise Http404
    following = keys[min(len(keys) - 1, keys.index(step) + 1)]
    if step == "matching":
        return redirect("policy", program.pk)
    if step == "open":
        return _open(request, program)
    form = _form(program, step, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _save(program, step, form.cleaned_data, request)
        messages.success(request, "Saved.")
        if program.state != Program.State.DRAFT:
            return redirect("overview", program.pk)
        return redirect("setup", program.pk, following)
    return render(request, "manager/setup.html", _words(program, step) | {"form": form})


def _words(program: Program, step: str) -> dict[str, Any]:
    keys = [key for key, _ in SETUP]
    return {"program": program, "steps": SETUP, "step": step, "done": keys[: keys.index(step)]}


def _form(program: Program, step: str, posted: Any) -> Any:
    if step == "purpose":
        now = {"name": program.name, "purpose": program.purpose, "objectives": program.objectives}
        return Purpose(posted, initial=now)
    if step == "format":
        names = ("starts_on", "ends_on", "apply_by", "cadence", "meeting_minutes", "trios")
        now = {n: getattr(program, n) for n in names}
        if program.circles:
            now |= {"meet": "circles", "circle_least": program.circle_least}
            now |= {"circle_most": program.circle_most}
        return Format(posted, initial=now)
    asked = list(program.questions.values_list("key", flat=True))
    return Questions(posted, initial={"questions": asked})


def _save(program: Program, step: str, cleaned: dict[str, Any], request: HttpRequest) -> None:
    by = person_of(request)
    if step == "purpose":
        actions.change_purpose(program, by=by, **cleaned)
    elif step == "format":
        actions.change_format(program, by=by, **cleaned)
    else:
        actions.choose_questions(program, set(cleaned["questions"]), by=by)


def _open(request: HttpRequest, program: Program) -> HttpResponse:
    if request.method == "POST":
        try:
            actions.open_program(program, by=person_of(request))
        except ProgramsError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Your program is open. Now bring people in.")
            return redirect("overview", program.pk)
    return render(request, "manager/open.html", _words(program, "open"))
