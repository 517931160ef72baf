"""Forms about care: days, words to the manager, safeguards, how one wants to hear from us."""

from __future__ import annotations

from typing import Any

from django import forms

from peerloom.core.words import later
from peerloom.messaging.models import Channel, Mailbox
from peerloom.programs.queries import SIGNALS, SafeguardChoice
from peerloom.programs.template_library import LANGUAGES
from peerloom.web.forms.fields import DayInput

SOON = (
    ("early", later("early")),
    ("usual", later("as usual")),
    ("late", later("late")),
)


class Until(forms.Form):
    """A day."""

    until = forms.DateField(label=later("Until"), widget=DayInput())


class Help(forms.Form):
    """Asking for help."""

    told = forms.CharField(
        required=False,
        max_length=2000,
        label=later("Something the manager may know"),
        help_text=later(
            "Not needed. The program manager reads exactly this, and nothing else you wrote."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    named = forms.BooleanField(
        required=False, label=later("They may know that it was me who asked")
    )


class SafeguardsForm(forms.Form):
    """How soon care speaks up."""

    early = forms.ChoiceField(
        choices=SOON,
        widget=forms.RadioSelect,
        label=later("Partners hear that one hat is worn more"),
        help_text=later("Each alone first, then on their next agenda."),
    )
    sure = forms.ChoiceField(
        choices=SOON,
        widget=forms.RadioSelect,
        label=later("Help is offered"),
        help_text=later("To each alone, after they had the chance to talk about it."),
    )
    rhythm = forms.ChoiceField(
        choices=SOON,
        widget=forms.RadioSelect,
        label=later("Silence is noticed"),
        help_text=later("Early: after 1¼ times the agreed rhythm; as usual: 1½; late: twice."),
    )
    unasked = forms.BooleanField(
        required=False,
        label=later(
            "Tell me of a strong signal that holds for three more meetings, though nobody asked"
        ),
        help_text=later(
            "People read this when they join, and it holds only for partnerships of those who "
            "joined after."
        ),
    )
    repairs = forms.BooleanField(
        required=False,
        label=later("Match those who wait each week by itself"),
        help_text=later("Among themselves; no other partnership is touched."),
    )
    looked_for = forms.MultipleChoiceField(
        required=False,
        choices=list(SIGNALS.items()),
        widget=forms.CheckboxSelectMultiple,
        label=later("What is looked for"),
    )

    def choice(self) -> dict[str, Any]:
        """As `set_safeguards` takes it."""
        c = dict(self.cleaned_data)
        looked_for = set(c.pop("looked_for"))
        return c | {"off": [s for s in SIGNALS if s not in looked_for]}

    @staticmethod
    def of(choice: SafeguardChoice) -> dict[str, Any]:
        """How the form begins."""
        return {
            "early": choice.early,
            "sure": choice.sure,
            "rhythm": choice.rhythm,
            "unasked": choice.unasked_since is not None,
            "repairs": choice.repairs,
            "looked_for": [s for s in SIGNALS if s not in choice.off],
        }


HOURS = [(h, f"{h:02}:00") for h in range(24)]


class MailboxForm(forms.Form):
    """How a person wants to hear from us."""

    channel = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=later("Where"),
        help_text=later("Invitations for your calendar always come by e-mail."),
    )
    hook = forms.URLField(
        required=False,
        max_length=500,
        assume_scheme="https",
        label=later("Address of your incoming webhook"),
        help_text=later(
            "For Slack or Teams: make one there and paste its address. Leave it blank to keep "
            "the one you gave."
        ),
    )
    reach_at = forms.URLField(
        required=False,
        max_length=300,
        assume_scheme="https",
        label=later("A link by which my partners reach me in a chat"),
        help_text=later(
            "Such as 'Copy link to profile' in Slack. With Teams it is made of your address."
        ),
    )
    language = forms.ChoiceField(
        required=False,
        choices=[("", later("As the program")), *LANGUAGES.items()],
        label=later("In which language"),
    )
    quiet_from = forms.TypedChoiceField(coerce=int, choices=HOURS, label=later("Quiet from"))
    quiet_until = forms.TypedChoiceField(coerce=int, choices=HOURS, label=later("Quiet until"))
    weekends = forms.BooleanField(required=False, label=later("Also at weekends"))
    digest = forms.BooleanField(required=False, label=later("What can wait in one message a day"))
    nudges = forms.BooleanField(
        required=False,
        label=later("Nudges about my partnerships"),
        help_text=later("At most one message a week. Off: none for three months."),
    )

    def __init__(self, *args: Any, hooked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [c for c in Channel.choices if hooked or c[0] != Channel.HOOK]
        self.fields["channel"].choices = shown  # type: ignore[attr-defined]

    @staticmethod
    def of(box: Mailbox, language: str, *, nudges: bool) -> dict[str, Any]:
        """How the form begins."""
        names = ("channel", "quiet_from", "quiet_until", "weekends", "digest", "reach_at")
        kept = {name: getattr(box, name) for name in names}
        return kept | {"language": language, "nudges": nudges}


class Note(forms.Form):
    """A manager's note."""

    text = forms.CharField(
        max_length=2000,
        label=later("A note"),
        help_text=later(
            "For you and other managers. Whoever asked by name finds it in their data."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Hook(forms.Form):
    """An organisation's receiver."""

    url = forms.URLField(max_length=500, assume_scheme="https", label=later("Address"))
