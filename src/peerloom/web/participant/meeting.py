"""One meeting: before, during and after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peerloom.care.queries import hats_on_agenda
from peerloom.core.numbers import whole
from peerloom.partnerships import actions, queries
from peerloom.partnerships.errors import PartnershipsError, TextConflict
from peerloom.partnerships.models import LearningMoment, Meeting
from peerloom.web.access import for_meeting, person_of
from peerloom.web.forms.talks import CheckInForm, Item, Learned, OwnTime, Step
from peerloom.web.participant.partnership import moment_in

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@require_safe
@for_meeting
def show(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Agenda, notes, next steps, and how it was."""
    return _page(request, meeting)


def _page(
    request: HttpRequest,
    meeting: Meeting,
    *,
    item: Item | None = None,
    step: Step | None = None,
    conflict: dict[str, Any] | None = None,
) -> HttpResponse:
    seen = queries.meeting_view(meeting, person_of(request))
    now = timezone.now()
    framework = None
    if seen.framework:
        framework = seen.framework.said(get_language() or "")
    words = {
        "seen": seen,
        "meeting": meeting,
        "partnership": meeting.partnership,
        "framework": framework,
        "adapted": f"{seen.note}\n\n{framework.body}".strip() if framework else "",
        "item": item or Item(auto_id="item_%s"),
        "step": step or Step(meeting, seen.view.mine.pk, auto_id="step_%s"),
        "learned": Learned(auto_id="learned_%s"),
        "conflict": conflict,
        "begun": meeting.starts_at <= now + timedelta(minutes=10),
        "writable": meeting.partnership.is_open,
        "today": meeting.starts_at.date() == now.date(),
        "hats_on_agenda": hats_on_agenda(meeting.partnership),
    }
    refused = conflict or (item and item.errors) or (step and step.errors)
    status = 409 if conflict else 422 if refused else 200
    return render(request, "participant/meeting.html", words, status=status)


def _done(request: HttpRequest, meeting: Meeting, work: Callable[[], object]) -> HttpResponse:
    """Do it, say what went wrong in words, and show the meeting."""
    try:
        work()
    except PartnershipsError as error:
        messages.error(request, str(error))
    return redirect("meeting", meeting.pk)


