"""Privacy as an admin sets it, records of processing, and what may be done about one person."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from peerloom.accounts.actions import erase, set_privacy
from peerloom.accounts.errors import AccountsError
from peerloom.accounts.models import Organisation, Person
from peerloom.accounts.queries import person_in
from peerloom.accounts.rules import RULES
from peerloom.care.actions import let_go
from peerloom.core.audit import saw
from peerloom.participants.models import Participant
from peerloom.tables import write_csv
from peerloom.web.access import for_admin, person_of
from peerloom.web.forms.admin import OneAddress, Privacy
from peerloom.web.notices import RECORD_COLUMNS, kept_by, records_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_admin
def index(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Whom people ask; for how long things are kept."""
    form = Privacy(
        request.POST if request.method == "POST" else None,
        kept=kept_by(organisation),
        initial={"contact": organisation.privacy_contact, "basis": organisation.privacy_basis},
    )
    if form.is_bound and form.is_valid():
        c = form.cleaned_data
        set_privacy(
            organisation,
            contact=c["contact"],
            basis=c["basis"],
            keeps=form.months,
            by=person_of(request),
        )
        messages.success(request, _("Saved. Every program's privacy notice says so now."))
        return redirect("privacy_settings", organisation.slug)
    public = organisation.programs.exclude(state="draft").order_by("-pk")
    words = {"organisation": organisation, "form": form, "programs": public}
    return render(request, "admin/privacy.html", words, status=422 if form.errors else 200)


@require_safe
@for_admin
def records(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Records of processing activities, a row a program."""
    text = write_csv(RECORD_COLUMNS, records_of(organisation))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="records-of-processing.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_admin
def person(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Somebody left, or asked to be erased."""
    asked = request.POST if request.method == "POST" else request.GET
    form = OneAddress(asked or None)
    found = person_in(organisation, form.cleaned_data["email"]) if form.is_valid() else None
    if request.method == "POST":
        if found is None:
            raise Http404
        _do(request, organisation, found)
        return redirect("one_person", organisation.slug)
    words = {"organisation": organisation, "form": form, "missing": form.is_bound and not found}
    if found:
        saw(person_of(request), found, organisation_id=organisation.pk)
        words |= {
            "found": found,
            "memberships": found.memberships.filter(organisation=organisation),
            "places": Participant.objects.filter(
                person=found, organisation=organisation
            ).select_related("program"),
            "erasable": RULES["accounts.erase"](person_of(request), found),
        }
    return render(request, "admin/person.html", words)


def _do(request: HttpRequest, organisation: Organisation, found: Person) -> None:
    by, name = person_of(request), str(found)
    try:
        if request.POST.get("verb") == "leave":
            let_go(organisation, found, by=by)
            messages.success(
                request,
                _("{name} belongs to {organisation} no longer.").format(
                    name=name, organisation=organisation.name
                ),
            )
        elif request.POST.get("verb") == "erase" and request.POST.get("sure") == "yes":
            erase(found, by=by)
            messages.success(request, _("Everything of theirs is erased."))
    except AccountsError as error:
        messages.error(request, str(error))
