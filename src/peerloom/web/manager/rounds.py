"""Matching: rounds, their review, and publication."""

from __future__ import annotations

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peerloom.accounts.models import Person
from peerloom.core import jobs
from peerloom.core.audit import saw
from peerloom.participants.models import Participant
from peerloom.participants.queries import count_states, face_of
from peerloom.programs.models import Program
from peerloom.programs.queries import looked_after
from peerloom.rounds import actions, queries
from peerloom.rounds.errors import BeingPublished, RoundsError
from peerloom.rounds.models import MatchingRound, PairRule
from peerloom.web.access import chosen_number, for_manager, for_round, person_of

A_PAGE, NAMED = 50, 20
SHOWN = ("look", "pinned", "all")
State = MatchingRound.State


@require_http_methods(["GET", "HEAD", "POST"])
@for_manager
def index(request: HttpRequest, program: Program) -> HttpResponse:
    """All rounds; start a new one."""
    if request.method == "POST":
        try:
            matching_round = actions.start_round(program, by=person_of(request))
        except RoundsError as error:
            messages.error(request, str(error))
        else:
            return redirect("round", program.pk, matching_round.pk)
    rounds = queries.rounds_of(program)
    going = next((r for r in rounds if r.state == State.PUBLISHING), None)
    words = {
        "program": program,
        "rounds": rounds,
        "wait": str(BeingPublished(going.number)) if going else "",
        "looking": count_states(program)["looking"],
        "exposure": queries.exposure(program),
        "call": queries.short_list_job(program),
    }
    return render(request, "manager/rounds.html", words)


@require_POST
@for_manager
def ask(request: HttpRequest, program: Program) -> HttpResponse:
    """Send short lists to those who look for a peer."""
    try:
        actions.ask_for_voices(
            program, named=request.POST.get("named") == "yes", by=person_of(request)
        )
    except RoundsError as error:
        messages.error(request, str(error))
    return redirect("rounds", program.pk)


@require_safe
@for_manager
def asking(request: HttpRequest, program: Program) -> HttpResponse:
    """How far the short lists are, for htmx to ask again."""
    words = {"program": program, "call": queries.short_list_job(program)}
    response = render(request, "manager/_asking.html", words)
    if words["call"] and words["call"].state == "done":
        response["HX-Refresh"] = "true"
    return response


@require_safe
@for_round
def show(request: HttpRequest, matching_round: MatchingRound) -> HttpResponse:
    """A round being solved, to review, or published."""
    words: dict[str, object] = {
        "program": matching_round.program,
        "round": matching_round,
        "job": matching_round.job,
        "figures": queries.round_figures(matching_round),
        "exposure": queries.exposure(matching_round.program),
        **_publication(matching_round),
    }
    if not matching_round.result:
        return render(request, "manager/round_solving.html", words)
    person = person_of(request)
    owner = matching_round.program.organisation_id
    saw(person, matching_round, organisation_id=owner, verb="saw people of")
    shown = {which: queries.proposals_of(matching_round, which) for which in SHOWN}
    which = request.GET.get("show", "all")
    which = which if which in shown else "all"
    page = Paginator(shown[which], A_PAGE).get_page(request.GET.get("page"))
    unplaced = queries.unplaced_of(matching_round)
    alone = unplaced.count()
    words |= {
        "page": page,
        "views": queries.proposal_views(matching_round, list(page), person),
        "show": which,
        "counts": {k: found.count() for k, found in shown.items()},
        "unplaced": queries.unplaced_views(matching_round, unplaced[:NAMED], person),
        "unplaced_count": alone,
        "unnamed": max(0, alone - NAMED),
        "rules": queries.rules_of(matching_round, person),
        "can_download": queries.may_be_taken(matching_round, person),
        "others": queries.holds_others_answers(matching_round),
        "reviewing": matching_round.state == State.READY,
        **_audit(matching_round, request.GET.get("by", ""), person),
    }
    return render(request, "manager/round.html", words)


def _audit(matching_round: MatchingRound, key: str, person: Person) -> dict[str, object]:
    if matching_round.parted_at:
        return {}
    choices = queries.audit_choices(matching_round.program)
    question = next((q for q in choices if q.key == key), None)
    found = queries.round_audit(matching_round, question, person) if question else None
    return {"audit_choices": choices, "audit_by": question, "audit": found}


@require_safe
@for_manager
def compare(request: HttpRequest, program: Program) -> HttpResponse:
    """Two solved rounds side by side: what another policy would have done."""
    solved = queries.comparable_rounds(program)
    by_number = {str(r.number): r for r in solved}
    first = by_number.get(request.GET.get("first", ""), solved[1] if len(solved) > 1 else None)
    second = by_number.get(request.GET.get("second", ""), solved[0] if solved else None)
    rows = queries.compare_rounds(first, second) if first and second else []
    words = {"program": program, "rounds": solved, "first": first, "second": second, "rows": rows}
    return render(request, "manager/rounds_compare.html", words)


@require_safe
@for_round
def progress(request: HttpRequest, matching_round: MatchingRound) -> HttpResponse:
    """How far the solve or the publication is, for htmx to ask again; its end sends the page on."""
    publication = _publication(matching_round)
    job = matching_round.publication if publication else matching_round.job
    words = {"program": matching_round.program, "round": matching_round, "job": job, **publication}
    page = "manager/_publication.html" if publication else "manager/_round_progress.html"
    response = render(request, page, words)
    if job and job.state == "done":
        response["HX-Refresh"] = "true"
    return response


