"""Forms of partners: times, agenda, notes, check-ins, agreement, feedback."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from peerloom.calendars.weekly import zone
from peerloom.core.words import later
from peerloom.partnerships.models import PROMPTS, TOPICS, Hat, Meeting
from peerloom.web.forms.fields import ClockInput, DayInput


class OwnTime(forms.Form):
    """A time of one's own choice, on the person's clock."""

    day = forms.DateField(label=later("Day"), widget=DayInput())
    clock = forms.TimeField(label=later("Time"), widget=ClockInput())

    def __init__(self, zone_name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone_name = zone_name

    def start(self) -> datetime:
        """The moment that is meant."""
        c = self.cleaned_data
        return datetime.combine(c["day"], c["clock"], zone(self.zone_name))


class Video(forms.Form):
    """Where partners meet on screen."""

    video = forms.URLField(
        max_length=300,
        required=False,
        assume_scheme="https",
        label=later("Link for video calls"),
        help_text=later("Of any service you both use. It goes into your invitations."),
    )


class Item(forms.Form):
    """Something to bring to a meeting."""

    text = forms.CharField(max_length=500, label=later("What would you like to bring?"), strip=True)
    hat = forms.ChoiceField(
        choices=[
            (Hat.MENTEE, later("I ask: it is a question of mine")),
            (Hat.MENTOR, later("I share: it is something of mine that may help")),
        ],
        widget=forms.RadioSelect,
        initial=Hat.MENTEE,
        label=later("Your hat for it"),
    )


class Step(forms.Form):
    """Something that somebody will do."""

    text = forms.CharField(max_length=500, label=later("Next step"))
    owner = forms.ChoiceField(label=later("Whose"))
    due_on = forms.DateField(label=later("By"), required=False, widget=DayInput())

    def __init__(self, meeting: Meeting, mine: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        parts = sorted(meeting.partnership.parts.all(), key=lambda p: p.pk != mine)
        owner.choices = [
            (p.pk, _("Mine") if p.pk == mine else p.participant.person.first_name) for p in parts
        ]


SCALES = {
    "hats": (
        later("Who asked, who shared?"),
        (later("I mostly asked"), "", later("both"), "", later("I mostly shared")),
    ),
    "talk": (
        later("Who talked, who listened?"),
        (later("I mostly listened"), "", later("both"), "", later("I mostly talked")),
    ),
    "worth": (
        later("Was it worth it?"),
        (later("not really"), "", later("all right"), "", later("very much")),
    ),
    "chance": (
        later("I get the chance to ask for what I need"),
        (later("no"), "", later("sometimes"), "", later("yes")),
    ),
    "welcome": (
        later("What I offer is welcome"),
        (later("no"), "", later("sometimes"), "", later("yes")),
    ),
    "clear": (
        later("I know what we expect of each other"),
        (later("no"), "", later("more or less"), "", later("yes")),
    ),
    "fit": (
        later("This program is right for me"),
        (later("no"), "", later("more or less"), "", later("yes")),
    ),
}


MONTHLY = ("chance", "welcome", "clear", "fit")


class CheckInForm(forms.Form):
    """Ten seconds after a meeting; the last four questions come once a month."""

    def __init__(self, *args: Any, monthly: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, (label, steps) in SCALES.items():
            if monthly or key not in MONTHLY:
                self.fields[key] = forms.TypedChoiceField(
                    coerce=int,
                    choices=[(k, words or "…") for k, words in enumerate(steps)],
                    widget=forms.RadioSelect(attrs={"data-scale": "yes"}),
                    label=label,
                    required=False,
                    empty_value=None,
                )

    def answers(self) -> dict[str, int]:
        """What was answered."""
        return {k: v for k, v in self.cleaned_data.items() if v is not None}


class Learned(forms.Form):
    """Something learned."""

    text = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        label=later("What did you learn?"),
    )
    shared = forms.BooleanField(required=False, label=later("My partners may read it"))


class AgreementForm(forms.Form):
    """The agreement by topic."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in TOPICS.items():
            self.fields[key] = forms.CharField(
                required=False, label=label, widget=forms.Textarea(attrs={"rows": 3})
            )

    def clean_seen(self) -> tuple[int, int]:
        """Number and version of what was changed."""
        try:
            number, version = (int(n) for n in self.cleaned_data["seen"].split("-"))
        except ValueError:
            return 0, 0
        return number, version


class FeedbackForm(forms.Form):
    """Feedback to one partner."""

    to = forms.ChoiceField(label=later("For"))
    HELP = {
        "helped": later(
            "A moment, and what it did for you. For example: when you asked what I had tried, I "
            "found the answer myself."
        ),
        "shift": later(
            "Something to do differently, as a wish. For example: I would like us to keep the "
            "last ten minutes for next steps."
        ),
        "need": later("For example: more time for my own question."),
        "advice": later("As the one who asks: what you could use, and what did not fit."),
    }

    def __init__(self, peers: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = peers
        if len(peers) == 1:
            to.widget, to.initial = forms.HiddenInput(), peers[0][0]
        for key, label in PROMPTS.items():
            self.fields[key] = forms.CharField(
                required=False,
                max_length=2000,
                label=label,
                help_text=self.HELP[key],
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def said(self) -> dict[str, str]:
        """Words by prompt."""
        return {k: self.cleaned_data[k] for k in PROMPTS}


class LookBackForm(forms.Form):
    """The end of a partnership, for oneself."""

    text = forms.CharField(
        required=False,
        max_length=4000,
        label=later("Where did you stand when you began, and where now? What do you take along?"),
        help_text=later("For you alone."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    in_touch = forms.BooleanField(
        required=False,
        label=later("I would like to stay in touch"),
        help_text=later("Told to nobody, unless all of you would."),
    )
    alumni = forms.BooleanField(
        required=False,
        label=later("Others of this program may find me later"),
        help_text=later("With your name, on the list of those who took part."),
    )


class ThanksForm(forms.Form):
    """A thank-you."""

    to = forms.ChoiceField(label=later("To"))
    text = forms.CharField(
        max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), label=later("Thank you for")
    )

    def __init__(self, peers: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = peers
        if len(peers) == 1:
            to.widget, to.initial = forms.HiddenInput(), peers[0][0]
