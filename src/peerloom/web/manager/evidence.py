"""Fairness over a program's rounds, and what they teach for the next one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from peerloom.core.audit import saw
from peerloom.programs.actions import set_policy
from peerloom.programs.models import Program
from peerloom.pulses.queries import words_in
from peerloom.results.queries import FAIRNESS_COLUMNS, lesson_of, program_fairness
from peerloom.rounds.errors import PolicyRefused
from peerloom.rounds.queries import rounds_in
from peerloom.tables import write_csv
from peerloom.web.access import for_manager, person_of


@require_safe
@for_manager
def fairness(request: HttpRequest, program: Program) -> HttpResponse:
    """Share placed and satisfaction by group, over all published rounds."""
    found = program_fairness(program)
    if request.GET.get("as") == "csv":
        rows = [row for one in found for row in one.rows]
        answer = HttpResponse(write_csv(FAIRNESS_COLUMNS, rows), content_type="text/csv")
        name = f"{slugify(program.name)}-fairness.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    rounds = rounds_in(program).filter(state="published").order_by("number")
    return render(
        request, "manager/fairness.html", {"program": program, "found": found, "rounds": rounds}
    )


@require_safe
@for_manager
def said(request: HttpRequest, program: Program) -> HttpResponse:
    """What people wrote in their own words, without whose words they are."""
    saw(
        person_of(request),
        program,
        organisation_id=program.organisation_id,
        verb="saw words of",
    )
    return render(request, "manager/said.html", {"program": program, "found": words_in(program)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_manager
def learning(request: HttpRequest, program: Program) -> HttpResponse:
    """Which criteria went along with good partnerships; a suggested change the manager may take."""
    try:
        lesson = lesson_of(program)
    except PolicyRefused as error:
        words = {"program": program, "problems": error.problems}
        return render(request, "manager/learning.html", words)
    if request.method == "POST":
        if lesson.suggested is None:
            messages.info(request, _("There is nothing to change any more; nothing was changed."))
        else:
            set_policy(program, lesson.suggested, by=person_of(request))
            messages.success(
                request, _("Taken over. Rounds already solved keep the policy they had.")
            )
        return redirect("policy", program.pk)
    return render(request, "manager/learning.html", {"program": program, "lesson": lesson})
