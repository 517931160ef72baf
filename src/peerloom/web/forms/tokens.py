"""Forms for other systems: a token, a receiver of events."""

from __future__ import annotations

from typing import Any

from django import forms

from peerloom.accounts.actions import LONGEST_DAYS
from peerloom.accounts.scopes import AREAS
from peerloom.core.events import OFFERED
from peerloom.core.words import later

HOW = {"read": later("see"), "write": later("see and change")}
DAYS = ((30, later("a month")), (90, later("three months")), (LONGEST_DAYS, later("a year")))


class ApiTokenForm(forms.Form):
    """A token: its name, what it may do, for how long."""

    name = forms.CharField(
        max_length=80,
        label=later("Name"),
        help_text=later("What it is for: 'HR sync', 'my script'."),
    )
    scopes = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label=later("It may"),
        help_text=later("Never more than you may do yourself, and as little as it needs."),
        error_messages={"required": later("Choose what it may do. Nothing was made.")},
    )
    days = forms.TypedChoiceField(coerce=int, choices=DAYS, initial=90, label=later("For"))

    def __init__(self, offered: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = [(s, in_words(s)) for s in offered]


def in_words(scope: str) -> str:
    """What a scope allows, for people."""
    area, _, kind = scope.partition(":")
    return f"{AREAS[area]}: {HOW[kind]}"


class WebhookForm(forms.Form):
    """A receiver of events."""

    name = forms.CharField(
        max_length=80, label=later("Name"), help_text=later("For example: HR system.")
    )
    url = forms.URLField(max_length=500, assume_scheme="https", label=later("Address"))
    kinds = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=later("It is told of"),
        help_text=later("Nothing chosen: everything, also what a later version adds."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["kinds"]
        assert isinstance(kinds, forms.MultipleChoiceField)
        kinds.choices = [(o.kind, o.words) for o in OFFERED.values()]
