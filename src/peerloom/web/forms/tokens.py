"""Forms for other systems: a token, a receiver of events."""

from __future__ import annotations

from typing import Any

from django import forms

from peerloom.accounts.actions import LONGEST_DAYS
from peerloom.accounts.scopes import AREAS
from peerloom.core.events import OFFERED

HOW = {"read": "see", "write": "see and change"}
DAYS = ((30, "a month"), (90, "three months"), (LONGEST_DAYS, "a year"))


class ApiTokenForm(forms.Form):
    """A token: its name, what it may do, for how long."""

    name = forms.CharField(
        max_length=80, label="Name", help_text="What it is for: 'HR sync', 'my script'."
    )
    scopes = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label="It may",
        help_text="Never more than you may do yourself, and as little as it needs.",
        error_messages={"required": "Choose what it may do. Nothing was made."},
    )
    days = forms.TypedChoiceField(coerce=int, choices=DAYS, initial=90, label="For")

    def __init__(self, offered: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = [(s, _said(s)) for s in offered]


def _said(scope: str) -> str:
    area, _, kind = scope.partition(":")
    return f"{AREAS[area]}: {HOW[kind]}"


class WebhookForm(forms.Form):
    """A receiver of events."""

    name = forms.CharField(max_length=80, label="Name", help_text="For example: HR system.")
    url = forms.URLField(max_length=500, assume_scheme="https", label="Address")
    kinds = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="It is told of",
        help_text="Nothing chosen: everything, also what a later version adds.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["kinds"]
        assert isinstance(kinds, forms.MultipleChoiceField)
        kinds.choices = [(o.kind, o.words) for o in OFFERED.values()]
