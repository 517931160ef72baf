"""Tokens with which the organisation's directory brings people in and takes them out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from peerloom.accounts.actions import drop_directory_token, make_directory_token
from peerloom.accounts.models import Organisation
from peerloom.web.access import chosen_number, for_admin, person_of
from peerloom.web.forms.admin import TokenName


@require_http_methods(["GET", "HEAD", "POST"])
@for_admin
def index(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Make one, shown once; take one away."""
    person, secret = person_of(request), ""
    if request.method == "POST" and request.POST.get("verb") == "drop":
        token = get_object_or_404(organisation.directory_tokens, pk=chosen_number(request, "token"))
        drop_directory_token(token, by=person)
        messages.success(request, _("It opens nothing any more."))
        return redirect("directory", organisation.slug)
    form = TokenName(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        secret = make_directory_token(organisation, form.cleaned_data["name"], by=person)
        form = TokenName()
    words = {
        "organisation": organisation,
        "tokens": organisation.directory_tokens.all(),
        "people": organisation.directory.filter(active=True).count(),
        "form": form,
        "secret": secret,
    }
    return render(request, "admin/directory.html", words, status=422 if form.errors else 200)
