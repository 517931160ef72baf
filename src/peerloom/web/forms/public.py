"""Forms of the first start."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms

ZONES = [(z, z.replace("_", " ")) for z in sorted(available_timezones()) if "/" in z or z == "UTC"]


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