def _publication(matching_round: MatchingRound) -> dict[str, object]:
    """How far the publication of a large round is; nothing where there was none."""
    if not (job := matching_round.publication):
        return {}
    opened, partnerships = queries.opened_of(matching_round)
    return {"publication": job, "opened": opened, "partnerships": partnerships}


@require_POST
@for_round
def cancel(request: HttpRequest, matching_round: MatchingRound) -> HttpResponse:
    """Stop the solve; nothing is changed."""
    if matching_round.job:
        jobs.cancel(matching_round.job)
        messages.success(request, _("The solve stops; nothing is changed."))
    return redirect("round", matching_round.program_id, matching_round.pk)


@require_POST
@for_round
def again(request: HttpRequest, matching_round: MatchingRound) -> HttpResponse:
    """Solve once more, with pins and pairs kept apart."""
    try:
        actions.solve_again(matching_round, by=person_of(request))
    except RoundsError as error:
        messages.error(request, str(error))
    return redirect("round", matching_round.program_id, matching_round.pk)


@require_POST
@for_round
def rule(request: HttpRequest, matching_round: MatchingRound) -> HttpResponse:
    """Pin two people, keep them apart, or leave it to the matching."""
    kinds = {"pin": PairRule.Kind.PIN, "forbid": PairRule.Kind.FORBID, "free": None}
    wanted = request.POST.get("kind", "")
    first, second = chosen_number(request, "first"), chosen_number(request, "second")
    if wanted not in kinds:
        messages.error(request, _("That pair is not known here; nothing was changed."))
        return redirect("round", matching_round.program_id, matching_round.pk)
    try:
        actions.rule_pair(matching_round, first, second, kinds[wanted], by=person_of(request))
    except RoundsError as error:
        messages.error(request, str(error))
    else:
        words = {
            "pin": _("Pinned: they stay together when you solve again."),
            "forbid": _("Kept apart. Solve again to find them other peers."),
            "free": _("Left to the matching again."),
        }
        messages.success(request, words[wanted])
    return redirect("round", matching_round.program_id, matching_round.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_round
def swap_person(
    request: HttpRequest, matching_round: MatchingRound, participant_id: int
) -> HttpResponse:
    """Other partners for one person, each with its cost; choosing one pins it and solves again."""
    if matching_round.state != MatchingRound.State.READY:
        messages.error(request, _("This round can no longer be changed."))
        return redirect("round", matching_round.program_id, matching_round.pk)
    person = person_of(request)
    people = matching_round.program.participants.select_related("person", "organisation")
    mover: Participant = get_object_or_404(people, pk=participant_id)
    swaps = queries.swaps_for(matching_round, mover, person) if matching_round.result else []
    if request.method == "POST":
        chosen = next((s for s in swaps if s.key == request.POST.get("swap")), None)
        if chosen is None:
            messages.error(request, _("That swap is no longer possible; nothing was changed."))
        else:
            pairs = [(a.pk, b.pk) for a, b, _ in chosen.pairs]
            try:
                actions.swap(matching_round, pairs, by=person)
            except RoundsError as error:
                messages.error(request, str(error))
        return redirect("round", matching_round.program_id, matching_round.pk)
    words = {
        "program": matching_round.program,
        "round": matching_round,
        "mover": face_of(mover, looked_after(matching_round.program, person)),
        "swaps": swaps,
    }
    return render(request, "manager/round_swap.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
@for_round
def publish(request: HttpRequest, matching_round: MatchingRound) -> HttpResponse:
    """Show the messages before they go; then publish, once."""
    if request.method == "POST":
        try:
            actions.publish_round(matching_round, by=person_of(request))
        except RoundsError as error:
            messages.error(request, str(error))
        else:
            if matching_round.state == State.PUBLISHED:
                messages.success(request, _("Published. The introductions are on their way."))
        return redirect("round", matching_round.program_id, matching_round.pk)
    words = {
        "program": matching_round.program,
        "round": matching_round,
        "figures": queries.round_figures(matching_round),
        "letters": actions.preview_letters(matching_round, by=person_of(request)),
    }
    return render(request, "manager/round_publish.html", words)


@require_POST
@for_round
def check(request: HttpRequest, matching_round: MatchingRound) -> HttpResponse:
    """Run the independent checker on the server."""
    try:
        problems = queries.check_round(matching_round)
    except RoundsError as error:
        messages.error(request, str(error))
        return redirect("round", matching_round.program_id, matching_round.pk)
    if problems:
        messages.error(
            request, _("The round does not hold: {problems}").format(problems=problems[0])
        )
    else:
        messages.success(
            request, _("Checked independently: every must-have holds, and no better pairs exist.")
        )
    return redirect("round", matching_round.program_id, matching_round.pk)


@require_safe
@for_round
def download(request: HttpRequest, matching_round: MatchingRound) -> HttpResponse:
    """`round.json`, to be verified by the command."""
    if not queries.may_be_taken(matching_round, person_of(request)):
        return render(request, "errors/404.html", status=404)
    organisation = matching_round.program.organisation_id
    saw(person_of(request), matching_round, organisation_id=organisation, verb="took data of")
    text = json.dumps(matching_round.result, ensure_ascii=False, indent=1) + "\n"
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="round.json"'
    return response
