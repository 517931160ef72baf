"""A program's design in parts: what its purpose brings, KPIs, the form, materials, templates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peerloom.participants.queries import count_trained
from peerloom.programs import actions
from peerloom.programs.errors import ProgramsError
from peerloom.programs.library import STEPS
from peerloom.programs.models import Material, Program
from peerloom.programs.queries import consequences
from peerloom.web.access import for_manager, person_of
from peerloom.web.forms.design import (
    LibraryQuestions,
    MaterialForm,
    QuestionForm,
    SaveAsTemplate,
    kpi_formset,
)
from peerloom.web.forms.participant import Answers
from peerloom.web.manager.programs import setup_words

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(READ_AND_WRITE)
@for_manager
def purpose_brings(request: HttpRequest, program: Program) -> HttpResponse:
    """Everything with the objective it serves; what the purpose would change, asked first."""
    if request.method == "POST":
        actions.follow_purpose(program, set(request.POST.getlist("part")), by=person_of(request))
        messages.success(request, _("Done. You can change each of them by hand as well."))
        return redirect("consequences", program.pk)
    words = setup_words(program, "purpose") | {"seen": consequences(program)}
    return render(request, "manager/consequences.html", words)


@require_http_methods(READ_AND_WRITE)
@for_manager
def kpis(request: HttpRequest, program: Program) -> HttpResponse:
    """How it will be known whether the program does what it is for."""
    forms = kpi_formset(program, request.POST if request.method == "POST" else None)
    if request.method == "POST" and forms.is_valid():
        actions.set_kpis(program, forms.stated(), by=person_of(request))
        messages.success(request, _("Saved."))
        return redirect("kpis", program.pk)
    return render(request, "manager/kpis.html", setup_words(program, "kpis") | {"forms": forms})


@require_http_methods(READ_AND_WRITE)
@for_manager
def form(request: HttpRequest, program: Program) -> HttpResponse:
    """The join form: its questions in order, those of the library, those no longer asked."""
    asked = list(program.asked.all())
    library = LibraryQuestions(
        request.POST if request.method == "POST" else None,
        initial={"questions": [q.key for q in asked]},
    )
    if request.method == "POST" and library.is_valid():
        chosen = set(library.cleaned_data["questions"])
        actions.choose_questions(program, chosen, by=person_of(request))
        messages.success(request, _("Saved. Answers to what is no longer asked are kept."))
        return redirect("form", program.pk)
    steps = [(words, [q for q in asked if q.step == key]) for key, words in STEPS.items()]
    words = setup_words(program, "questions") | {
        "by_step": [(name, questions) for name, questions in steps if questions],
        "library": library,
        "dropped": program.questions.filter(dropped=True),
    }
    return render(request, "manager/form.html", words)


@require_safe
@for_manager
def preview(request: HttpRequest, program: Program) -> HttpResponse:
    """The join form as people see it; nothing is kept."""
    language = request.GET.get("language", program.language)
    asked = list(program.asked.all())
    steps = [
        (words, Answers({}, [q for q in asked if q.step == key], language=language))
        for key, words in STEPS.items()
        if any(q.step == key for q in asked)
    ]
    return render(request, "manager/form_preview.html", {"program": program, "by_step": steps})


@require_http_methods(READ_AND_WRITE)
@for_manager
def question(request: HttpRequest, program: Program, question_id: int = 0) -> HttpResponse:
    """One question, new or not."""
    mine = get_object_or_404(program.questions, pk=question_id) if question_id else None
    form = QuestionForm(program, mine, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_question(
                program, question=mine, by=person_of(request), **form.cleaned_data
            )
        except ProgramsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("form", program.pk)
    words = setup_words(program, "questions") | {"form": form, "question": mine}
    return render(request, "manager/question.html", words)


@require_POST
@for_manager
def question_do(
    request: HttpRequest, program: Program, question_id: int, verb: str
) -> HttpResponse:
    """Move a question, stop asking it, ask it again."""
    mine = get_object_or_404(program.questions.select_related("program"), pk=question_id)
    by = person_of(request)
    if verb in ("up", "down"):
        actions.move_question(mine, up=verb == "up", by=by)
    elif verb == "stop":
        actions.stop_asking(mine, by=by)
        messages.success(request, _("No longer asked. The answers are kept."))
    elif verb == "again":
        actions.ask_again(mine, by=by)
        messages.success(request, _("Asked again; the answers given before are back."))
    else:
        raise Http404
    return redirect("form", program.pk)


@require_safe
@for_manager
def materials(request: HttpRequest, program: Program) -> HttpResponse:
    """What peers get to read, by kind."""
    written = list(program.materials.all())
    kinds = [(k, [m for m in written if m.kind == k.value]) for k in Material.Kind]
    words = setup_words(program, "materials") | {"kinds": kinds, "trained": count_trained(program)}
    return render(request, "manager/materials.html", words)


@require_POST
@for_manager
def training(request: HttpRequest, program: Program) -> HttpResponse:
    """Whether peers go through the trainings before they meet first."""
    required = request.POST.get("required") == "yes"
    actions.require_training(program, required, by=person_of(request))
    messages.success(
        request,
        _("Saved. People are asked before their first meeting.") if required else _("Saved."),
    )
    return redirect("materials", program.pk)


@require_http_methods(READ_AND_WRITE)
@for_manager
def material(request: HttpRequest, program: Program, material_id: int = 0) -> HttpResponse:
    """One material; 'Preview' shows it without keeping it, 'Remove' takes it out."""
    mine: Material | None = None
    initial: dict[str, Any] = {"kind": Material.Kind.RESOURCE}
    if material_id:
        mine = get_object_or_404(program.materials.select_related("program"), pk=material_id)
        initial = {"title": mine.title, "kind": mine.kind, "body": mine.body}
    posted = request.POST if request.method == "POST" else None
    form = MaterialForm(program, mine, posted, initial=initial)
    shown = mine.body if mine else ""
    if request.method == "POST" and "remove" in request.POST and mine:
        actions.remove_material(mine, by=person_of(request))
        messages.success(request, _("Taken out."))
        return redirect("materials", program.pk)
    if request.method == "POST" and form.is_valid():
        if "preview" not in request.POST:
            try:
                actions.write_material(
                    program, material=mine, by=person_of(request), **form.cleaned_data
                )
            except ProgramsError as error:
                form.add_error("body", str(error))
            else:
                messages.success(request, _("Saved."))
                return redirect("materials", program.pk)
        shown = request.POST.get("body", "")
    words = setup_words(program, "materials") | {"form": form, "material": mine, "shown": shown}
    return render(request, "manager/material.html", words)


@require_http_methods(READ_AND_WRITE)
@for_manager
def save_template(request: HttpRequest, program: Program) -> HttpResponse:
    """Keep the program's design to start others from."""
    form = SaveAsTemplate(request.POST or None, initial={"name": program.name})
    if request.method == "POST" and form.is_valid():
        actions.save_as_template(program, by=person_of(request), **form.cleaned_data)
        messages.success(request, _("Saved. It is offered when you set up a new program."))
        return redirect("overview", program.pk)
    return render(request, "manager/save_template.html", {"program": program, "form": form})
