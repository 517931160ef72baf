"""Tokens with which a person's own scripts and systems call the API."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from peerloom.accounts.actions import drop_api_token, make_api_token
from peerloom.accounts.errors import TokenRefused
from peerloom.accounts.queries import roles_of
from peerloom.accounts.scopes import scopes_for
from peerloom.web.access import chosen_number, person_of, signed_in
from peerloom.web.forms.tokens import ApiTokenForm, in_words


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """Make one, shown once; take one away."""
    person, secret = person_of(request), ""
    if request.method == "POST" and request.POST.get("verb") == "drop":
        found = get_object_or_404(person.api_tokens, pk=chosen_number(request, "token"))
        drop_api_token(found, by=person)
        messages.success(request, _("It opens nothing any more."))
        return redirect("tokens")
    offered = scopes_for(roles_of(person))
    form = ApiTokenForm(offered, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            _token, secret = make_api_token(person, by=person, **form.cleaned_data)
        except TokenRefused as error:
            form.add_error(None, str(error))
        else:
            form = ApiTokenForm(offered)
    words = {
        "tokens": [(t, [in_words(scope) for scope in t.scopes]) for t in person.api_tokens.all()],
        "form": form,
        "secret": secret,
    }
    return render(request, "participant/tokens.html", words, status=422 if form.errors else 200)
