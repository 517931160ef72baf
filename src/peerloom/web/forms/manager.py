"""Forms of a program manager."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from peerloom.core.words import later
from peerloom.participants.models import Observation
from peerloom.programs.library import OBJECTIVES
from peerloom.programs.models import Program
from peerloom.web.forms.fields import ClockInput, DayInput
from peerloom.web.forms.public import ZoneField

WEEKDAYS = (
    later("Monday"),
    later("Tuesday"),
    later("Wednesday"),
    later("Thursday"),
    later("Friday"),
    later("Saturday"),
    later("Sunday"),
)


class Purpose(forms.Form):
    """What a program is for."""

    name = forms.CharField(max_length=120, label=later("Name of the program"))
    purpose = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=later("What is it for?"),
        help_text=later("A sentence or two. People read it before they join."),
        required=False,
    )
    objectives = forms.MultipleChoiceField(
        choices=lambda: [(o.key, f"{o.name}. {o.why}") for o in OBJECTIVES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label=later("Its objectives"),
        help_text=later(
            "What you choose here decides what people are asked and how they are matched."
        ),
    )


class Format(forms.Form):
    """Dates and rhythm."""

    starts_on = forms.DateField(label=later("First day"), required=False, widget=DayInput())
    ends_on = forms.DateField(label=later("Last day"), required=False, widget=DayInput())
    apply_by = forms.DateField(
        label=later("Join by"),
        required=False,
        widget=DayInput(),
        help_text=later("Leave blank to let people join at any time."),
    )
    cadence = forms.ChoiceField(choices=Program.Cadence.choices, label=later("Peers meet"))
    meeting_minutes = forms.IntegerField(
        min_value=15, max_value=240, label=later("Minutes for a meeting"), initial=60
    )
    meet = forms.ChoiceField(
        choices=[("pairs", later("in pairs")), ("circles", later("in circles, of this size"))],
        widget=forms.RadioSelect,
        initial="pairs",
        label=later("They meet"),
    )
    protected_day = forms.ChoiceField(
        choices=[("", later("none: each finds a time")), *enumerate(WEEKDAYS)],
        required=False,
        label=later("A time of the week kept free for everybody's meetings"),
        help_text=later(
            "Only where your organisation really keeps it free. Peers are offered it first."
        ),
    )
    protected_at = forms.TimeField(
        required=False,
        label=later("From"),
        widget=ClockInput(attrs={"step": 900}),
    )
    protected_zone = ZoneField(required=False, label=later("On the clock of"))
    circle_least = forms.IntegerField(
        min_value=3,
        max_value=8,
        initial=4,
        required=False,
        label=later("At least so many in a circle"),
    )
    circle_most = forms.IntegerField(
        min_value=3,
        max_value=8,
        initial=5,
        required=False,
        label=later("At most so many in a circle"),
    )
    trios = forms.BooleanField(
        required=False,
        label=later("The odd one out joins a pair"),
        help_text=later("So that nobody is left over when the number of people is odd. For pairs."),
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
            self.add_error("ends_on", _("The last day has to come after the first."))
        return cleaned

    def _protected(self, cleaned: dict[str, Any]) -> tuple[int, str] | None:
        day, at = cleaned.pop("protected_day", ""), cleaned.pop("protected_at", None)
        place = cleaned.pop("protected_zone", "") or "UTC"
        if day == "":
            return None
        if at is None or at.minute % 15:
            self.add_error("protected_at", _("Say from when, on a quarter of an hour."))
            return None
        return int(day) * 96 + at.hour * 4 + at.minute // 15, place

    def _size(self, cleaned: dict[str, Any]) -> tuple[int, int]:
        least, most = cleaned.pop("circle_least", None), cleaned.pop("circle_most", None)
        if cleaned.pop("meet", "pairs") == "pairs":
            return (2, 2)
        if not least or not most:
            if not self.errors.keys() & {"circle_least", "circle_most"}:
                self.add_error("circle_least", _("Say how many make a circle."))
            return (2, 2)
        if least > most:
            self.add_error("circle_most", _("At most has to be as many as at least, or more."))
        return (least, most)


class Upload(forms.Form):
    """A file of people."""

    file = forms.FileField(
        label=later("A CSV file with a line for each person"),
        help_text=later(
            "It needs a column of e-mail addresses. Several answers in one cell are separated by "
            "';'. Nothing is written before you have seen it."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )


class OneWord(forms.Form):
    """Two words that mean one thing."""

    word = forms.CharField(
        max_length=120, label=later("This word"), widget=forms.TextInput(attrs={"list": "words"})
    )
    into = forms.CharField(
        max_length=120, label=later("means"), widget=forms.TextInput(attrs={"list": "words"})
    )


class Records(forms.Form):
    """The organisation's own file of its people."""

    file = forms.FileField(
        label=later("A CSV file of everybody in your organisation"),
        help_text=later(
            "E-mail address, and any of: unit, site, stage, joined, left. What people agreed to "
            "be counted by goes into columns that begin with opt-in, such as opt-in: gender; it "
            "is shown as counts of groups, never of fewer than five. It invites nobody; it is "
            "read for shares alone."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )


class OnePerson(forms.Form):
    """Someone to invite."""

    email = forms.EmailField(label=later("E-mail address"))
    name = forms.CharField(max_length=120, required=False, label=later("Name, if you know it"))


class Places(forms.Form):
    """How many may take part."""

    places = forms.IntegerField(
        min_value=2,
        max_value=1_000_000,
        required=False,
        label=later("How many may take part"),
        help_text=later(
            "Blank for everybody. Others wait in the order they joined, and move up by themselves."
        ),
    )
    reminds = forms.BooleanField(
        required=False,
        label=later("Remind invited people by itself"),
        help_text=later("Once, a week after the invitation, if they have not begun."),
    )


class Roles(forms.Form):
    """A person's roles in the organisation."""

    email = forms.EmailField(label=later("E-mail address"))
    name = forms.CharField(max_length=120, required=False, label=later("Name"))
    roles = forms.MultipleChoiceField(
        choices=[
            ("admin", later("Organisation admin")),
            ("manager", later("Program manager")),
            ("sponsor", later("Sponsor")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label=later("Roles"),
    )


class ObservationForm(forms.Form):
    """What a manager noticed about somebody."""

    kind = forms.ChoiceField(choices=Observation.Kind.choices, label=later("It is about"))
    text = forms.CharField(
        max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), label=later("What you noticed")
    )
    tag = forms.CharField(
        max_length=60,
        required=False,
        label=later("In a word, for the matching"),
        help_text=later(
            "Optional. People with the same word suit each other, if the policy has 'what suits "
            "what was observed'."
        ),
        widget=forms.TextInput(attrs={"list": "tags"}),
    )
    made_on = forms.DateField(label=later("When"), widget=DayInput())
