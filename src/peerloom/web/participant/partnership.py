"""A partnership's page for the people in it, and finding time."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peerloom.calendars.slots import StandingSlot
from peerloom.care.queries import hats_of
from peerloom.messaging.queries import chat_links
from peerloom.partnerships import actions, queries
from peerloom.partnerships.errors import PartnershipEnded, PartnershipsError
from peerloom.partnerships.models import Partnership
from peerloom.web.access import for_member, person_of
from peerloom.web.forms.talks import OwnTime, ThanksForm, Video


@require_safe
@for_member
def show(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """What comes next, what we share, what came of it."""
    person = person_of(request)
    page = queries.partnership_page(partnership, person)
    actions.note_answer(page.view.mine)
    peers = peers_of(partnership, page.view.mine.pk)
    words = {
        "page": page,
        "view": page.view,
        "chats": chats_of(page.view),
        "hats": hats_of(partnership, person, drawn=False),
        "times": []
        if page.upcoming or not partnership.is_open
        else queries.offered_times(partnership, person),
        "thanks": ThanksForm(peers) if peers else None,
    }
    return render(request, "participant/partnership.html", words)


def chats_of(view: queries.PartnershipView) -> list[tuple[str, str]]:
    """First name and link of the peers who can be reached in a chat."""
    people = [p.participant.person for p in view.peers]
    links = chat_links(p.email for p in people)
    return [(p.first_name, links[p.email]) for p in people if p.email in links]


def peers_of(partnership: Partnership, mine: int) -> list[tuple[int, str]]:
    """Everybody else who can be written to: part's number and first name."""
    parts = [p for p in partnership.parts.all() if p.pk != mine]
    people = [(p.pk, p.participant.person) for p in parts]
    return [(number, who.first_name) for number, who in people if not who.erased_at]


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def times(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Times when everybody is free, a time of one's own choice, a standing time, a video link."""
    person = person_of(request)
    if not partnership.is_open:
        messages.error(request, str(PartnershipEnded()))
        return redirect("partnership", partnership.pk)
    mine = queries.seen_by(partnership, person).mine
    own = OwnTime(
        queries.known_zone(mine.participant), request.POST if "day" in request.POST else None
    )
    if request.method == "POST":
        start = own.start() if own.is_valid() else moment_in(request.POST.get("start", ""))
        if start is not None:
            try:
                meeting = actions.book(partnership, start, by=person)
            except PartnershipsError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("Booked. The invitation is on its way to all of you."))
                return redirect("meeting", meeting.pk)
        elif not own.errors:
            messages.error(request, _("Choose a time; nothing was changed."))
    words = {
        "view": queries.seen_by(partnership, person),
        "times": queries.offered_times(partnership, person, count=6),
        "slots": queries.offered_slots(partnership),
        "slot": queries.slot_of(partnership),
        "own": own,
        "unknown": queries.gave_no_hours(partnership),
        "video": Video(initial={"video": partnership.video}),
        "makes_rooms": bool(settings.VIDEO_URL),
    }
    return render(request, "participant/times.html", words, status=422 if own.errors else 200)


def moment_in(text: str) -> datetime | None:
    """A moment as a form names it; None for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


@require_POST
@for_member
def slot(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """A standing time, or none."""
    person = person_of(request)
    offered = {str(s.quarter): s for s in queries.offered_slots(partnership)}
    chosen: StandingSlot | None = offered.get(request.POST.get("slot", ""))
    if chosen is None and request.POST.get("slot") != "none":
        messages.error(request, _("That time is no longer offered; nothing was changed."))
        return redirect("times", partnership.pk)
    weeks = partnership.program.weeks
    try:
        meeting = actions.set_slot(partnership, chosen, by=person, weeks=weeks)
    except PartnershipsError as error:
        messages.error(request, str(error))
        return redirect("times", partnership.pk)
    if chosen is None:
        messages.success(request, _("There is no standing time any more; what is planned stays."))
    elif meeting:
        messages.success(
            request, _("Kept. The next meeting is planned and the invitation on its way.")
        )
    else:
        messages.success(request, _("Kept. The next meeting is planned already."))
    return redirect("partnership", partnership.pk)


@require_POST
@for_member
def video(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Where to meet on screen."""
    person, form = person_of(request), Video(request.POST)
    try:
        if request.POST.get("make") and settings.VIDEO_URL:
            actions.make_room(partnership, by=person)
        elif form.is_valid():
            actions.set_video(partnership, form.cleaned_data["video"], by=person)
        else:
            messages.error(request, _("That is not a link; nothing was changed."))
            return redirect("times", partnership.pk)
    except PartnershipsError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Kept."))
    return redirect("times", partnership.pk)


@require_POST
@for_member
def met(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """We met just now, planned or not; on to the check-in."""
    try:
        meeting = actions.note_that_we_met(partnership, timezone.now(), by=person_of(request))
    except PartnershipsError as error:
        messages.error(request, str(error))
        return redirect("partnership", partnership.pk)
    return redirect("check_in", meeting.pk)
