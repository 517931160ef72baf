"""Forms of a program's design: template, KPIs, questions, materials."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from peerloom.core.words import later
from peerloom.programs.actions import StatedKpi
from peerloom.programs.library import QUESTIONS, STEPS
from peerloom.programs.models import Kpi, Material, Program, Question
from peerloom.programs.template_library import LANGUAGES


class Start(forms.Form):
    """What a new program starts from."""

    source = forms.CharField(max_length=80)
    language = forms.ChoiceField(choices=list(LANGUAGES.items()))


class SaveAsTemplate(forms.Form):
    """A program as a template."""

    name = forms.CharField(max_length=120, label=later("Name of the template"))
    summary = forms.CharField(
        max_length=300, required=False, label=later("Who it is for, in a line")
    )


class KpiForm(forms.Form):
    """One KPI of a program."""

    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(max_length=120, label=later("Name"))
    indicator = forms.CharField(
        max_length=400, label=later("What is counted"), widget=forms.Textarea(attrs={"rows": 2})
    )
    unit = forms.CharField(max_length=20, required=False, label=later("Unit"))
    baseline = forms.FloatField(required=False, label=later("Now"))
    target = forms.FloatField(required=False, label=later("Aim"))

    def stated(self) -> StatedKpi:
        """As the action takes it."""
        return StatedKpi(**{name: self.cleaned_data[name] for name in self.base_fields})


class _Kpis(forms.BaseFormSet[KpiForm]):
    def stated(self) -> list[StatedKpi]:
        """All that are kept."""
        return [f.stated() for f in self.forms if f.cleaned_data and f not in self.deleted_forms]


def kpi_formset(program: Program, posted: Any = None) -> _Kpis:
    """The program's KPIs, and room for one more."""
    names = ("pk", "name", "indicator", "unit", "baseline", "target")
    have = [{n: getattr(k, n) for n in names} for k in Kpi.objects.filter(program=program)]
    kind: Any = forms.formset_factory(KpiForm, formset=_Kpis, extra=1, can_delete=True)
    return kind(posted, initial=have, prefix="kpi")  # type: ignore[no-any-return]


