"""The pages on which a manager designs a program: what is sent is what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from peerloom.accounts.models import Person
from peerloom.programs.actions import StatedKpi, change_purpose, set_kpis
from peerloom.programs.models import OwnTemplate, Program
from peerloom.programs.queries import consequences
from tests.factories import make_organisation, make_person, make_program
from tests.fuzz.filling import Form, forms_of


def form_of(client: Client, page: str, field: str) -> Form:
    """The form of the page that asks for the field."""
    forms = forms_of(client.get(page).content.decode(), page)
    return next(f for f in forms if field in {x.name for x in (*f.fields, *f.buttons)})


@pytest.fixture
def figures(program: Program, manager: Person) -> str:
    """The page of a program's figures, of which it has two."""
    stated = [
        StatedKpi("Held", "Meetings held", "per pair", 1.5, 4),
        StatedKpi("Stay", "Who stays"),
    ]
    set_kpis(program, stated, by=manager)
    return reverse("kpis", args=[program.pk])


def told(program: Program) -> list[tuple[Any, ...]]:
    return list(program.kpis.values_list("name", "indicator", "unit", "baseline", "target"))


def test_figures_sent_as_they_stand_stay_as_they_are(
    as_manager: Client, program: Program, figures: str
) -> None:
    before, numbers = told(program), list(program.kpis.values_list("pk", flat=True))

    answer = as_manager.post(figures, form_of(as_manager, figures, "kpi-0-name").as_it_stands(None))

    assert answer.status_code == 302
    assert told(program) == before
    assert list(program.kpis.values_list("pk", flat=True)) == numbers


def test_a_figure_is_changed_one_added_and_one_no_longer_tracked(
    as_manager: Client, program: Program, figures: str
) -> None:
    data = form_of(as_manager, figures, "kpi-0-name").as_it_stands(None)
    own = {"kpi-2-name": "Trust", "kpi-2-indicator": "Who says so", "kpi-2-target": "0.5"}

    as_manager.post(figures, data | {"kpi-0-target": "6", "kpi-1-DELETE": "on"} | own)

    assert told(program) == [
        ("Held", "Meetings held", "per pair", 1.5, 6.0),
        ("Trust", "Who says so", "", None, 0.5),
    ]


def test_a_figure_that_lacks_a_name_is_asked_for_again_and_nothing_is_lost(
    as_manager: Client, program: Program, figures: str
) -> None:
    before = told(program)
    data = form_of(as_manager, figures, "kpi-0-name").as_it_stands(None)

    answer = as_manager.post(figures, data | {"kpi-2-indicator": "Kept as it was written"})

    assert "Kept as it was written" in answer.content.decode()
    assert told(program) == before


def test_a_figure_of_another_organisation_is_not_touched(
    as_manager: Client, program: Program, figures: str
) -> None:
    other = make_organisation("Other")
    boss = make_person("boss@other.example", other, "manager")
    theirs = make_program(other, boss, name="Theirs")
    set_kpis(theirs, [StatedKpi("Theirs", "Not ours")], by=boss)
    data = form_of(as_manager, figures, "kpi-0-name").as_it_stands(None)

    as_manager.post(figures, data | {"kpi-0-pk": str(theirs.kpis.get().pk)})

    assert told(theirs) == [("Theirs", "Not ours", "", None, None)]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_dates_sent_as_they_stand_stay_as_they_are(
    as_manager: Client, program: Program, language: str
) -> None:
    page = reverse("setup", args=[program.pk, "format"])
    as_manager.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    before = (program.starts_on, program.ends_on)

    as_manager.post(page, form_of(as_manager, page, "starts_on").as_it_stands(None))

    program.refresh_from_db()
    assert (program.starts_on, program.ends_on) == before
    assert program.starts_on is not None


def test_what_a_purpose_brings_comes_in_where_it_was_ticked(
    as_manager: Client, program: Program, manager: Person
) -> None:
    change_purpose(program, name="P", purpose="p", objectives=["belonging", "grow"], by=manager)
    missing = [p.name for p in consequences(program).missing]
    page = reverse("consequences", args=[program.pk])
    form = form_of(as_manager, page, "part")

    as_manager.post(page, {"part": ["KPI-belonging"]})
    some = [p.name for p in consequences(program).missing]
    as_manager.post(page, form.as_it_stands(None))
    program.refresh_from_db()

    assert some == [name for name in missing if name != "KPI-belonging"]
    assert len(some) < len(missing)
    assert consequences(program).missing == []
    assert consequences(program).idle == []


