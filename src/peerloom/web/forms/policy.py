"""The policy in plain words: a form for each criterion, and back to what the engine reads."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from peerloom.core.words import later
from peerloom.programs.library import OBSERVED, ORGANISATION, RIVALS, columns_of, serves
from peerloom.programs.models import Program
from peerloom.programs.queries import crossing, is_shared

WEIGHTS = (
    ("", later("not used")),
    ("a little", later("a little")),
    ("matters", later("matters")),
    ("matters a lot", later("matters a lot")),
)
MUST = ("must", later("must-have"))
MISSING = (
    ("allow", later("may be matched")),
    ("exclude", later("is not matched")),
    ("ask", later("is asked first")),
)
_WORDS = {
    "same": later("the same answer"),
    "different": later("another answer"),
    "close": later("close to each other"),
    "overlap": later("answers in common"),
    "exchange": later("what one offers, the other wants"),
    "schedule": later("free time together"),
    "text": later("near in meaning"),
    "observed": later("what you observed"),
    "apart": later("apart"),
    "rank": later("whom people would like to meet, from their short lists"),
}


@dataclass(frozen=True)
class CriterionRow:
    """One criterion on the policy page."""

    place: int
    name: str
    words: str
    serves: str
    strength: str
    personal: bool
    tolerance: str
    minutes: str
    missing: str
    unit: str
    # Labels of what it reads that does not reach other organisations of a shared program.
    stays: list[str]


def rows_of(program: Program, content: dict[str, Any]) -> list[CriterionRow]:
    """Criteria as the page shows them."""
    labels = dict(program.asked.values_list("key", "label"))
    columns = labels | {ORGANISATION: _("which organisation they are with")}
    crosses = crossing(program)
    rows = []
    for place, c in enumerate(content.get("criterion", [])):
        asked = [columns[k] for k in sorted(columns_of(c)) if k in columns]
        strength = c.get("weight", "")
        rows.append(
            CriterionRow(
                place=place,
                name=c.get("name", c["kind"]),
                words=_("{how}: {questions}").format(
                    how=_WORDS[c["kind"]], questions=" / ".join(asked)
                )
                if asked
                else str(_WORDS[c["kind"]]),
                serves=serves(c),
                strength="must"
                if c.get("must")
                else strength
                if isinstance(strength, str)
                else "matters",
                personal=bool(c.get("personal")),
                tolerance=_shown(c.get("tolerance", 1)) if c["kind"] == "close" else "",
                minutes=_shown(c.get("minutes", 60)) if c["kind"] == "schedule" else "",
                missing=c.get("missing", "allow"),
                stays=[]
                if crosses is None
                else [labels[k] for k in sorted(columns_of(c) - crosses) if k in labels],
                unit=_("years") if c.get("field") == "stage" else _("steps"),
            )
        )
    return rows


def read(program: Program, posted: QueryDict) -> dict[str, Any]:
    """The program's policy with the page's changes; the engine says whether it can be used."""
    content: dict[str, Any] = deepcopy(program.policy)
    for place, c in enumerate(content.get("criterion", [])):
        strength = posted.get(f"strength_{place}")
        if strength is None or c.get("personal"):
            continue
        c.pop("must", None)
        c.pop("weight", None)
        c.pop("missing", None)
        if strength == "must":
            c["must"] = True
            c["missing"] = posted.get(f"missing_{place}", "allow")
        else:
            c["weight"] = strength or 0
        for name in ("tolerance", "minutes"):
            value = posted.get(f"{name}_{place}", "")
            if value:
                c[name] = _number(value)
    objective = content.setdefault("objective", {})
    if posted.get("place") in ("everyone", "floor", "best") and not program.circles:
        objective["place"] = "best" if posted["place"] == "best" else "everyone"
        objective["raise_floor"] = posted["place"] == "floor"
        objective.pop("minimum", None)
        if posted["place"] == "best" and posted.get("minimum"):
            objective["minimum"] = _number(posted["minimum"])
    return content


def _shown(value: object) -> str:
    """A setting as typed, also one the engine refused."""
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _number(value: object) -> Any:
    """A number, or the text for the engine to refuse in its own words."""
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return value


class NewCriterion(forms.Form):
    """A criterion over the program's own questions."""

    kind = forms.ChoiceField(
        choices=[
            ("same", later("the same answer")),
            ("different", later("another answer")),
            ("close", later("numbers close to each other")),
            ("overlap", later("answers in common")),
            ("text", later("texts near in meaning")),
            ("apart", later("never from the same (team, employer)")),
            ("observed", later("what suits what was observed")),
            ("exchange", later("what one offers, the other wants")),
        ],
        label=later("Peers have"),
    )
    field = forms.ChoiceField(label=later("in their answers to"))
    offers = forms.ChoiceField(
        label=later("offered in"),
        required=False,
        help_text=later("Only for what one offers, the other wants."),
    )

    def __init__(self, program: Program, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = list(program.asked.filter(sensitive=False).values_list("key", "label"))
        for name in ("field", "offers"):
            choice = self.fields[name]
            assert isinstance(choice, forms.ChoiceField)
            own = [(OBSERVED, _("Your own observations"))] if name == "field" else []
            if name == "field" and is_shared(program):
                own.append((ORGANISATION, _("Which organisation they are with")))
            choice.choices = [("", _("Choose a question")), *asked, *own]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") == "exchange" and not cleaned.get("offers"):
            self.add_error("offers", _("Say which question holds what people offer."))
        if (cleaned.get("kind") == "observed") != (cleaned.get("field") == OBSERVED):
            self.add_error("field", _("Observations go with 'what suits what was observed'."))
        compares = ("same", "different", "apart")
        if cleaned.get("field") == ORGANISATION and cleaned.get("kind") not in compares:
            self.add_error(
                "kind", _("An organisation can be the same, another one, or kept apart.")
            )
        return cleaned

    def criterion(self) -> dict[str, Any]:
        """The criterion as the engine reads it: a wish that counts a little."""
        c = self.cleaned_data
        words = dict(self.fields["kind"].choices)[c["kind"]]  # type: ignore[attr-defined]
        label = dict(self.fields["field"].choices)[c["field"]]  # type: ignore[attr-defined]
        made = {"kind": c["kind"], "name": f"{words}: {label}"[:120], "weight": "a little"}
        if c["kind"] == "exchange":
            return made | {"wants": c["field"], "offers": c["offers"]}
        if c["field"] == ORGANISATION and c["kind"] == "apart":
            made |= {"competitors": RIVALS, "name": _("another organisation, no competitor")}
        return made | {"field": c["field"]} | ({"tolerance": 2} if c["kind"] == "close" else {})
