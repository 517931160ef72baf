"""Filters every template may use."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from peerloom.accounts.rules import manages
from peerloom.calendars.weekly import DAYS
from peerloom.core.markdown import rendered
from peerloom.core.words import counted
from peerloom.partnerships.queries import GoalView
from peerloom.plots import bars, halves, steps
from peerloom.programs.models import Program
from peerloom.results.queries import Figure, Results, number
from peerloom.web.forms.hours import HoursGrid

register = template.Library()
_DAY = re.compile(rf"\b({'|'.join(DAYS)})\b")


@register.filter
def fit(value: float) -> str:
    """A fit from 0 to 1 with two digits."""
    return number_format(value, 2)


@register.filter
def figure(value: float, of: Figure) -> str:
    """A number in a figure's unit and digits."""
    return number(value, of.digits, of.unit)


@register.filter
def figure_change(value: float, of: Figure) -> str:
    """A figure, with its sign where it is a change."""
    sign = "+" if of.before is not None and of.unit != "%" and value > 0 else ""
    return f"{sign}{number(value, of.digits, of.unit)}"


@register.filter
def fit_number(value: float, of: Figure) -> str:
    """A number beside a figure."""
    return number(value, max(1, of.digits))


@register.simple_tag
def figure_drawn(results: Results, of: Figure) -> SafeString:
    """Plot of a figure with its table, where there is more to see than the number."""
    # Names of groups are escaped where the table is written and drawn as text by the plot.
    return mark_safe(results.drawn.get(of.key, ""))  # nosec: drawn by our own plots


@register.filter
def count(value: int) -> str:
    """A number of things, its thousands apart as the language has them."""
    return counted(value)


@register.filter
def quoted(words: str) -> SafeString:
    """Somebody's words, in the quotation marks of the reader's language."""
    return format_html(_("“{words}”"), words=words)


@register.filter
def when(value: datetime | date | None) -> str:
    """A time in the reader's zone, written out: Tue 8 Dec, 14:00."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), _("D j M, H:i"))
    return date_format(value, _("j M Y"))


@register.filter
def day(value: datetime | date | None) -> str:
    """A day in the reader's zone, written out: 8 Dec 2026."""
    if value is None:
        return ""
    return date_format(
        timezone.localtime(value) if isinstance(value, datetime) else value, _("j M Y")
    )


@register.filter
def in_days(hours: str) -> str:
    """Weekly hours as they are kept ('Tue 12:00-15:00'), their days in the reader's language."""
    return _DAY.sub(lambda found: str(WEEKDAYS_ABBR[DAYS.index(found[0])]), hours)


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as HTML that cannot do anything."""
    return rendered(text)


@register.filter
def tenths(counts: list[int], words: str) -> SafeString:
    """Plot of ten counts over 0 to 1, with its table."""
    labels = [number_format(k / 10, 1) for k in range(len(counts))]
    # The plot's words are ours and its numbers are integers: nothing of a person's is in it.
    return mark_safe(
        bars(labels, counts, str(words), _("fit"), str(words), width=300, column=_("fit from"))
    )  # nosec: drawn by our own plots


@register.simple_tag(takes_context=True)
def run_by(context: Any, program: Program) -> bool:
    """True if the reader's own organisation runs the program, rather than taking part in it."""
    return manages(context["request"].user, program.organisation_id)


@register.simple_tag
def goal_plot(goal: GoalView) -> SafeString:
    """Where a goal stood over time."""
    days = [m.made_at.date().isoformat() for m in goal.marks]
    # Dates and whole numbers: nothing of a person's is in it.
    return mark_safe(steps(days, [m.level for m in goal.marks], _("Where it stood"), _("level")))  # nosec: drawn by our own plots


@register.simple_tag
def bar_plot(labels: list[str], counts: list[int], title: str, across: str, up: str) -> SafeString:
    """Bars of counts with their table; labels and titles are the program's own, never a person's."""
    return mark_safe(bars(labels, counts, str(title), str(across), str(up), width=520))  # nosec: drawn by our own plots


@register.simple_tag
def halves_plot(
    days: list[date], tenths: list[int], title: str, lower: str, upper: str
) -> SafeString:
    """How something divides in two over days; words are the program's own, never a person's."""
    labels = [date_format(d, _("j M")) for d in days]
    return mark_safe(halves(labels, tenths, str(title), str(lower), str(upper)))  # nosec: drawn by our own plots


@register.inclusion_tag("components/_field.html")
def field(bound: Any) -> dict[str, Any]:
    """One field of a form: label, help, control, errors."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    return {
        "field": bound,
        "grouped": kind in ("radio",) or "CheckboxSelect" in type(widget).__name__,
        "grid": isinstance(widget, HoursGrid),
        "single": kind == "checkbox" and "Select" not in type(widget).__name__,
    }


@register.inclusion_tag("components/_hat.html")
def hat(which: str, words: str) -> dict[str, str]:
    """A badge of one hat: `mentor` shares, `mentee` asks."""
    return {"which": which, "words": words}
