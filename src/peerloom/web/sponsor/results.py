"""What a sponsor reads: counts of programs, no person, no group under five."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from peerloom.accounts.models import Role
from peerloom.accounts.queries import organisations_of
from peerloom.participants.queries import count_states
from peerloom.programs.queries import sponsored_programs
from peerloom.web.access import person_of

LEAST = 5


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Programs and how many people they reach; a count under five is not shown."""
    person = person_of(request)
    programs = list(sponsored_programs(person))
    if not programs:
        raise Http404
    # In a shared program one's own people alone.
    reading = set(
        organisations_of(person, Role.SPONSOR, Role.ADMIN, Role.MANAGER).values_list(
            "pk", flat=True
        )
    )
    rows = []
    for program in programs:
        counts = count_states(program, sorted(reading))
        people = sum(v for k, v in counts.items() if k != "left")
        shown = people >= LEAST and counts["matched"] >= LEAST
        rows.append(
            (program, people if people >= LEAST else None, counts["matched"] if shown else None)
        )
    return render(request, "sponsor/results.html", {"rows": rows})