def test_questions_are_chosen_written_and_moved(as_manager: Client, program: Program) -> None:
    page = reverse("form", args=[program.pk])
    data = form_of(as_manager, page, "questions").as_it_stands(None)
    fewer = [key for key in data["questions"] if key != "function"]

    as_manager.post(page, {"questions": fewer})
    as_manager.post(
        reverse("new_question", args=[program.pk]),
        {"label": "Tea or coffee?", "kind": "choice", "choices": "Tea\nCoffee", "step": "you",
         "seen_by": "partner", "label_fr": "Thé ou café ?", "choices_fr": "Thé\nCafé"},
    )  # fmt: skip
    written = program.questions.get(label="Tea or coffee?")
    place = [q.pk for q in program.asked if q.step == "you"].index(written.pk)
    as_manager.post(reverse("question_do", args=[program.pk, written.pk, "up"]))

    assert not program.asked.filter(key="function").exists()
    assert written.choices == ["Tea", "Coffee"]
    assert written.texts["fr"] == {"label": "Thé ou café ?", "help": "", "choices": ["Thé", "Café"]}
    assert [q.pk for q in program.asked if q.step == "you"].index(written.pk) == place - 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"choices": "Tea"}, "Name at least two choices."),
        ({"choices": "Tea; milk\nCoffee"}, "A choice cannot hold"),
        ({"choices_fr": "Thé"}, "As many choices as in the first language."),
        ({"label": ""}, "This field is required."),
    ],
)
def test_a_question_that_cannot_be_asked_is_told_and_kept_on_the_page(
    as_manager: Client, program: Program, wrong: dict[str, str], words: str
) -> None:
    before = program.questions.count()
    data = {"label": "Tea?", "help": "As it comes.", "kind": "choice", "choices": "Tea\nCoffee",
            "step": "you", "seen_by": "partner"}  # fmt: skip

    answer = as_manager.post(reverse("new_question", args=[program.pk]), data | wrong)

    assert words in answer.content.decode()
    assert "As it comes." in answer.content.decode()
    assert program.questions.count() == before


def test_a_material_is_looked_at_kept_changed_and_taken_out(
    as_manager: Client, program: Program
) -> None:
    new = reverse("new_material", args=[program.pk])
    data = {"title": "Reading list", "kind": "resource", "body": "- **One** book"}

    looked = as_manager.post(new, data | {"preview": ""}).content.decode()
    assert "<strong>One</strong> book" in looked
    assert not program.materials.filter(title="Reading list").exists()
    as_manager.post(new, data)
    material = program.materials.get(title="Reading list")
    page = reverse("material", args=[program.pk, material.pk])
    as_manager.post(page, data | {"body": "- Two books"})
    assert program.materials.get(pk=material.pk).body == "- Two books"
    as_manager.post(page, data | {"remove": ""})

    assert not program.materials.filter(pk=material.pk).exists()


def test_trainings_are_asked_for_and_no_longer(as_manager: Client, program: Program) -> None:
    page = reverse("require_training", args=[program.pk])

    as_manager.post(page, {"required": "yes"})
    asked = Program.objects.get(pk=program.pk).requires_training
    as_manager.post(page, {})

    assert asked
    assert not Program.objects.get(pk=program.pk).requires_training


def test_a_design_is_kept_and_another_program_starts_from_it(
    as_manager: Client, program: Program, manager: Person, figures: str
) -> None:
    as_manager.post(
        reverse("save_template", args=[program.pk]), {"name": "Ours", "summary": "For leads"}
    )
    kept = OwnTemplate.objects.get(name="Ours")
    page = reverse("new_program")
    sources = [
        next(x.value for x in (*f.fields, *f.buttons) if x.name == "source")
        for f in forms_of(as_manager.get(page).content.decode(), page)
        if "source" in {x.name for x in (*f.fields, *f.buttons)}
    ]
    own = next(s for s in sources if str(kept.pk) in s)

    as_manager.post(page, {"source": own, "language": "en"})
    made = Program.objects.order_by("pk").last()

    assert made is not None
    assert made.pk != program.pk
    assert told(made) == told(program)
