"""The form of a pulse: scales of the library, statements of one's own, days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from peerloom.core.words import later
from peerloom.programs.actions.pulses import MOST_OWN
from peerloom.programs.models import Program, Pulse
from peerloom.programs.scales import SCALES
from peerloom.programs.template_library import LANGUAGES
from peerloom.web.forms.fields import DayInput


def _day(label: str) -> forms.DateField:
    shown = DayInput()
    return forms.DateField(label=label, widget=shown, required=False)


class PulseForm(forms.Form):
    """What a pulse asks, and when."""

    name = forms.CharField(
        max_length=80,
        required=False,
        label=later("Name"),
        help_text=later("People read it above the questions."),
    )
    scales = forms.MultipleChoiceField(
        choices=[(s.key, s.key) for s in SCALES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=later("Scales"),
    )
    opens_on = _day(later("Opens on"))
    closes_on = _day(later("Closes on"))

    def __init__(self, program: Program, pulse: Pulse | None, posted: Any = None):
        self.own: list[dict[str, Any]] = list(pulse.own) if pulse else []
        self.languages = {k: v for k, v in LANGUAGES.items() if k != program.language}
        initial: dict[str, Any] = {}
        if pulse is not None:
            initial = {n: getattr(pulse, n) for n in ("name", "scales", "opens_on", "closes_on")}
        super().__init__(posted, initial=initial)
        for k in range(MOST_OWN):
            said: dict[str, Any] = self.own[k] if k < len(self.own) else {"text": "", "texts": {}}
            self.fields[f"own_{k}"] = forms.CharField(
                max_length=200,
                required=False,
                label=_("Statement {k}").format(k=k + 1),
                initial=said["text"],
            )
            for language, name in self.languages.items():
                self.fields[f"own_{k}_{language}"] = forms.CharField(
                    max_length=200,
                    required=False,
                    label=_("The same in {name}").format(name=name),
                    initial=said["texts"].get(language, ""),
                )

    def statements(self) -> list[dict[str, Any]]:
        """The manager's own statements, each with the key it had."""
        found = []
        for k in range(MOST_OWN):
            texts = {code: self.cleaned_data.get(f"own_{k}_{code}", "") for code in self.languages}
            found.append(
                {
                    "key": self.own[k]["key"] if k < len(self.own) else "",
                    "text": self.cleaned_data.get(f"own_{k}", ""),
                    "texts": {code: text for code, text in texts.items() if text},
                }
            )
        return found

    @property
    def statement_fields(self) -> list[tuple[Any, list[Any]]]:
        """Fields of each statement: in the program's language, and in others."""
        return [
            (self[f"own_{k}"], [self[f"own_{k}_{code}"] for code in self.languages])
            for k in range(MOST_OWN)
        ]