@require_http_methods(READ_AND_WRITE)
@for_meeting
def move(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Another time, or none."""
    person = person_of(request)
    mine = queries.seen_by(meeting.partnership, person).mine
    own = OwnTime(
        queries.known_zone(mine.participant), request.POST if "day" in request.POST else None
    )
    if request.method == "POST":
        start = own.start() if own.is_valid() else moment_in(request.POST.get("start", ""))
        seen = whole(request.POST.get("seen", ""), -1)
        try:
            if request.POST.get("cancel"):
                actions.cancel(meeting, by=person, seen=seen)
                messages.success(request, _("Cancelled; everybody hears of it."))
                return redirect("partnership", meeting.partnership_id)
            if start is not None:
                actions.move(meeting, start, by=person, seen=seen)
                messages.success(request, _("Moved. The new time is on its way to all of you."))
                return redirect("meeting", meeting.pk)
        except PartnershipsError as error:
            messages.error(request, str(error))
            return redirect("meeting", meeting.pk)
        if not own.errors:
            messages.error(request, _("Choose a time; nothing was changed."))
    words = {
        "meeting": meeting,
        "view": queries.seen_by(meeting.partnership, person),
        "times": queries.offered_times(meeting.partnership, person, count=5),
        "own": own,
    }
    return render(request, "participant/move.html", words, status=422 if own.errors else 200)


@require_POST
@for_meeting
def add_item(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Bring something."""
    form = Item(request.POST, auto_id="item_%s")
    if not form.is_valid():
        return _page(request, meeting, item=form)
    by = person_of(request)
    return _done(request, meeting, lambda: actions.add_item(meeting, by=by, **form.cleaned_data))


@require_POST
@for_meeting
def item_do(request: HttpRequest, meeting: Meeting, item_id: int, verb: str) -> HttpResponse:
    """Talked about, not yet, or taken back."""
    items = meeting.items.select_related("owner__participant", "meeting__partnership__program")
    item, by = get_object_or_404(items, pk=item_id), person_of(request)
    if verb == "remove":
        return _done(request, meeting, lambda: actions.remove_item(item, by=by))
    return _done(request, meeting, lambda: actions.tick_item(item, verb == "done", by=by))


@require_http_methods(READ_AND_WRITE)
@for_meeting
def note(request: HttpRequest, meeting: Meeting, which: str) -> HttpResponse:
    """The note of all, or one's own. As JSON for the page's own script, which keeps drafts."""
    if which not in ("shared", "own"):
        return render(request, "errors/404.html", status=404)
    person = person_of(request)
    wants_json = "application/json" in request.headers.get("Accept", "")
    if request.method != "POST":
        if wants_json:
            parts = meeting.partnership.parts.all()
            mine = next(p for p in parts if p.participant.person_id == person.pk)
            text, version = queries.note_of(meeting, mine, which)
            return JsonResponse({"text": text, "version": version})
        return redirect("meeting", meeting.pk)
    text = request.POST.get("text", "")
    version = whole(request.POST.get("seen", ""), -1)
    write = actions.write_shared_note if which == "shared" else actions.write_private_note
    try:
        kept = write(meeting, text, seen=version, by=person)
    except TextConflict as error:
        conflict = {"which": which, "mine": text, "theirs": error.theirs, "version": error.version}
        if wants_json:
            return JsonResponse(conflict | {"words": str(error)}, status=409)
        return _page(request, meeting, conflict=conflict)
    except PartnershipsError as error:
        if wants_json:
            return JsonResponse({"words": str(error)}, status=422)
        conflict = {"which": which, "mine": text, "words": str(error), "version": version}
        return _page(request, meeting, conflict=conflict)
    now = kept.note_version if isinstance(kept, Meeting) else kept.version
    if wants_json:
        return JsonResponse({"version": now})
    messages.success(request, _("Saved."))
    return redirect("meeting", meeting.pk)


@require_POST
@for_meeting
def add_step(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Note what somebody will do."""
    person = person_of(request)
    mine = queries.seen_by(meeting.partnership, person).mine
    form = Step(meeting, mine.pk, request.POST, auto_id="step_%s")
    if not form.is_valid():
        return _page(request, meeting, step=form)
    c = form.cleaned_data
    return _done(
        request,
        meeting,
        lambda: actions.add_step(
            meeting, c["text"], by=person, owner=int(c["owner"]), due_on=c["due_on"]
        ),
    )


@require_POST
@for_meeting
def step_do(request: HttpRequest, meeting: Meeting, step_id: int, verb: str) -> HttpResponse:
    """Done, or not yet."""
    steps = meeting.partnership.next_steps.select_related("partnership__program")
    step, by = get_object_or_404(steps, pk=step_id), person_of(request)
    return _done(request, meeting, lambda: actions.tick_step(step, verb == "done", by=by))


@require_http_methods(READ_AND_WRITE)
@for_meeting
def check_in(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Ten seconds: how it was."""
    person = person_of(request)
    seen = queries.meeting_view(meeting, person)
    lately = queries.asked_lately(meeting, seen.view.mine)
    posted = request.POST if request.method == "POST" else None
    form = CheckInForm(posted, initial=seen.answers, monthly=not lately)
    if posted is not None and form.is_valid():
        try:
            actions.check_in(meeting, form.answers(), by=person)
            learned = posted.get("learned", "").strip()
            if learned:
                actions.note_learning(meeting.partnership, learned, by=person, meeting=meeting)
        except PartnershipsError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Thank you. Your partner never reads single answers."))
            return redirect("partnership", meeting.partnership_id)
    words = {"meeting": meeting, "seen": seen, "form": form, "view": seen.view}
    return render(request, "participant/check_in.html", words)


@require_POST
@for_meeting
def learned(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Keep something learned."""
    form, by = Learned(request.POST), person_of(request)
    if not form.is_valid():
        messages.error(request, _("There is nothing written yet."))
        return redirect("meeting", meeting.pk)
    kind = LearningMoment.Shared
    shared = kind.PARTNERS if form.cleaned_data["shared"] else kind.NOBODY
    return _done(
        request,
        meeting,
        lambda: actions.note_learning(
            meeting.partnership, form.cleaned_data["text"], by=by, meeting=meeting, shared=shared
        ),
    )
