"""An organisation admin's forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from peerloom.accounts.actions import LONGEST
from peerloom.core.words import later
from peerloom.web.forms.fields import DayInput
from peerloom.web.notices import Kept


class LogFilter(forms.Form):
    """Part of the audit log."""

    who = forms.EmailField(required=False, label=later("Who"), help_text=later("Their address."))
    verb = forms.CharField(required=False, max_length=60, label=later("What"))
    first = forms.DateField(
        required=False,
        label=later("From"),
        widget=DayInput(),
    )
    last = forms.DateField(
        required=False,
        label=later("Until"),
        widget=DayInput(),
    )


class Privacy(forms.Form):
    """Whom people ask; for how long things are kept."""

    contact = forms.CharField(
        required=False,
        max_length=200,
        label=later("Whom people ask about their data"),
        help_text=later("A name and an address; it stands in every program's privacy notice."),
    )
    basis = forms.CharField(
        required=False,
        max_length=2000,
        label=later("On which ground you do it"),
        help_text=later(
            "In words for people: for example your legitimate interest, and consent for "
            "sensitive answers."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, kept: list[Kept], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.kept = kept
        for one in kept:
            self.fields[one.key] = forms.IntegerField(
                min_value=1,
                max_value=LONGEST,
                initial=one.months,
                label=one.what,
                help_text=_("Months after {since}; usually {usual}.").format(
                    since=one.since, usual=one.usual
                ),
            )

    @property
    def months(self) -> dict[str, int]:
        """Months by key."""
        return {one.key: self.cleaned_data[one.key] for one in self.kept}


class OneAddress(forms.Form):
    """Somebody by address."""

    email = forms.EmailField(label=later("Address"))


class SureToErase(forms.Form):
    """A person's own address, typed once more."""

    email = forms.EmailField(label=later("Type your address to say that you are sure"))

    def __init__(self, *args: Any, address: str, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.address = address

    def clean_email(self) -> str:
        typed = str(self.cleaned_data["email"]).strip().lower()
        if typed != self.address:
            raise forms.ValidationError(
                _("This is not {address}. Nothing was erased.").format(address=self.address)
            )
        return typed


class TokenName(forms.Form):
    """What a token is called."""

    name = forms.CharField(
        max_length=80, label=later("Name"), help_text=later("For example: Entra ID.")
    )
