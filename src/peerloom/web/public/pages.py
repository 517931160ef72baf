"""Landing, a program's public page, and joining."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from peerloom.accounts.models import Organisation
from peerloom.accounts.queries import first_start_is_due, roles_of
from peerloom.participants.actions import join as join_program
from peerloom.participants.errors import ParticipantsError
from peerloom.participants.models import Draw
from peerloom.prints import printed, qr_svg
from peerloom.programs.models import Program
from peerloom.programs.queries import organisations_in, poster_of, public_program
from peerloom.web.access import person_of, said_here
from peerloom.web.notices import notice_of


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What Peerloom is; the first start when there is no organisation yet."""
    if first_start_is_due():
        return redirect("first_start")
    if request.user.is_authenticated:
        managing = roles_of(person_of(request)) & {"manager", "admin"}
        return redirect("manage" if managing else "home")
    return render(request, "public/landing.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Who sees what."""
    return render(request, "public/privacy.html")


@require_safe
def program_privacy(request: HttpRequest, slug: str) -> HttpResponse:
    """What a program does with people's data, as it is really set up."""
    found = public_program(slug)
    if found is None:
        raise Http404
    words = {"program": found, "notice": notice_of(found)}
    return render(request, "public/notice.html", words)


@require_safe
def program(request: HttpRequest, slug: str) -> HttpResponse:
    """What a program is for, and what one gives and gets."""
    found = public_program(slug)
    if found is None:
        raise Http404
    here = organisations_in(found)
    words = {
        "program": found,
        "commitment": said_here(request, found, "commitment"),
        "organisations": here,
        "drawn": Draw.objects.filter(program=found).exists(),
        "with": next((o for o in here if o.slug == request.GET.get("with")), None),
    }
    return render(request, "public/program.html", words)


@require_safe
def poster(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The program on a page to hang up, with a code that leads to its public page."""
    found = public_program(slug)
    if found is None or form not in ("pdf", "svg"):
        raise Http404
    address = f"{settings.SITE_URL}{reverse('program', args=[slug])}"
    organisation = _whose(found, request.GET.get("with"))
    if organisation != found.organisation:
        address += f"?with={organisation.slug}"
    words = poster_of(found, address, organisation) | {"qr": qr_svg(address)}
    made = printed("poster", words, "pdf" if form == "pdf" else "svg")
    kind = "application/pdf" if form == "pdf" else "image/svg+xml"
    answer = HttpResponse(made, content_type=kind)
    answer["Content-Disposition"] = f'inline; filename="{slug}.{form}"'
    return answer


def _whose(program: Program, slug: str | None) -> Organisation:
    """The organisation of a shared program that an address names; else the one that runs it."""
    here = organisations_in(program)
    return next((o for o in here if o.slug == slug), here[0])


@require_POST
@login_required
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a place and go on to the questions."""
    found = public_program(slug)
    if found is None:
        raise Http404
    try:
        organisation = _whose(found, request.POST.get("with"))
        place = join_program(found, by=person_of(request), organisation=organisation)
    except ParticipantsError as error:
        messages.error(request, str(error))
        return redirect("program", slug)
    return redirect("place", place.pk)
