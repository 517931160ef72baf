"""Agreement, feedback and thanks between partners."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from peerloom.partnerships import actions, queries
from peerloom.partnerships.errors import PartnershipsError, TextConflict
from peerloom.partnerships.kindly import hints
from peerloom.partnerships.models import PROMPTS, TOPICS, Feedback, Partnership, Thanks
from peerloom.web.access import for_member, person_of, said_here, signed_in
from peerloom.web.forms.talks import AgreementForm, FeedbackForm, ThanksForm
from peerloom.web.participant.partnership import peers_of

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(READ_AND_WRITE)
@for_member
def agreement(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Write what we expect of each other; each sees the other's changes."""
    person = person_of(request)
    seen = queries.agreement_of(partnership, person)
    now = {"seen": "-".join(map(str, seen.seen)), **seen.said}
    form = AgreementForm(request.POST if request.method == "POST" else None, initial=now)
    theirs: list[tuple[str, str]] = []
    if form.is_valid():
        c = form.cleaned_data
        try:
            actions.write_agreement(partnership, c, seen=c["seen"], by=person)
        except TextConflict as error:
            messages.error(request, str(error))
            fresh = queries.agreement_of(partnership, person)
            current = json.loads(error.theirs)
            theirs = [
                (TOPICS[k], current.get(k, ""))
                for k in TOPICS
                if current.get(k, "") != c[k].strip()
            ]
            # Saved again, one's own words stand; the other's are shown until then.
            mine = c | {"seen": "-".join(map(str, fresh.seen))}
            form, seen = AgreementForm(initial=mine), fresh
        except PartnershipsError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Saved. Your partner sees it; say yes when it fits."))
            return redirect("agreement", partnership.pk)
    words = {
        "view": queries.seen_by(partnership, person),
        "seen": seen,
        "form": form,
        "theirs": theirs,
        "topics": [(TOPICS[k], seen.said[k]) for k in TOPICS],
        "holding": [(TOPICS[k], seen.holding.get(k, "")) for k in TOPICS] if seen.holds else [],
        "example": said_here(request, partnership.program, "agreement"),
        "partnership": partnership,
    }
    status = 409 if theirs else 422 if form.errors else 200
    return render(request, "participant/agreement.html", words, status=status)


@require_POST
@for_member
def accept(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Yes to the agreement as it was shown."""
    form = AgreementForm(request.POST)
    form.is_valid()
    seen = form.cleaned_data.get("seen", (0, 0))
    try:
        agreed = actions.accept_agreement(partnership, seen=seen, by=person_of(request))
    except PartnershipsError as error:
        messages.error(request, str(error))
    else:
        held = (
            _("It holds now: all of you said yes.")
            if agreed.accepted_at
            else _("Your yes is noted.")
        )
        messages.success(request, held)
    return redirect("agreement", partnership.pk)


@require_http_methods(READ_AND_WRITE)
@for_member
def feedback(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Give feedback, guided and kind; read what one got."""
    person = person_of(request)
    view = queries.seen_by(partnership, person)
    due = queries.feedback_is_due(partnership, view.mine)
    peers = peers_of(partnership, view.mine.pk)
    form = FeedbackForm(peers, request.POST if request.method == "POST" else None)
    kinder = []
    if form.is_valid():
        said = form.said()
        kinder = [h for text in said.values() for h in hints(text)]
        if not kinder or request.POST.get("as_it_is"):
            moment = due or Feedback.Moment.REGULAR
            try:
                actions.give_feedback(
                    partnership, int(form.cleaned_data["to"]), said, by=person, moment=moment
                )
            except PartnershipsError as error:
                messages.error(request, str(error))
            else:
                words = _("Given. It is between the two of you.")
                if moment == Feedback.Moment.MIDPOINT:
                    words = _("Given. Both of you read the other's once both have spoken.")
                messages.success(request, words)
                return redirect("feedback", partnership.pk)
    got, gave = queries.feedback_for(partnership, view.mine)
    words_now = {
        "view": view,
        "partnership": partnership,
        "form": form,
        "kinder": kinder,
        "due": due,
        "got": [_shown(f) for f in got],
        "gave": [_shown(f) for f in gave],
    }
    return render(request, "participant/feedback.html", words_now, status=422 if kinder else 200)


def _shown(one: queries.FeedbackView) -> tuple[queries.FeedbackView, list[tuple[str, str]]]:
    return one, [(PROMPTS[k], text) for k, text in one.said.items() if text and k in PROMPTS]


@require_POST
@for_member
def thank(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Thank a partner."""
    person = person_of(request)
    mine = queries.seen_by(partnership, person).mine
    form = ThanksForm(peers_of(partnership, mine.pk), request.POST)
    if form.is_valid():
        try:
            actions.thank(
                partnership, int(form.cleaned_data["to"]), form.cleaned_data["text"], by=person
            )
        except PartnershipsError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Your thanks are on their journey's page."))
    else:
        messages.error(request, _("There is nothing written yet."))
    return redirect("partnership", partnership.pk)


@require_POST
@signed_in
def show_thanks(request: HttpRequest, thanks_id: int) -> HttpResponse:
    """Say where a thank-you is shown."""
    mine = Thanks.objects.filter(receiver__participant__person=person_of(request))
    thanks = get_object_or_404(mine.select_related("receiver__participant"), pk=thanks_id)
    shown = request.POST.get("shown", "")
    if shown not in Thanks.Shown.values:
        raise Http404
    actions.show_thanks(thanks, shown, by=person_of(request))
    return redirect("journey")
