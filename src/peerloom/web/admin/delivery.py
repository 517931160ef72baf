"""Messages that did not arrive, and the organisation's own receiver."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from peerloom.accounts.models import Organisation
from peerloom.messaging import queries
from peerloom.messaging.actions import HookRefused, remove_hook, send_again, set_hook
from peerloom.web.access import chosen_number, for_admin, person_of
from peerloom.web.forms.care import Hook

A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@for_admin
def index(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """What is stuck, sent again on a click; the receiver."""
    verb = request.POST.get("verb", "")
    form = Hook(request.POST if verb == "hook" else None)
    secret = ""  # nosec: none yet
    if verb == "again":
        stuck = queries.stuck_messages(organisation.pk)
        message = get_object_or_404(stuck, pk=chosen_number(request, "message"))
        send_again(message)
        messages.success(request, _("It is sent again."))
        return redirect("delivery", organisation.slug)
    if verb == "remove":
        remove_hook(organisation.pk, by=person_of(request))
        messages.success(request, _("Nothing goes there any more; people hear by e-mail."))
        return redirect("delivery", organisation.slug)
    if form.is_bound and form.is_valid():
        try:
            secret = set_hook(organisation.pk, form.cleaned_data["url"], by=person_of(request))
        except HookRefused as error:
            form.add_error("url", str(error))
    words = {
        "organisation": organisation,
        "page": Paginator(queries.stuck_messages(organisation.pk), A_PAGE).get_page(
            request.GET.get("page")
        ),
        "retrying": queries.waiting_messages(organisation.pk),
        "hook": queries.hook_of(organisation.pk),
        "form": form,
        "secret": secret,
    }
    return render(request, "admin/delivery.html", words, status=422 if form.errors else 200)
