"""Words for skills: what people want and offer, and words that mean one thing."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from peerloom.participants.actions import merge_skills, part_skills
from peerloom.participants.errors import ParticipantsError
from peerloom.participants.models import Skill
from peerloom.participants.queries import compared, skills_in
from peerloom.programs.models import Program
from peerloom.web.access import for_manager, person_of
from peerloom.web.forms.manager import OneWord

A_PAGE = 40


@require_http_methods(["GET", "HEAD", "POST"])
@for_manager
def index(request: HttpRequest, program: Program) -> HttpResponse:
    """The words of the program's people, most wanted first; two of them made one."""
    form = OneWord(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = [_word(program, form, name) for name in ("word", "into")]
        if words[0] and words[1]:
            try:
                merge_skills(words[0], words[1], by=person_of(request))
            except ParticipantsError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("They are one from now on; what people wrote stays."))
                return redirect("skills", program.pk)
    page = Paginator(skills_in(program), A_PAGE).get_page(request.GET.get("page"))
    words_now = {"program": program, "form": form, "page": page}
    return render(request, "manager/skills.html", words_now)


def _word(program: Program, form: OneWord, name: str) -> Skill | None:
    key = compared(form.cleaned_data[name])
    found = program.organisation.skills.select_related("organisation", "same_as").filter(key=key)
    skill = found.first()
    if skill is None:
        form.add_error(name, _("Nobody here wrote this word."))
    return skill


@require_POST
@for_manager
def apart(request: HttpRequest, program: Program, skill_id: int) -> HttpResponse:
    """The two are different after all."""
    skills = program.organisation.skills.select_related("organisation")
    part_skills(get_object_or_404(skills, pk=skill_id), by=person_of(request))
    return redirect("skills", program.pk)
