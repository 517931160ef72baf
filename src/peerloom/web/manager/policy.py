"""The matching policy in plain words, and its effect on the people there are."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from peerloom.participants.queries import count_states
from peerloom.programs.actions import set_policy
from peerloom.programs.models import Program
from peerloom.rounds.errors import PolicyRefused
from peerloom.rounds.queries import policy_effect
from peerloom.rounds.snapshot import policy_of
from peerloom.web.access import for_manager, person_of
from peerloom.web.forms import policy as form
from peerloom.web.manager.programs import SETUP

MANY = 2500  # people; the effect on more takes over a second


@require_http_methods(["GET", "HEAD", "POST"])
@for_manager
def show(request: HttpRequest, program: Program) -> HttpResponse:
    """Show the policy; keep a changed one if the engine can use it."""
    content = form.read(program, request.POST) if request.method == "POST" else program.policy
    problems: list[str] = []
    if request.method == "POST":
        try:
            policy_of(program, content)
        except PolicyRefused as error:
            problems = error.problems
        else:
            set_policy(program, content, by=person_of(request))
            messages.success(request, _("Saved. Rounds already solved keep the policy they had."))
            draft = program.state == Program.State.DRAFT
            return (
                redirect("setup", program.pk, "open") if draft else redirect("policy", program.pk)
            )
    # Of many people the effect comes after the page, which is there at once.
    many = count_states(program)["looking"]
    later = many if many > MANY and not problems else 0
    words = _words(program, content, later=later) | {"problems": problems, "later": later}
    return render(request, "manager/policy.html", words, status=422 if problems else 200)


@require_POST
@for_manager
def add(request: HttpRequest, program: Program) -> HttpResponse:
    """Add a criterion over one of the program's questions; it counts a little at first."""
    new = form.NewCriterion(program, request.POST)
    if not new.is_valid():
        words = _words(program, program.policy) | {"new": new, "problems": []}
        return render(request, "manager/policy.html", words, status=422)
    content = {**program.policy, "criterion": [*program.policy["criterion"], new.criterion()]}
    try:
        policy_of(program, content)
    except PolicyRefused as error:
        messages.error(request, str(error))
    else:
        set_policy(program, content, by=person_of(request))
        messages.success(request, _("Added. It counts a little; change that as you like."))
    return redirect("policy", program.pk)


@require_POST
@for_manager
def effect(request: HttpRequest, program: Program) -> HttpResponse:
    """The effect of the policy as it stands on the page, not kept."""
    words = _effect(program, form.read(program, request.POST))
    return render(request, "manager/_policy_effect.html", words)


def _words(program: Program, content: dict[str, Any], *, later: int = 0) -> dict[str, object]:
    return {
        "program": program,
        "rows": form.rows_of(program, content),
        "weights": form.WEIGHTS,
        "missing": form.MISSING,
        "objective": content.get("objective", {}),
        "new": form.NewCriterion(program),
        "steps": SETUP,
        "step": "matching",
        "done": ["purpose", "format", "questions"],
        **({} if later else _effect(program, content)),
    }


def _effect(program: Program, content: dict[str, Any]) -> dict[str, object]:
    try:
        return {"effect": policy_effect(program, content), "refused": []}
    except PolicyRefused as error:
        return {"effect": None, "refused": error.problems}
