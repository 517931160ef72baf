"""When a participant has time: what their own calendar keeps busy, and days away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from peerloom.calendars.busy import CalendarError
from peerloom.core.fetch import FetchError
from peerloom.participants.actions import add_away, remove_away, take_out_busy
from peerloom.participants.models import Participant
from peerloom.web.access import for_self, person_of
from peerloom.web.forms.hours import AwayForm, CalendarAddress


@require_http_methods(["GET", "HEAD", "POST"])
@for_self
def calendar(request: HttpRequest, place: Participant) -> HttpResponse:
    """Take busy hours from one's own calendar; days away."""
    person = person_of(request)
    asks = "address" in request.POST
    address = CalendarAddress(request.POST if asks else None)
    away = AwayForm(request.POST if request.method == "POST" and not asks else None)
    hours = place.program.hours
    if hours and address.is_valid():
        try:
            taken = take_out_busy(
                place,
                key=hours.key,
                address=address.cleaned_data["address"].strip(),
                zone=place.time_zone or person.time_zone,
                by=person,
            )
        except (FetchError, CalendarError) as error:
            address.add_error("address", str(error))
        else:
            messages.success(
                request,
                _("{taken:g} busy hours are taken out. Look them over here.").format(taken=taken),
            )
            return redirect("step", place.pk, hours.step)
    if away.is_valid():
        add_away(place, by=person, **away.cleaned_data)
        messages.success(request, _("Noted."))
        return redirect("place_calendar", place.pk)
    words = {"place": place, "address": address, "away": away, "hours": hours}
    return render(request, "participant/calendar.html", words)


@require_POST
@for_self
def back(request: HttpRequest, place: Participant, away_id: int) -> HttpResponse:
    """Not away after all."""
    mine = get_object_or_404(place.away.select_related("participant"), pk=away_id)
    remove_away(mine, by=person_of(request))
    return redirect("place_calendar", place.pk)
