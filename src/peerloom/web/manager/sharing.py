"""Shared programs: who takes part, on which terms, and leaving."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peerloom.core.words import counted
from peerloom.participants.actions import ask_to_cross
from peerloom.participants.queries import count_states, figures_of, to_ask_to_cross
from peerloom.programs import actions
from peerloom.programs.errors import ProgramsError
from peerloom.programs.models import PartnerOrganisation, Program
from peerloom.programs.queries import (
    could_bring,
    could_leave,
    crossing,
    fields_of,
    invitations_for,
    joined_parts,
    looked_after,
)
from peerloom.rounds.actions import part_ways
from peerloom.rounds.queries import parting_effect
from peerloom.web.access import for_manager, for_team, person_of
from peerloom.web.forms.sharing import NEW, Ask, Bring, OwnTerms


@require_safe
@for_team
def index(request: HttpRequest, program: Program) -> HttpResponse:
    """Who takes part, what crosses, and the terms of one's own organisation."""
    return _page(request, program)


def _page(
    request: HttpRequest, program: Program, *, terms: OwnTerms | None = None, ask: Ask | None = None
) -> HttpResponse:
    person = person_of(request)
    own = looked_after(program, person)
    part = joined_parts(program).filter(organisation__in=own).first()
    agreed = crossing(program)
    runs = program.organisation_id in own
    words = {
        "program": program,
        "runs": runs,
        "part": part,
        "figures": figures_of(program),
        "counts": count_states(program, own),
        "crossing": [f for f in fields_of(program) if f.key in (agreed or ())],
        "shared": agreed is not None,
        "asked": program.partners.filter(state=PartnerOrganisation.State.INVITED) if runs else [],
        "declined": program.partners.filter(state=PartnerOrganisation.State.DECLINED)
        if runs
        else [],
        "to_ask": len(to_ask_to_cross(program, person)),
        "terms": terms or (OwnTerms(part) if part else None),
        "ask": ask or Ask(),
        "link": _link(program, part),
    }
    refused = (terms is not None and terms.errors) or (ask is not None and ask.errors)
    return render(request, "manager/sharing.html", words, status=422 if refused else 200)


def _link(program: Program, part: PartnerOrganisation | None) -> str:
    page = f"{settings.SITE_URL}{reverse('program', args=[program.slug])}"
    return f"{page}?with={part.organisation.slug}" if part and part.organisation else page


@require_POST
@for_manager
def invite(request: HttpRequest, program: Program) -> HttpResponse:
    """Ask another organisation in."""
    form = Ask(request.POST)
    if not form.is_valid():
        return _page(request, program, ask=form)
    try:
        part = actions.invite_organisation(program, by=person_of(request), **form.cleaned_data)
    except ProgramsError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("{email} is asked; the letter is on its way.").format(email=part.email)
        )
    return redirect("sharing", program.pk)


@require_POST
@for_team
def ask_people(request: HttpRequest, program: Program) -> HttpResponse:
    """Write to one's own people whether their answers may cross."""
    count = ask_to_cross(program, by=person_of(request))
    messages.success(
        request,
        ngettext(
            "{count} letter is on its way; nobody is asked the same twice.",
            "{count} letters are on their way; nobody is asked the same twice.",
            count,
        ).format(count=count),
    )
    return redirect("sharing", program.pk)


@require_POST
@for_manager
def take_back(request: HttpRequest, program: Program, part_id: int) -> HttpResponse:
    """Ask no longer."""
    part = get_object_or_404(program.partners.select_related("program"), pk=part_id)
    try:
        actions.take_back_invitation(part, by=person_of(request))
    except ProgramsError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("{email} is no longer asked.").format(email=part.email))
    return redirect("sharing", program.pk)


@require_POST
@for_team
def terms(request: HttpRequest, program: Program, part_id: int) -> HttpResponse:
    """Change what of one's own people may reach the others."""
    person = person_of(request)
    mine = joined_parts(program).filter(organisation__in=looked_after(program, person))
    part = get_object_or_404(mine.select_related("program__organisation"), pk=part_id)
    form = OwnTerms(part, request.POST)
    if not form.is_valid():
        return _page(request, program, terms=form)
    actions.set_terms(
        part,
        by=person,
        fields=form.cleaned_data["fields_that_cross"],
        figures=form.cleaned_data["figures"],
        rivals=[int(r) for r in form.cleaned_data["rivals"]],
    )
    messages.success(
        request, _("Saved. What you took out stops crossing now; people are asked about the rest.")
    )
    return redirect("sharing", program.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_team
def leave(request: HttpRequest, program: Program, part_id: int) -> HttpResponse:
    """Leave with one's own people, or part with an organisation; what it means is shown before."""
    person = person_of(request)
    own = looked_after(program, person)
    part = get_object_or_404(could_leave(person, program), pk=part_id)
    if request.method == "POST":
        try:
            parted = part_ways(part, by=person)
        except ProgramsError as error:
            messages.error(request, str(error))
            return redirect("sharing", program.pk)
        messages.success(
            request,
            ngettext(
                "{people} person, with all they said, is in a program of {organisation} alone now.",
                "{people} people, with all they said, are in a program of {organisation} alone now.",
                parted.people,
            ).format(people=counted(parted.people), organisation=part.organisation),
        )
        here = part.organisation_id in own
        return redirect("overview", parted.program.pk) if here else redirect("sharing", program.pk)
    words = {
        "program": program,
        "part": part,
        "effect": parting_effect(part),
        "runs": program.organisation_id in own,
        "mine": part.organisation_id in own,
    }
    return render(request, "manager/leave.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def answer(request: HttpRequest, part_id: int) -> HttpResponse:
    """An invitation to a shared program: read the terms, say yes for an organisation, or no."""
    person = person_of(request)
    part = get_object_or_404(invitations_for(person), pk=part_id)
    program = part.program
    mine = could_bring(person, program)
    posted = request.POST if request.method == "POST" else None
    if posted is not None and posted.get("answer") == "no":
        actions.decline_invitation(part, by=person)
        messages.success(request, _("Declined. They see that, and nothing else."))
        return redirect("home")
    everything = [f.key for f in fields_of(program) if not f.sensitive]
    form = Bring(program, mine, posted, initial={"fields_that_cross": everything})
    if form.is_valid():
        chosen = form.cleaned_data
        organisation = next((o for o in mine if str(o.pk) == chosen["organisation"]), None)
        try:
            actions.bring_organisation(
                part,
                None if chosen["organisation"] == NEW else organisation,
                by=person,
                name=chosen["name"].strip(),
                fields=chosen["fields_that_cross"],
                figures=chosen["figures"],
            )
        except ProgramsError as error:
            messages.error(request, str(error))
            return redirect("manage")
        messages.success(request, _("You take part. Bring your people in."))
        return redirect("sharing", program.pk)
    words = {"part": part, "program": program, "form": form}
    return render(request, "manager/invitation.html", words, status=422 if posted else 200)
