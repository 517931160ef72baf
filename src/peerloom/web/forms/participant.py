"""Forms of a participant: a program's questions as fields, and oneself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from peerloom.core.words import later
from peerloom.participants.actions import StatedGoal
from peerloom.participants.models import Goal, Participant
from peerloom.participants.reading import LONGEST, MOST, USUALLY_LONGEST
from peerloom.programs.models import Question
from peerloom.web.forms.hours import HoursField
from peerloom.web.forms.public import ZoneField

Kind = Question.Kind
GOALS = 3
SCALE = (
    ("success", later("You will know it worked when")),
    ("less", later("Still worth it when")),
    ("more", later("Better than hoped when")),
)


class Answers(forms.Form):
    """The questions of one step, as fields; cleaned answers are cells of text."""

    def __init__(
        self,
        answers: dict[str, str],
        questions: list[Question],
        *args: Any,
        language: str = "",
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            cell = answers.get(question.key, "")
            self.fields[question.key] = _field(question, cell, language)

    def cells(self) -> dict[str, str]:
        """Answers as cells, those in error left out so that nothing else is lost."""
        kinds = {q.key: q.kind for q in self.questions}
        good = self.cleaned_data if hasattr(self, "cleaned_data") else {}
        return {k: _cell(kinds[k], v) for k, v in good.items() if k in kinds}


class Crossing(forms.Form):
    """Whether answers may reach other organisations; nothing is chosen beforehand."""

    cross = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[
            ("yes", later("Yes, I would like to meet people of the other organisations too.")),
            ("no", later("No, match me within my own organisation alone.")),
        ],
        label=later("May these reach the other organisations?"),
        error_messages={"required": later("Choose one; either is fine.")},
    )


def _field(question: Question, cell: str, language: str) -> forms.Field:
    label, help_text, offered = question.said(language)
    words: dict[str, Any] = {
        "label": label,
        "help_text": help_text,
        "required": question.required,
        "initial": cell,
    }
    items = [part.strip() for part in cell.split(";") if part.strip()]
    if question.kind == Kind.LONG:
        return forms.CharField(
            max_length=USUALLY_LONGEST, widget=forms.Textarea(attrs={"rows": 4}), **words
        )
    if question.kind == Kind.CHOICE:
        # An answer given before the choices changed stays one of them.
        choices = [("", _("No answer")), *_with(offered, [cell] if cell else [])]
        return forms.ChoiceField(choices=choices, **words)
    if question.kind == Kind.MANY:
        return forms.MultipleChoiceField(
            choices=_with(offered, items),
            widget=forms.CheckboxSelectMultiple,
            **{**words, "initial": items},
        )
    if question.kind == Kind.SKILLS:
        return forms.CharField(
            max_length=USUALLY_LONGEST,
            widget=forms.Textarea(attrs={"rows": 4}),
            **{**words, "initial": "\n".join(items)},
        )
    if question.kind == Kind.NUMBER:
        return forms.FloatField(min_value=0, max_value=MOST, **words)
    if question.kind == Kind.YES_NO:
        return forms.BooleanField(**{**words, "required": False, "initial": cell == "yes"})
    if question.kind == Kind.HOURS:
        return HoursField(**words)
    return forms.CharField(max_length=LONGEST[Kind.TEXT], **words)


def _with(offered: list[tuple[str, str]], given: list[str]) -> list[tuple[str, str]]:
    """The choices, and answers that are no longer among them."""
    return [*offered, *((c, c) for c in given if c not in dict(offered))]


def _cell(kind: str, value: Any) -> str:
    if kind == Kind.MANY:
        return "; ".join(value)
    if kind == Kind.SKILLS:
        parts = [p.strip() for line in str(value).splitlines() for p in line.split(";")]
        return "; ".join(dict.fromkeys(p for p in parts if p))
    if kind == Kind.YES_NO:
        return "yes" if value else ""
    if kind == Kind.NUMBER:
        return "" if value is None else f"{value:g}"
    return str(value).strip()


class Zone(forms.Form):
    """The zone that free hours are in."""

    time_zone = ZoneField(label=later("Your time zone"))


class Goals(forms.Form):
    """Up to three goals."""

    def __init__(self, place: Participant, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        have = list(place.goals.all())
        for k in range(GOALS):
            goal = have[k] if k < len(have) else None
            self.fields[f"goal_{k}"] = forms.CharField(
                label=_("Goal {k}").format(k=k + 1) if k else _("A goal of yours"),
                help_text="" if k else _goal_help(place),
                max_length=300,
                required=False,
                initial=goal.text if goal else "",
            )
            self.fields[f"kind_{k}"] = forms.ChoiceField(
                label=_("It is about"),
                choices=Goal.Kind.choices,
                required=False,
                initial=goal.kind if goal else Goal.Kind.SKILL,
            )
            for name, label in SCALE:
                self.fields[f"{name}_{k}"] = forms.CharField(
                    label=label,
                    max_length=300,
                    required=False,
                    initial=getattr(goal, name) if goal else "",
                )

    @property
    def groups(self) -> list[tuple[str, list[Any], bool]]:
        """Fields of each goal under a title; those still blank, but for the first, are folded."""
        found = []
        for k in range(GOALS):
            fields = [f for f in self if f.name.endswith(f"_{k}")]
            used = any(f.value() for f in fields if not f.name.startswith("kind")) or any(
                f.errors for f in fields
            )
            found.append((_("Goal {k}").format(k=k + 1), fields, k == 0 or used))
        return found

    def stated(self) -> list[StatedGoal]:
        """Goals as stated, blank ones left out."""
        c = self.cleaned_data
        return [
            StatedGoal(
                c[f"kind_{k}"] or Goal.Kind.SKILL,
                c[f"goal_{k}"],
                **{name: c[f"{name}_{k}"] for name, _ in SCALE},
            )
            for k in range(GOALS)
            if c[f"goal_{k}"]
        ]


def _goal_help(place: Participant) -> str:
    """What a goal is, and what others set out to do."""
    words = _("One thing you would like to be different at the end. Your peer reads it.")
    examples = place.program.examples
    return (
        _("{words} Others said: {what}").format(
            words=words, what=" ".join(f"“{e}”" for e in examples)
        )
        if examples
        else words
    )


class Me(forms.Form):
    """Oneself."""

    name = forms.CharField(
        max_length=120, label=later("Your name"), help_text=later("As your peer reads it.")
    )
    time_zone = ZoneField(label=later("Your time zone"))
