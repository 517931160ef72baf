"""The care desk, requests, safeguards, what care says, and partners for those who wait."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peerloom.calendars.weekly import zone
from peerloom.care import actions, queries
from peerloom.care.errors import CareError
from peerloom.care.models import Repairing, SupportRequest
from peerloom.core.audit import saw
from peerloom.core.numbers import whole
from peerloom.programs.actions import reword, set_safeguards
from peerloom.programs.letters import (
    cadence_words,
    filled,
    filled_as_html,
    said_day,
    said_moment,
)
from peerloom.programs.library import CARE, LETTERS
from peerloom.programs.models import Material, Program, Said
from peerloom.programs.queries import (
    care_messages,
    consequences,
    letter_messages,
    looked_after,
    message_words,
    safeguards_of,
)
from peerloom.web.access import for_manager, for_team, person_of
from peerloom.web.forms.care import Note, SafeguardsForm

EXAMPLE = datetime(2026, 12, 8, 13, tzinfo=UTC)


@require_safe
@for_team
def desk(request: HttpRequest, program: Program) -> HttpResponse:
    """Who needs help today and why; who waits."""
    person = person_of(request)
    saw(person, program, organisation_id=program.organisation_id, verb="saw care of")
    repairing = queries.repairing_of(program)
    words = {
        "program": program,
        "desk": queries.desk_of(program, person),
        "repairing": repairing,
        "choice": safeguards_of(program),
    }
    return render(request, "manager/care.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
@for_team
def case(request: HttpRequest, program: Program, request_id: int) -> HttpResponse:
    """One request: take it in hand, note, close, open again."""
    person = person_of(request)
    found = get_object_or_404(queries.requests_in(program, person), pk=request_id)
    note = Note(request.POST if request.POST.get("verb") == "note" else None)
    if request.method == "POST" and not (note.is_bound and not note.is_valid()):
        try:
            _handle(request, found, note)
        except CareError as error:
            messages.error(request, str(error))
        return redirect("care_case", program.pk, found.pk)
    saw(person, found, organisation_id=program.organisation_id)
    words = {
        "program": program,
        "case": queries.case_of(found, looked_after(program, person)),
        "note": note,
        "notes": found.notes.select_related("author"),
        "outcomes": SupportRequest.Outcome.choices,
    }
    return render(request, "manager/case.html", words, status=422 if note.errors else 200)


def _handle(request: HttpRequest, found: SupportRequest, note: Note) -> None:
    person, verb = person_of(request), request.POST.get("verb", "")
    if verb == "take":
        actions.take_in_hand(found, by=person)
        messages.success(request, _("It is in hand."))
    elif verb == "note":
        actions.note_on(found, note.cleaned_data["text"], by=person)
        messages.success(request, _("Noted."))
    elif verb == "reopen":
        actions.reopen_request(found, by=person)
        messages.success(request, _("It is open again."))
    elif verb == "close" and request.POST.get("outcome") in SupportRequest.Outcome.values:
        actions.close_request(found, request.POST["outcome"], by=person)
        messages.success(request, _("Closed."))
    else:
        messages.error(request, _("Choose what came of it; nothing was changed."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_manager
def safeguards(request: HttpRequest, program: Program) -> HttpResponse:
    """How soon care speaks up, and what that would do to partnerships whose truth is known."""
    choice = safeguards_of(program)
    form = SafeguardsForm(request.POST or None, initial=SafeguardsForm.of(choice))
    early, sure = choice.early, choice.sure
    if request.method == "POST" and form.is_valid():
        early, sure = form.cleaned_data["early"], form.cleaned_data["sure"]
        if "try" not in request.POST:
            set_safeguards(program, by=person_of(request), **form.choice())
            messages.success(request, _("Saved. It counts from tomorrow's look on."))
            return redirect("safeguards", program.pk)
    words = {
        "program": program,
        "form": form,
        "simulated": queries.simulated(early, sure),
        "trying": (early, sure) != (choice.early, choice.sure),
        "said": [
            (_("What care says"), _shown(program, care_messages(program))),
            (_("Other letters"), _shown(program, letter_messages(program))),
        ],
        "serves": [p for p in consequences(program).serving if p.kind == "safeguard" and p.serves],
    }
    return render(request, "manager/safeguards.html", words)


def _shown(
    program: Program, found: list[tuple[str, Said, Material | None]]
) -> list[dict[str, object]]:
    """Messages as somebody reads them, with made-up names and times."""
    shown: list[dict[str, object]] = []
    for key, said, own in found:
        marks = _example(program, said.language)
        title, body = filled(said.title, marks), filled_as_html(said.body, marks)
        shown.append(
            {"key": key, "title": title, "html": body, "language": said.language, "own": own}
        )
    return shown


def _example(program: Program, language: str) -> dict[str, str]:
    """What the marks of a message may stand for, in the message's language."""
    with translation.override(language):
        reason = _("It is longer than you agreed since you met.")
    return {
        "names": "Ben",
        "when": said_moment(EXAMPLE, zone("Europe/Paris"), "Paris", language),
        "minutes": "60",
        "day": said_day(EXAMPLE.date(), language),
        "until": said_day(EXAMPLE.date(), language),
        "cadence": cadence_words(program.cadence, language),
        "reason": reason,
        "program": program.name,
        "organisation": program.organisation.name,
        "purpose": program.purpose,
    }


@require_POST
@for_manager
def own_words(request: HttpRequest, program: Program, key: str) -> HttpResponse:
    """Begin to say something of care in the program's own words."""
    if key not in (*CARE, *LETTERS):
        raise Http404
    said = message_words(program, key)
    material = reword(program, key, title=said.title, body=said.body, by=person_of(request))
    return redirect("material", program.pk, material.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_manager
def repairing(request: HttpRequest, program: Program) -> HttpResponse:
    """Look for partners for those who wait; take one of the ways."""
    person = person_of(request)
    latest = queries.repairing_of(program)
    if request.method == "POST":
        try:
            _repair(request, program, latest)
        except CareError as error:
            messages.error(request, str(error))
        return redirect("repairing", program.pk)
    shown = latest if latest and latest.state != Repairing.State.DROPPED else None
    words = {
        "program": program,
        "repairing": shown,
        "job": shown.job if shown else None,
        "ways": queries.ways_of(shown, person) if shown else [],
        "desk": queries.desk_of(program, person),
    }
    return render(request, "manager/repairing.html", words)


def _repair(request: HttpRequest, program: Program, latest: Repairing | None) -> None:
    person, verb = person_of(request), request.POST.get("verb", "")
    way = whole(request.POST.get("way", ""), -1)
    if verb == "look":
        others = request.POST.get("others") == "yes"
        actions.start_repairing(program, others=others, by=person)
    elif verb == "take" and latest and way >= 0:
        placed = actions.take_way(latest, way, by=person)
        messages.success(
            request,
            _("Done: {placed} people have a peer, and were introduced.").format(placed=placed),
        )
    elif verb == "drop" and latest:
        actions.drop_repairing(latest, by=person)
        messages.success(request, _("Set aside; nothing was changed."))
    else:
        messages.error(request, _("Choose something; nothing was changed."))


@require_safe
@for_manager
def progress(request: HttpRequest, program: Program) -> HttpResponse:
    """How far the look is, for htmx to ask again."""
    latest = queries.repairing_of(program)
    if latest is None:
        raise Http404
    answer = render(request, "manager/_repairing.html", {"program": program, "job": latest.job})
    if latest.state != Repairing.State.SOLVING:
        answer["HX-Refresh"] = "true"
    return answer
