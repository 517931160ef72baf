"""Programs: the list, the wizard, the overview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from peerloom.accounts.models import Person
from peerloom.core.words import later
from peerloom.participants.queries import count_states
from peerloom.partnerships.queries import partnerships_in
from peerloom.programs import actions
from peerloom.programs.errors import ProgramsError
from peerloom.programs.models import Program
from peerloom.programs.queries import (
    design_from,
    invitations_for,
    is_shared,
    looked_after,
    managed_programs,
    offers_for,
    shared_with,
)
from peerloom.programs.template_library import LANGUAGES
from peerloom.rounds.queries import rounds_of
from peerloom.web.access import for_manager, managing_organisation, person_of
from peerloom.web.forms.design import Start
from peerloom.web.forms.manager import Format, Purpose
from peerloom.web.manager.playbook import now_do

SETUP = (
    ("purpose", later("Purpose")),
    ("kpis", later("How we will know")),
    ("format", later("Dates and rhythm")),
    ("questions", later("What we ask")),
    ("matching", later("Matching")),
    ("materials", later("What peers get")),
    ("open", later("Look it over")),
)
# Steps that have a page of their own.
ELSEWHERE = {"kpis": "kpis", "questions": "form", "matching": "policy", "materials": "materials"}


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Programs the person manages."""
    managing_organisation(request)
    person = person_of(request)
    words = {
        "programs": [(p, _own_counts(p, person)) for p in managed_programs(person)],
        "shared": [(p, _own_counts(p, person)) for p in shared_with(person)],
        "asked": invitations_for(person),
    }
    return render(request, "manager/programs.html", words)


def _own_counts(program: Program, person: Person) -> dict[str, int]:
    return count_states(program, looked_after(program, person))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """What to start from: a template, a program that was, or nothing."""
    organisation = managing_organisation(request)
    person = person_of(request)
    asked = request.GET.get("language", get_language())
    language = asked if asked in LANGUAGES else "en"
    form = Start(request.POST or None)
    if request.method == "POST" and form.is_valid():
        design = design_from(person, form.cleaned_data["source"], form.cleaned_data["language"])
        if design is None:
            raise Http404
        program = actions.start_from(organisation, design, by=person)
        messages.success(request, _("Here it is, complete. Change what you like, then open it."))
        return redirect("setup", program.pk, "open")
    words = {"offers": offers_for(person, language), "languages": LANGUAGES, "language": language}
    return render(request, "manager/new.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def blank(request: HttpRequest) -> HttpResponse:
    """A program from nothing but its purpose."""
    organisation = managing_organisation(request)
    form = Purpose(request.POST or None, initial={"objectives": ["skills"]})
    if request.method == "POST" and form.is_valid():
        program = actions.create_program(organisation, by=person_of(request), **form.cleaned_data)
        return redirect("setup", program.pk, "format")
    words = {"form": form, "steps": SETUP, "step": "purpose", "done": []}
    return render(request, "manager/setup.html", words)


@require_safe
@for_manager
def overview(request: HttpRequest, program: Program) -> HttpResponse:
    """Where the program stands, and what good managers do now."""
    rounds = rounds_of(program)
    person = person_of(request)
    counts = _own_counts(program, person)
    words = {
        "program": program,
        "counts": counts,
        "people": sum(v for k, v in counts.items() if k not in ("left", "declined")),
        "rounds": rounds,
        "todo": now_do(program, person, counts, rounds),
        "link": request.build_absolute_uri(reverse("program", args=[program.slug])),
        "shared": is_shared(program),
        "partnerships": partnerships_in(program, person).count(),
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
    if step in ELSEWHERE:
        return redirect(ELSEWHERE[step], program.pk)
    if step == "open":
        return _open(request, program)
    posted = request.POST if request.method == "POST" else None
    form = _form(program, step, posted, person_of(request).time_zone)
    if request.method == "POST" and form.is_valid():
        aims = program.objectives
        _save(program, step, form.cleaned_data, request)
        messages.success(request, _("Saved."))
        if set(aims) != set(program.objectives):
            return redirect("consequences", program.pk)
        if program.state != Program.State.DRAFT:
            return redirect("overview", program.pk)
        return redirect("setup", program.pk, following)
    return render(request, "manager/setup.html", setup_words(program, step) | {"form": form})


def setup_words(program: Program, step: str) -> dict[str, Any]:
    """What the pages of the wizard show around themselves."""
    keys = [key for key, _ in SETUP]
    return {
        "program": program,
        "steps": SETUP,
        "step": step,
        "done": keys[: keys.index(step)],
        "links": True,
    }


def _form(program: Program, step: str, posted: Any, zone_name: str) -> Any:
    if step == "purpose":
        now = {"name": program.name, "purpose": program.purpose, "objectives": program.objectives}
        return Purpose(posted, initial=now)
    names = ("starts_on", "ends_on", "apply_by", "cadence", "meeting_minutes", "trios")
    now = {n: getattr(program, n) for n in names}
    if program.circles:
        now |= {"meet": "circles", "circle_least": program.circle_least}
        now |= {"circle_most": program.circle_most}
    if program.protected_quarter is not None:
        day, quarter = divmod(program.protected_quarter, 96)
        now |= {"protected_day": day, "protected_at": f"{quarter // 4:02}:{quarter % 4 * 15:02}"}
    now |= {"protected_zone": program.protected_zone or zone_name}
    return Format(posted, initial=now)


def _save(program: Program, step: str, cleaned: dict[str, Any], request: HttpRequest) -> None:
    by = person_of(request)
    if step == "purpose":
        actions.change_purpose(program, by=by, **cleaned)
    else:
        actions.change_format(program, by=by, **cleaned)


def _open(request: HttpRequest, program: Program) -> HttpResponse:
    if request.method == "POST":
        try:
            actions.open_program(program, by=person_of(request))
        except ProgramsError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Your program is open. Now bring people in."))
            return redirect("overview", program.pk)
    return render(request, "manager/open.html", setup_words(program, "open"))
