"""What a program was worth: the figures, what each means, on paper and as tables."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from peerloom.accounts.rules import manages
from peerloom.core.jobs import cancel
from peerloom.participants.queries import count_states
from peerloom.pulses.queries import responses
from peerloom.results import actions
from peerloom.results.errors import ResultsError
from peerloom.results.models import Subscription
from peerloom.results.queries import (
    DEFINITIONS,
    FILES,
    PLOTS,
    Results,
    counting_of,
    plot_file,
    read_programs,
    results_of,
)
from peerloom.web.access import View, person_of

LEAST = 5


def for_reader(view: View) -> View:
    """Gives the view its `results`: those of a program whose results the person may read."""

    @login_required
    @wraps(view)
    def found(request: HttpRequest, program_id: int, **rest: Any) -> HttpResponseBase:
        person = person_of(request)
        program = get_object_or_404(read_programs(person), pk=program_id)
        return view(request, results_of(program, person), **rest)

    return found


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Programs whose results the person may read; a count under five is not shown."""
    person = person_of(request)
    programs = list(read_programs(person))
    if not programs:
        raise Http404
    rows = []
    for program in programs:
        results = results_of(program, person)
        # In a shared program one's own people alone.
        own = [results.organisation.pk] if results.organisation else None
        counts = count_states(program, own)
        people = sum(v for k, v in counts.items() if k not in ("left", "declined"))
        shown = people >= LEAST and counts["matched"] >= LEAST
        rows.append(
            (results, people if people >= LEAST else None, counts["matched"] if shown else None)
        )
    return render(request, "sponsor/index.html", {"rows": rows})


@require_safe
@for_reader
def show(request: HttpRequest, results: Results) -> HttpResponse:
    """The figures, each with its interval, what it means and what it is beside."""
    person, program = person_of(request), results.program
    runs = manages(person, program.organisation_id)
    words = {
        "results": results,
        "program": program,
        "figures": [(f, DEFINITIONS.get(f.key)) for f in results.figures],
        "runs": runs,
        "job": counting_of(program) if runs else None,
        "frame": "manager/_base.html" if runs else "base.html",
        "responses": [r for r in responses(program) if r.asked] if runs else [],
        "mine": Subscription.objects.filter(program=program, person=person).first(),
    }
    return render(request, "sponsor/results.html", words)


@require_POST
@for_reader
def count(request: HttpRequest, results: Results) -> HttpResponse:
    """Count the figures now: for those who run the program."""
    if not manages(person_of(request), results.program.organisation_id):
        raise Http404
    job = counting_of(results.program)
    if request.POST.get("verb") == "stop":
        if job:
            cancel(job)
        return redirect("program_results", results.program.pk)
    try:
        actions.start_counting(results.program, by=person_of(request))
    except ResultsError as error:
        messages.info(request, str(error))
    return redirect("program_results", results.program.pk)


@require_safe
@for_reader
def progress(request: HttpRequest, results: Results) -> HttpResponse:
    """How far the count is, for htmx to ask again."""
    if not manages(person_of(request), results.program.organisation_id):
        raise Http404
    job = counting_of(results.program)
    words = {"program": results.program, "job": job}
    answer = render(request, "sponsor/_counting.html", words) if job else HttpResponse()
    if job is None or not job.is_open:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@for_reader
def mail(request: HttpRequest, results: Results) -> HttpResponse:
    """Get the figures by mail, or no more."""
    every, person = request.POST.get("every", ""), person_of(request)
    if every in Subscription.Every.values:
        actions.subscribe(results.program, every=every, by=person)
        messages.success(
            request, _("They come by mail {label}.").format(label=Subscription.Every(every).label)
        )
    else:
        actions.unsubscribe(results.program, by=person)
        messages.success(request, _("They come by mail no more."))
    return redirect("program_results", results.program.pk)


@require_safe
@for_reader
def file(request: HttpRequest, results: Results, name: str) -> HttpResponse:
    """The figures as a file."""
    if name not in FILES:
        raise Http404
    found = FILES[name]
    made = found.make(results)
    return _download(made, found.content_type, f"{slugify(results.program.name)}-{name}")


@require_safe
@for_reader
def plot(request: HttpRequest, results: Results, key: str, form: str) -> HttpResponse:
    """One figure's plot as a picture."""
    figure = results.figure(key)
    if figure is None or figure.value is None or form not in PLOTS:
        raise Http404
    drawn = plot_file(figure, "png" if form == "png" else "svg")
    return _download(drawn, PLOTS[form], f"{slugify(results.program.name)}-{key}.{form}")


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
