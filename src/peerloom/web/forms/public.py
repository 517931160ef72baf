"""Forms of the first start."""

from __future__ import annotations

from django import forms

from peerloom.calendars.weekly import zone_names
from peerloom.core.words import later

ZONES = [(z, z.replace("_", " ")) for z in zone_names()]


class FirstStart(forms.Form):
    """An organisation and the person who runs it."""

    organisation = forms.CharField(
        max_length=120, label=later("Your organisation"), help_text=later("As your people call it.")
    )
    name = forms.CharField(max_length=120, label=later("Your name"))
    email = forms.EmailField(
        label=later("Your e-mail address"), help_text=later("You sign in with a code sent there.")
    )
    time_zone = forms.ChoiceField(
        choices=ZONES, initial="Europe/Paris", label=later("Your time zone")
    )
