"""Pulses: what is asked when, how many answered, who is missing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from peerloom.programs import actions
from peerloom.programs.errors import PulseRefused
from peerloom.programs.models import Program, Pulse
from peerloom.programs.scales import BY_KEY, SCALES
from peerloom.pulses.queries import responses, window_of
from peerloom.web.access import for_manager, person_of
from peerloom.web.forms.pulses import PulseForm
from peerloom.web.manager.programs import setup_words


@require_http_methods(["GET", "HEAD"])
@for_manager
def index(request: HttpRequest, program: Program) -> HttpResponse:
    """Every pulse with its days, its scales and its answers as counts."""
    found = [
        (r, [BY_KEY[key].name() for key in r.pulse.scales])
        for r in responses(program, by_unit=True)
    ]
    words = setup_words(program, "materials") | {"pulses": found}
    return render(request, "manager/pulses.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
@for_manager
def one(request: HttpRequest, program: Program, pulse_id: int = 0) -> HttpResponse:
    """One pulse, new or not."""
    pulse = get_object_or_404(program.pulses, pk=pulse_id) if pulse_id else None
    form = PulseForm(program, pulse, request.POST if request.method == "POST" else None)
    person = person_of(request)
    try:
        if request.method == "POST" and request.POST.get("verb") == "drop" and pulse:
            actions.drop_pulse(pulse, by=person)
            messages.success(request, _("Taken out."))
            return redirect("pulses", program.pk)
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            pulse = actions.write_pulse(
                program,
                pulse=pulse,
                name=said["name"],
                scales=said["scales"],
                own=form.statements(),
                opens_on=said["opens_on"],
                closes_on=said["closes_on"],
                off=request.POST.get("off") == "yes",
                by=person,
            )
            messages.success(request, _("Saved."))
            return redirect("pulses", program.pk)
    except PulseRefused as error:
        form.is_valid()
        form.add_error(None, str(error))
    language = program.language
    chosen = set(form["scales"].value() or ())
    scales = [
        (s, s.name(), list(s.asks(language).values()), s.key in chosen)
        for s in SCALES
        if pulse is None or pulse.moment == Pulse.When.OWN or pulse.moment in s.moments
    ]
    words = setup_words(program, "materials") | {
        "form": form,
        "pulse": pulse,
        "scales": scales,
        "window": window_of(pulse) if pulse else None,
        "off": request.POST.get("off") == "yes"
        if request.method == "POST"
        else pulse and pulse.off,
    }
    return render(request, "manager/pulse.html", words, status=422 if form.errors else 200)
