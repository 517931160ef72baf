"""Who reaches a page: each finder answers only with what the signed-in person may see, else 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language

from peerloom.accounts.models import Organisation, Person, Role
from peerloom.accounts.queries import organisations_of
from peerloom.core.numbers import whole
from peerloom.participants.models import ImportFile, Participant
from peerloom.participants.queries import places_of
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.queries import meetings_with_partners, partnerships_of
from peerloom.programs.models import Program, Said
from peerloom.programs.queries import looked_after, managed_programs, team_programs
from peerloom.rounds.queries import rounds_in

View = Callable[..., HttpResponseBase]


def person_of(request: HttpRequest) -> Person:
    """The signed-in person."""
    return cast(Person, request.user)


def chosen_number(request: HttpRequest, name: str) -> int:
    """The number of a thing, as a form of the page sends it; 0, which nothing has, for what is none."""
    return whole(request.POST.get(name, ""), 0)


def signed_in(view: View) -> View:
    """For whoever is signed in; the view asks for their own things."""

    @login_required
    @wraps(view)
    def found(request: HttpRequest, **rest: Any) -> HttpResponseBase:
        return view(request, **rest)

    return found


def for_manager(view: View) -> View:
    """Gives the view its `program`, one the person manages."""

    @login_required
    @wraps(view)
    def found(request: HttpRequest, program_id: int, **rest: Any) -> HttpResponseBase:
        program = get_object_or_404(managed_programs(person_of(request)), pk=program_id)
        return view(request, program, **rest)

    return found


def for_team(view: View) -> View:
    """Gives the view its `program`, one in which an organisation of the person takes part."""

    @login_required
    @wraps(view)
    def found(request: HttpRequest, program_id: int, **rest: Any) -> HttpResponseBase:
        program = get_object_or_404(team_programs(person_of(request)), pk=program_id)
        return view(request, program, **rest)

    return found


def for_round(view: View) -> View:
    """Gives the view its `matching_round`, one of a program the person manages."""

    @for_manager
    @wraps(view)
    def found(
        request: HttpRequest, program: Program, round_id: int, **rest: Any
    ) -> HttpResponseBase:
        return view(request, get_object_or_404(rounds_in(program), pk=round_id), **rest)

    return found


def for_import(view: View) -> View:
    """Gives the view its `file`, one of an organisation the person manages."""

    @for_team
    @wraps(view)
    def found(
        request: HttpRequest, program: Program, file_id: int, **rest: Any
    ) -> HttpResponseBase:
        own = looked_after(program, person_of(request))
        files = ImportFile.objects.filter(program=program, organisation__in=own)
        files = files.select_related("program__organisation", "organisation", "job")
        return view(request, get_object_or_404(files, pk=file_id), **rest)

    return found


def for_self(view: View) -> View:
    """Gives the view its `place`, one of the person's own."""

    @login_required
    @wraps(view)
    def found(request: HttpRequest, place_id: int, **rest: Any) -> HttpResponseBase:
        place: Participant = get_object_or_404(places_of(person_of(request)), pk=place_id)
        return view(request, place, **rest)

    return found


def for_member(view: View) -> View:
    """Gives the view its `partnership`, one the person is in."""

    @login_required
    @wraps(view)
    def found(request: HttpRequest, partnership_id: int, **rest: Any) -> HttpResponseBase:
        mine = partnerships_of(person_of(request))
        partnership: Partnership = get_object_or_404(mine, pk=partnership_id)
        return view(request, partnership, **rest)

    return found


def for_meeting(view: View) -> View:
    """Gives the view its `meeting`, one of a partnership the person is in."""

    @login_required
    @wraps(view)
    def found(request: HttpRequest, meeting_id: int, **rest: Any) -> HttpResponseBase:
        meeting = get_object_or_404(meetings_with_partners(person_of(request)), pk=meeting_id)
        return view(request, meeting, **rest)

    return found


def for_admin(view: View) -> View:
    """Gives the view its `organisation`, one the person is an admin of."""

    @login_required
    @wraps(view)
    def found(request: HttpRequest, slug: str, **rest: Any) -> HttpResponseBase:
        mine = organisations_of(person_of(request), Role.ADMIN)
        organisation: Organisation = get_object_or_404(mine, slug=slug)
        return view(request, organisation, **rest)

    return found


def said_here(request: HttpRequest, program: Program, key: str) -> Said | None:
    """A material of the program in the reader's language; None where the manager took it out."""
    material = program.materials.filter(key=key).select_related("program").first()
    return material.said(get_language() or "") if material else None


def managing_organisation(request: HttpRequest) -> Organisation:
    """The organisation in which the person makes new programs; 404 for everybody else."""
    organisation = organisations_of(person_of(request), Role.MANAGER, Role.ADMIN).first()
    if organisation is None:
        raise Http404
    return organisation
