"""Forms of shared programs: who is asked, and what may reach other organisations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from peerloom.accounts.models import Organisation
from peerloom.core.words import later
from peerloom.programs.models import PartnerOrganisation, Program
from peerloom.programs.queries import FIGURES, fields_of, organisations_in


class Ask(forms.Form):
    """Whom to ask."""

    email = forms.EmailField(
        label=later("Address of somebody who decides there"),
        help_text=later(
            "They bring an organisation that is on this server, or start one. Nothing of your "
            "people reaches them before."
        ),
    )


class Terms(forms.Form):
    """What of an organisation's people may reach the others."""

    fields_that_cross = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=later("Answers that may reach the other organisations"),
        help_text=later(
            "Only what every organisation agrees to crosses, and of each person only when they "
            "agree themselves. Names are told to partners alone, once they are matched."
        ),
    )
    figures = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=list(FIGURES.items()),
        label=later("Figures that the other organisations' managers see"),
        help_text=later("Never under five people."),
    )

    def __init__(self, program: Program, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = []
        for field in fields_of(program):
            uses = [
                *([_("for the matching")] if field.matching else []),
                *([_("seen by the partner")] if field.partner else []),
                *([_("sensitive")] if field.sensitive else []),
            ]
            choices.append((field.key, f"{field.label} ({', '.join(uses)})"))
        chosen = self.fields["fields_that_cross"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = choices


class OwnTerms(Terms):
    """The terms of an organisation that takes part already."""

    rivals = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=later("Organisations you compete with"),
        help_text=later(
            "Your people and theirs never meet where the policy asks for 'another organisation, "
            "no competitor'. They are not told."
        ),
    )

    def __init__(self, part: PartnerOrganisation, *args: Any, **kwargs: Any) -> None:
        now = {
            "fields_that_cross": part.fields,
            "figures": part.figures,
            "rivals": [str(r) for r in part.rivals],
        }
        super().__init__(part.program, *args, initial=now, **kwargs)
        others = [o for o in organisations_in(part.program) if o.pk != part.organisation_id]
        rivals = self.fields["rivals"]
        assert isinstance(rivals, forms.MultipleChoiceField)
        rivals.choices = [(str(o.pk), o.name) for o in others]


NEW = "new"


class Bring(Terms):
    """Saying yes for an organisation."""

    organisation = forms.ChoiceField(label=later("The organisation that takes part"))
    name = forms.CharField(
        max_length=120,
        required=False,
        label=later("Name of a new organisation"),
        help_text=later("Only where you start one. You become its admin and manager."),
    )
    field_order = ("organisation", "name", "fields_that_cross", "figures")

    def __init__(
        self, program: Program, organisations: list[Organisation], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(program, *args, **kwargs)
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.ChoiceField)
        own = [(str(o.pk), o.name) for o in organisations]
        choice.choices = [*own, (NEW, _("A new organisation on this server"))]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("organisation") == NEW and not cleaned.get("name", "").strip():
            self.add_error("name", _("Say what the new organisation is called."))
        return cleaned
