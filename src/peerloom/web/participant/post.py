"""How a person wants to hear from us, and everything that was sent to them, with why."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from peerloom.accounts.actions import speak
from peerloom.accounts.models import Person
from peerloom.care.actions import NO_NUDGES, quieten
from peerloom.care.models import NudgeLimit
from peerloom.messaging.actions import HookRefused, set_mailbox
from peerloom.messaging.queries import hook_of, log_of, mailbox_of
from peerloom.participants.queries import places_of
from peerloom.web.access import person_of, signed_in
from peerloom.web.forms.care import MailboxForm

A_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """Where, when, in which language; the log."""
    person = person_of(request)
    places = list(places_of(person))
    hooked = any(hook_of(p.organisation_id) for p in places)
    limit = NudgeLimit.objects.filter(person=person).first()
    quiet = bool(limit and limit.quiet_until and limit.quiet_until > timezone.localdate())
    zone = person.time_zone if person.time_zone != "UTC" or not places else places[0].time_zone
    form = MailboxForm(
        request.POST or None,
        hooked=hooked,
        initial=MailboxForm.of(mailbox_of(person.email), person.language, nudges=not quiet),
    )
    if request.method == "POST" and form.is_valid() and _keep(person, form, zone, quiet=quiet):
        messages.success(request, _("Saved."))
        return redirect("my_messages")
    words = {
        "form": form,
        "zone": zone or "UTC",
        "page": Paginator(log_of(person.email), A_PAGE).get_page(request.GET.get("page")),
        "quiet_until": limit.quiet_until if limit and quiet else None,
    }
    return render(request, "participant/messages.html", words, status=422 if form.errors else 200)


def _keep(person: Person, form: MailboxForm, zone: str, *, quiet: bool) -> bool:
    c = dict(form.cleaned_data)
    nudges, language = c.pop("nudges"), c.pop("language")
    try:
        set_mailbox(person.email, time_zone=zone, **c)
    except HookRefused as error:
        form.add_error("hook", str(error))
        return False
    speak(person, language)
    if nudges == quiet:
        quieten(person, until=None if nudges else timezone.localdate() + NO_NUDGES)
    return True
