"""Forms of the first start."""

from __future__ import annotations

from django import forms

from peerloom.calendars.weekly import zone_names

ZONES = [(z, z.replace("_", " ")) for z in zone_names()]


class FirstStart(forms.Form):
    """An organisation and the person who runs it."""

    organisation = forms.CharField(
        max_length=120, label="Your organisation", help_text="As your people call it."
    )
    name = forms.CharField(max_length=120, label="Your name")
    email = forms.EmailField(
        label="Your e-mail address", help_text="You sign in with a code sent there."
    )
    time_zone = forms.ChoiceField(choices=ZONES, initial="Europe/Paris", label="Your time zone")