class LibraryQuestions(forms.Form):
    """Which of the library's questions a program asks."""

    questions = forms.MultipleChoiceField(
        choices=lambda: [(s.key, s.label) for s in QUESTIONS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label=later("Questions many programs ask"),
        help_text=later("Fewer questions, more answers."),
    )


class QuestionForm(forms.Form):
    """One question."""

    label = forms.CharField(max_length=200, label=later("The question"))
    help = forms.CharField(max_length=300, required=False, label=later("Help below it"))
    kind = forms.ChoiceField(choices=Question.Kind.choices, label=later("It is answered with"))
    choices = forms.CharField(
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        label=later("Choices, one on each line"),
        help_text=later("For 'one choice' and 'several choices'."),
    )
    step = forms.ChoiceField(choices=list(STEPS.items()), label=later("It stands under"))
    seen_by = forms.ChoiceField(choices=Question.Seen.choices, label=later("The answer is seen by"))
    required = forms.BooleanField(
        required=False,
        label=later("It has to be answered"),
        help_text=later("Better not: a gap can be filled."),
    )
    sensitive = forms.BooleanField(
        required=False,
        label=later("It is sensitive"),
        help_text=later(
            "Used for the person's own wish alone, with their consent. No manager sees it."
        ),
    )

    def __init__(self, program: Program, question: Question | None, posted: Any = None):
        self.languages = {k: v for k, v in LANGUAGES.items() if k != program.language}
        initial: dict[str, Any] = {"step": "you", "seen_by": Question.Seen.MANAGER}
        if question is not None:
            names = ("label", "help", "kind", "step", "seen_by", "required", "sensitive")
            initial = {n: getattr(question, n) for n in names}
            initial["choices"] = "\n".join(question.choices)
            for language in self.languages:
                said = question.texts.get(language, {})
                initial |= {f"label_{language}": said.get("label", "")}
                initial |= {f"help_{language}": said.get("help", "")}
                initial |= {f"choices_{language}": "\n".join(said.get("choices", []))}
        super().__init__(posted, initial=initial)
        for language, name in self.languages.items():
            self.fields[f"label_{language}"] = forms.CharField(
                max_length=200, required=False, label=_("The question ({name})").format(name=name)
            )
            self.fields[f"help_{language}"] = forms.CharField(
                max_length=300, required=False, label=_("Help ({name})").format(name=name)
            )
            self.fields[f"choices_{language}"] = forms.CharField(
                max_length=3000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
                label=_("Choices, in the same order ({name})").format(name=name),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        choices = _lines(cleaned.get("choices", ""))
        if cleaned.get("kind") in (Question.Kind.CHOICE, Question.Kind.MANY):
            if len(choices) < 2:
                self.add_error("choices", _("Name at least two choices."))
        else:
            choices = []
        if any(";" in choice for choice in choices):
            self.add_error("choices", _("A choice cannot hold ';', which separates answers."))
        texts = {}
        for language in self.languages:
            said = {
                "label": cleaned.pop(f"label_{language}", ""),
                "help": cleaned.pop(f"help_{language}", ""),
                "choices": _lines(cleaned.pop(f"choices_{language}", "")) if choices else [],
            }
            if said["choices"] and len(said["choices"]) != len(choices):
                self.add_error(
                    f"choices_{language}", _("As many choices as in the first language.")
                )
            if any(said.values()):
                texts[language] = said
        if cleaned.get("sensitive"):
            # Whoever answers is told that the matching alone reads it.
            cleaned["seen_by"] = Question.Seen.MATCHING
        return cleaned | {"choices": choices, "texts": texts}

    @property
    def own_fields(self) -> list[Any]:
        """Fields in the program's language."""
        return [f for f in self if f.name.rpartition("_")[2] not in self.languages]

    @property
    def other_fields(self) -> list[Any]:
        """Fields in other languages."""
        return [f for f in self if f.name.rpartition("_")[2] in self.languages]


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class MaterialForm(forms.Form):
    """Something written."""

    title = forms.CharField(max_length=160, label=later("Title"))
    kind = forms.ChoiceField(choices=Material.Kind.choices, label=later("What it is"))
    body = forms.CharField(
        max_length=20_000,
        label=later("Text"),
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=later(
            "Markdown: - for a list, **bold**, [words](https://...) for a link. A training has "
            "situations that begin with ##, choices with - [ ] or - [x] for those that help, and "
            "what is said to each with >."
        ),
    )

    def __init__(self, program: Program, material: Material | None, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.languages = {k: v for k, v in LANGUAGES.items() if k != program.language}
        for language, name in self.languages.items():
            text = material.texts.get(language, {}) if material else {}
            self.fields[f"title_{language}"] = forms.CharField(
                max_length=160,
                required=False,
                label=_("Title in {name}").format(name=name),
                initial=text.get("title"),
            )
            self.fields[f"body_{language}"] = forms.CharField(
                max_length=20_000,
                required=False,
                label=_("Text in {name}").format(name=name),
                initial=text.get("body"),
                widget=forms.Textarea(attrs={"rows": 8}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["texts"] = {
            language: {
                "title": cleaned.pop(f"title_{language}", ""),
                "body": cleaned.pop(f"body_{language}", ""),
            }
            for language in self.languages
        }
        return cleaned

    @property
    def own(self) -> list[forms.BoundField]:
        """Fields in the program's language."""
        return [f for f in self if f.name.rpartition("_")[2] not in self.languages]

    @property
    def others(self) -> list[forms.BoundField]:
        """Fields in other languages."""
        return [f for f in self if f.name.rpartition("_")[2] in self.languages]
