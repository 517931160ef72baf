"""Who runs what in an organisation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from peerloom.accounts.actions import set_roles_by_address
from peerloom.accounts.errors import AccountsError
from peerloom.accounts.models import Organisation, Role
from peerloom.accounts.queries import people_with_roles
from peerloom.web.access import for_admin, person_of
from peerloom.web.forms.manager import Roles


@require_http_methods(["GET", "HEAD", "POST"])
@for_admin
def index(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Admins, managers and sponsors; give and take roles."""
    form = Roles(request.POST or None)
    if request.method == "POST" and form.is_valid():
        c = form.cleaned_data
        try:
            person = set_roles_by_address(
                organisation,
                c["email"],
                {Role(r) for r in c["roles"]},
                name=c["name"],
                by=person_of(request),
            )
        except AccountsError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Saved the roles of {person}.").format(person=person))
        return redirect("roles", organisation.slug)
    words = {"organisation": organisation, "people": people_with_roles(organisation), "form": form}
    return render(request, "admin/roles.html", words)
