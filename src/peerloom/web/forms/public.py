"""Forms of the first start."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from peerloom.calendars.weekly import zone_names
from peerloom.core.words import later

SELECTED = SafeString(" selected")
ZONES = [(z, z.replace("_", " ")) for z in zone_names()]


class LongSelect(forms.Select):
    """A list of hundreds of choices, written at once: a template for each takes as long as a page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The list as HTML."""
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((v, SELECTED if str(v) == chosen else "", words) for v, words in self.choices),
        )
        own = flatatt({**(attrs or {}), **self.attrs, "name": name})
        return format_html("<select{}>{}</select>", own, options)


class ZoneField(forms.ChoiceField):
    """A time zone."""

    widget = LongSelect

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=ZONES, **more)


class FirstStart(forms.Form):
    """An organisation and the person who runs it."""

    organisation = forms.CharField(
        max_length=120, label=later("Your organisation"), help_text=later("As your people call it.")
    )
    name = forms.CharField(max_length=120, label=later("Your name"))
    email = forms.EmailField(
        label=later("Your e-mail address"), help_text=later("You sign in with a code sent there.")
    )
    time_zone = ZoneField(initial="Europe/Paris", label=later("Your time zone"))
