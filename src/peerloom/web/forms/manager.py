"""Forms of a program manager."""

from __future__ import annotations

from typing import Any

from django import forms

from peerloom.participants.models import Observation
from peerloom.programs.library import OBJECTIVES
from peerloom.programs.models import Program
from peerloom.web.forms.public import ZONES

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Purpose(forms.Form):
    """What a program is for."""

    name = forms.CharField(max_length=120, label="Name of the program")
    purpose = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label="What is it for?",
        help_text="A sentence or two. People read it before they join.",
        required=False,
    )
    objectives = forms.MultipleChoiceField(
        choices=[(o.key, f"{o.name}. {o.why}") for o in OBJECTIVES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label="Its objectives",
        help_text="What you choose here decides what people are asked and how they are matched.",
    )


class Format(forms.Form):
    """Dates and rhythm."""

    starts_on = forms.DateField(
        label="First day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    ends_on = forms.DateField(
        label="Last day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    apply_by = forms.DateField(
        label="Join by",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Leave blank to let people join at any time.",
    )
    cadence = forms.ChoiceField(choices=Program.Cadence.choices, label="Peers meet")
    meeting_minutes = forms.IntegerField(
        min_value=15, max_value=240, label="Minutes for a meeting", initial=60
    )
    meet = forms.ChoiceField(
        choices=[("pairs", "in pairs"), ("circles", "in circles, of this size")],
        widget=forms.RadioSelect,
        initial="pairs",
        label="They meet",
    )
    protected_day = forms.ChoiceField(
        choices=[("", "none: each finds a time"), *enumerate(WEEKDAYS)],
        required=False,
        label="A time of the week kept free for everybody's meetings",
        help_text="Only where your organisation really keeps it free. Peers are offered it first.",
    )
    protected_at = forms.TimeField(
        required=False, label="From", widget=forms.TimeInput(attrs={"type": "time", "step": 900})
    )
    protected_zone = forms.ChoiceField(choices=ZONES, required=False, label="On the clock of")
    circle_least = forms.IntegerField(
        min_value=3, max_value=8, initial=4, required=False, label="At least so many in a circle"
    )
    circle_most = forms.IntegerField(
        min_value=3, max_value=8, initial=5, required=False, label="At most so many in a circle"
    )
    trios = forms.BooleanField(
        required=False,
        label="The odd one out joins a pair",
        help_text="So that nobody is left over when the number of people is odd. For pairs.",
    )

    field_order = (
        "starts_on", "ends_on", "apply_by", "cadence", "meeting_minutes", "meet", "circle_least",
        "circle_most", "trios", "protected_day", "protected_at", "protected_zone",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["size"] = self._size(cleaned)
        cleaned["protected"] = self._protected(cleaned)
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last <= first:
            self.add_error("ends_on", "The last day has to come after the first.")
        return cleaned

    def _protected(self, cleaned: dict[str, Any]) -> tuple[int, str] | None:
        day, at = cleaned.pop("protected_day", ""), cleaned.pop("protected_at", None)
        place = cleaned.pop("protected_zone", "") or "UTC"
        if day == "":
            return None
        if at is None or at.minute % 15:
            self.add_error("protected_at", "Say from when, on a quarter of an hour.")
            return None
        return int(day) * 96 + at.hour * 4 + at.minute // 15, place

    def _size(self, cleaned: dict[str, Any]) -> tuple[int, int]:
        least, most = cleaned.pop("circle_least", None), cleaned.pop("circle_most", None)
        if cleaned.pop("meet", "pairs") == "pairs":
            return (2, 2)
        if not least or not most:
            if not self.errors.keys() & {"circle_least", "circle_most"}:
                self.add_error("circle_least", "Say how many make a circle.")
            return (2, 2)
        if least > most:
            self.add_error("circle_most", "At most has to be as many as at least, or more.")
        return (least, most)


class Upload(forms.Form):
    """A file of people."""

    file = forms.FileField(
        label="A CSV file with a line for each person",
        help_text="It needs a column of e-mail addresses. Several answers in one cell are separated by ';'. Nothing is written before you have seen it.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )


class OneWord(forms.Form):
    """Two words that mean one thing."""

    word = forms.CharField(
        max_length=120, label="This word", widget=forms.TextInput(attrs={"list": "words"})
    )
    into = forms.CharField(
        max_length=120, label="means", widget=forms.TextInput(attrs={"list": "words"})
    )


class Records(forms.Form):
    """The organisation's own file of its people."""

    file = forms.FileField(
        label="A CSV file of everybody in your organisation",
        help_text="E-mail address, and any of: unit, site, stage, joined, left. What people agreed to be counted by goes into columns that begin with opt-in, such as opt-in: gender; it is shown as counts of groups, never of fewer than five. It invites nobody; it is read for shares alone.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )


class OnePerson(forms.Form):
    """Someone to invite."""

    email = forms.EmailField(label="E-mail address")
    name = forms.CharField(max_length=120, required=False, label="Name, if you know it")


class Places(forms.Form):
    """How many may take part."""

    places = forms.IntegerField(
        min_value=2,
        max_value=1_000_000,
        required=False,
        label="How many may take part",
        help_text="Blank for everybody. Others wait in the order they joined, and move up by themselves.",
    )
    reminds = forms.BooleanField(
        required=False,
        label="Remind invited people by itself",
        help_text="Once, a week after the invitation, if they have not begun.",
    )


class Roles(forms.Form):
    """A person's roles in the organisation."""

    email = forms.EmailField(label="E-mail address")
    name = forms.CharField(max_length=120, required=False, label="Name")
    roles = forms.MultipleChoiceField(
        choices=[
            ("admin", "Organisation admin"),
            ("manager", "Program manager"),
            ("sponsor", "Sponsor"),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label="Roles",
    )


class ObservationForm(forms.Form):
    """What a manager noticed about somebody."""

    kind = forms.ChoiceField(choices=Observation.Kind.choices, label="It is about")
    text = forms.CharField(
        max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), label="What you noticed"
    )
    tag = forms.CharField(
        max_length=60,
        required=False,
        label="In a word, for the matching",
        help_text="Optional. People with the same word suit each other, if the policy has 'what suits what was observed'.",
        widget=forms.TextInput(attrs={"list": "tags"}),
    )
    made_on = forms.DateField(label="When", widget=forms.DateInput(attrs={"type": "date"}))
