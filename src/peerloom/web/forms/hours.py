"""Free hours as a grid of the week: boxes that work without a script, by keyboard and by touch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from peerloom.calendars.weekly import HoursError, format_hours, parse_hours
from peerloom.core.numbers import whole
from peerloom.core.words import later
from peerloom.web.forms.fields import DayInput

FIRST, LAST = 7, 21  # hours of the grid; others are written


class HoursGrid(forms.Widget):
    """A box for each hour of the week, and a line for what fits no box."""

    use_fieldset = True

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        chosen, more = _boxes(str(value or ""))
        rows = [
            (
                f"{hour:02}:00",
                [
                    (f"{d}-{hour}", f"{WEEKDAYS[d]} {hour:02}:00", (d, hour) in chosen)
                    for d in range(7)
                ],
            )
            for hour in range(FIRST, LAST)
        ]
        words = {
            "name": name,
            "days": [str(WEEKDAYS_ABBR[d]) for d in range(7)],
            "rows": rows,
            "more": more,
            "attrs": attrs or {},
        }
        return render_to_string("components/_hours.html", words)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        if f"{name}_more" not in data:
            # Sent by something that knows the field as text.
            return data.get(name)
        getlist = getattr(data, "getlist", None)
        boxes = getlist(name) if getlist else data.get(name, [])
        quarters: set[int] = set()
        for box in boxes:
            day, hour = (whole(part, 24) for part in str(box).partition("-")[::2])
            if day < 7 and hour < 24:
                start = day * 96 + hour * 4
                quarters.update(range(start, start + 4))
        return "; ".join(filter(None, [format_hours(quarters), str(data[f"{name}_more"]).strip()]))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}_more" not in data


def _boxes(text: str) -> tuple[set[tuple[int, int]], str]:
    """Whole hours of the grid, and what is left of the text."""
    quarters: set[int] = set()
    unread = []
    for part in filter(None, (p.strip() for p in text.replace(",", ";").split(";"))):
        try:
            quarters |= parse_hours(part)
        except HoursError:
            unread.append(part)
    chosen = set()
    for day in range(7):
        for hour in range(FIRST, LAST):
            box = set(range(day * 96 + hour * 4, day * 96 + hour * 4 + 4))
            if box <= quarters:
                chosen.add((day, hour))
                quarters -= box
    return chosen, "; ".join(filter(None, [format_hours(quarters), *unread]))


class HoursField(forms.CharField):
    """Free hours as `parse_hours` reads them."""

    widget = HoursGrid

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        try:
            return format_hours(parse_hours(text))
        except HoursError as error:
            raise forms.ValidationError(
                _("{error}. The rest is as you left it.").format(error=error)
            ) from None


class CalendarAddress(forms.Form):
    """Where a calendar can be read."""

    address = forms.CharField(
        max_length=500,
        label=later("Address of your calendar (iCalendar, .ics)"),
        help_text=later(
            "Your calendar's 'secret address' or 'publish' link. It is read once and not kept; "
            "only the hours it keeps busy week after week are taken out."
        ),
    )


class AwayForm(forms.Form):
    """Days when one is away."""

    first = forms.DateField(label=later("From"), widget=DayInput())
    last = forms.DateField(label=later("To"), widget=DayInput())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day comes after the first."))
        return cleaned
