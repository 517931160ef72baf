"""Other systems' receivers of events, and what was delivered to them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from peerloom.accounts.models import Organisation
from peerloom.core.events import OFFERED
from peerloom.messaging import actions
from peerloom.messaging.queries import deliveries_of, webhooks_of
from peerloom.web.access import chosen_number, for_admin, person_of
from peerloom.web.forms.tokens import WebhookForm

A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@for_admin
def index(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Add one, try it, turn it off; what arrived and what did not."""
    secret, verb = "", request.POST.get("verb", "")
    if verb and verb != "add":
        _do(request, organisation, verb)
        return redirect("webhooks", organisation.slug)
    form = WebhookForm(request.POST if verb else None)
    if form.is_bound and form.is_valid():
        try:
            _, secret = actions.add_webhook(
                organisation.pk, by=person_of(request), **form.cleaned_data
            )
        except actions.HookRefused as error:
            form.add_error("url", str(error))
        else:
            form = WebhookForm()
    found = deliveries_of(organisation.pk)
    words: dict[str, Any] = {
        "organisation": organisation,
        "hooks": [(h, [OFFERED[k].words for k in h.kinds if k in OFFERED])
                  for h in webhooks_of(organisation.pk)],
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "secret": secret,
    }  # fmt: skip
    return render(request, "admin/webhooks.html", words, status=422 if form.errors else 200)


def _do(request: HttpRequest, organisation: Organisation, verb: str) -> None:
    person = person_of(request)
    if verb == "again":
        number = chosen_number(request, "delivery")
        actions.deliver_again(get_object_or_404(deliveries_of(organisation.pk), pk=number))
        messages.success(request, _("It is delivered again, under the same number."))
        return
    hook = get_object_or_404(webhooks_of(organisation.pk), pk=chosen_number(request, "hook"))
    if verb == "try":
        actions.try_webhook(hook, by=person)
        messages.success(request, _("A test is on its way; see below whether it arrived."))
    elif verb in ("on", "off"):
        actions.turn_webhook(hook, verb == "on", by=person)
        messages.success(request, _("It is on again.") if verb == "on" else _("It is off."))
    elif verb == "remove":
        actions.remove_webhook(hook, by=person)
        messages.success(request, _("Nothing goes there any more."))
    else:
        raise Http404
