"""What a caller may see: each finder answers with their own alone, else 404."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from peerloom.accounts.models import Organisation, Role
from peerloom.accounts.queries import organisations_of
from peerloom.api.calls import by
from peerloom.api.problems import Problem
from peerloom.core.audit import saw
from peerloom.participants.models import Participant
from peerloom.participants.queries import people_of, places_of
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.queries import partnerships_of
from peerloom.programs.models import Program
from peerloom.programs.queries import managed_programs, team_programs
from peerloom.rounds.models import MatchingRound
from peerloom.rounds.queries import rounds_in


def managed(request: HttpRequest, program_id: int) -> Program:
    """A program that the caller manages."""
    found: Program = get_object_or_404(managed_programs(by(request)), pk=program_id)
    return found


def of_team(request: HttpRequest, program_id: int) -> Program:
    """A program in which an organisation of the caller takes part."""
    found: Program = get_object_or_404(team_programs(by(request)), pk=program_id)
    return found


def one_person(request: HttpRequest, program_id: int, participant_id: int) -> Participant:
    """A participant whom the caller looks after."""
    people = people_of(of_team(request, program_id), by(request))
    found: Participant = get_object_or_404(people, pk=participant_id)
    return found


def one_round(request: HttpRequest, program_id: int, round_id: int) -> MatchingRound:
    """A round of a program that the caller manages."""
    rounds = rounds_in(managed(request, program_id))
    found: MatchingRound = get_object_or_404(rounds, pk=round_id)
    return found


def solved_round(request: HttpRequest, program_id: int, round_id: int) -> MatchingRound:
    """A round that is solved; that its people are looked at is noted."""
    found = one_round(request, program_id, round_id)
    if not found.result:
        raise Problem(409, "conflict", _("The round is not solved."))
    organisation = found.program.organisation_id
    saw(by(request), found, organisation_id=organisation, verb="saw people of")
    return found


def administered(request: HttpRequest, slug: str) -> Organisation:
    """An organisation that the caller administers."""
    mine = organisations_of(by(request), Role.ADMIN)
    found: Organisation = get_object_or_404(mine, slug=slug)
    return found


def own_place(request: HttpRequest, place_id: int) -> Participant:
    """One of the caller's own places."""
    found: Participant = get_object_or_404(places_of(by(request)), pk=place_id)
    return found


def own_partnership(request: HttpRequest, partnership_id: int) -> Partnership:
    """A partnership that the caller is in."""
    found: Partnership = get_object_or_404(partnerships_of(by(request)), pk=partnership_id)
    return found
