"""Programs from templates and from each other; what a purpose brings; the form as it changes."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

import pytest

from peerloom.accounts.models import Person
from peerloom.matching import match
from peerloom.participants.actions import save_answers
from peerloom.participants.queries import answers_of
from peerloom.programs import actions
from peerloom.programs.consequences import consequences
from peerloom.programs.designs import design_from_template, design_of
from peerloom.programs.errors import QuestionPromised
from peerloom.programs.models import Program, Question
from peerloom.programs.scales import BY_KEY
from peerloom.programs.template_library import LANGUAGES, templates, words
from peerloom.rounds.snapshot import policy_of, pool_of
from tests.factories import make_organisation, make_participant, make_people, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Any:
    return make_person("mika@loomworks.example", make_organisation("Loomworks"), "manager")


# KPIs that are counted from what people do, or from the organisation's own file.
MET = {"engagement", "new_ties", "retention", "goal_attainment"}


def started(manager: Any, key: str = "middle_managers", language: str = "en") -> Program:
    organisation = manager.memberships.get().organisation
    return actions.start_from(organisation, design_from_template(key, language), by=manager)


def shape(value: Any) -> Any:
    """Keys and lengths of words, without the words."""
    if isinstance(value, dict):
        return {k: shape(v) for k, v in value.items()}
    return len(value) if isinstance(value, list) else bool(value)


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_language_has_the_same_words(language: str) -> None:
    assert shape(words(language)) == shape(words("en"))


def test_no_word_was_left_in_another_language() -> None:
    folder = resources.files("peerloom.programs.template_library") / "words"
    said = {k: tomllib.loads((folder / f"{k}.toml").read_text("utf-8")) for k in LANGUAGES}
    for key, material in said["en"]["materials"].items():
        assert len({said[k]["materials"][key]["body"] for k in LANGUAGES}) == len(LANGUAGES), key
        assert material["body"].strip()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("key", sorted(templates()))
def test_a_program_from_any_template_is_complete_and_matches_people(
    key: str, language: str, manager: Any
) -> None:
    program = started(manager, key, language)

    opened = actions.open_program(program, by=manager)
    people = make_people(program, 8)

    assert opened.state == Program.State.RECRUITING
    assert program.kpis.count() >= 3
    assert {m.kind for m in program.materials.all()} >= {
        "agreement", "meeting", "guide", "message", "commitment",
    }  # fmt: skip
    assert {p.moment for p in program.pulses.all()} == {"baseline", "meeting", "midpoint", "end"}
    # What a KPI is counted from is asked.
    asked = {k for p in program.pulses.all() for s in p.scales for k in BY_KEY[s].kpis}
    assert {k.key for k in program.kpis.all()} <= asked | MET
    assert len(program.examples) == 3
    criteria = {c["kind"] for c in program.policy["criterion"]}
    assert criteria & {"exchange", "text", "overlap"}
    result = match(pool_of(program, people), policy_of(program))
    assert result.quality.placed == 8


def test_a_template_serves_its_purpose(manager: Any) -> None:
    for key in templates():
        seen = consequences(started(manager, key))

        assert (seen.missing, seen.idle) == ([], []), key
        guards = [p for p in seen.serving if p.kind == "safeguard"]
        assert guards, key
        assert all(p.serves for p in guards), key
    exchange = next(p for p in consequences(started(manager)).serving if p.key == "exchange")
    assert exchange.serves == "Lead well"


def test_a_change_of_purpose_asks_before_it_changes_anything(manager: Any) -> None:
    program = started(manager, "students")
    before = design_of(program)

    actions.change_purpose(
        program, name=program.name, purpose="Arrive well.", objectives=["arrive"], by=manager
    )
    seen = consequences(program)

    assert {k: v for k, v in design_of(program).items() if k not in ("purpose", "objectives")} == {
        k: v for k, v in before.items() if k not in ("purpose", "objectives")
    }
    missing, idle = {p.name for p in seen.missing}, {p.name for p in seen.idle}
    assert "criterion-another_function" in missing
    assert "KPI-skill_growth" in idle

    pulses = {p.name for p in [*seen.missing, *seen.idle] if p.kind == "pulse"}
    actions.follow_purpose(
        program, {"criterion-another_function", "KPI-skill_growth", *pulses}, by=manager
    )

    kinds = {c["kind"] for c in program.policy["criterion"]}
    assert "different" in kinds
    assert "skill_growth" not in {k.key for k in program.kpis.all()}
    assert policy_of(program).criteria
    for moment in ("baseline", "end"):
        assert "company" in program.pulses.get(moment=moment).scales
        assert "skills" not in program.pulses.get(moment=moment).scales


def test_a_program_starts_again_without_anybodys_answers(manager: Any) -> None:
    program = actions.open_program(started(manager), by=manager)
    actions.write_question(
        program, label="Tea or coffee?", kind="choice", choices=["tea", "coffee"], by=manager
    )
    make_participant(program, "Ana", hopes="to delegate")

    again = actions.start_from(
        program.organisation, design_of(program), name="Second year", by=manager
    )

    assert again.state == Program.State.DRAFT
    assert again.participants.count() == 0
    assert [q.label for q in again.asked] == [q.label for q in program.asked]
    assert again.slug != program.slug


def test_a_template_changed_later_changes_no_program(manager: Any) -> None:
    program = started(manager)
    template = actions.save_as_template(program, name="Ours", summary="", by=manager)
    made = actions.start_from(program.organisation, template.design, by=manager)

    actions.change_purpose(program, name="X", purpose="Y", objectives=[], by=manager)
    actions.save_as_template(program, name="Ours", summary="", by=manager)
    made.refresh_from_db()

    assert made.purpose != "Y"
    assert program.organisation.own_templates.count() == 1


def test_a_question_no_longer_asked_keeps_its_answers(manager: Any) -> None:
    program = actions.open_program(started(manager), by=manager)
    ana = make_participant(program, "Ana", hopes="to delegate")
    hopes = program.questions.get(key="hopes")

    actions.stop_asking(hopes, by=manager)

    assert "hopes" not in {c.get("field") for c in program.policy["criterion"]}
    assert "hopes" not in {a.question.key for a in answers_of(ana, seen_by=Question.Seen.MATCHING)}
    # Somebody with the old form open hands it in.
    save_answers(ana, {"wants": "sql"}, by=ana.person)
    actions.ask_again(hopes, by=manager)
    ana.refresh_from_db()
    assert ana.answers == {"hopes": "to delegate", "wants": "sql"}
    cells = {a.question.key: a.cell for a in answers_of(ana, seen_by=Question.Seen.MATCHING)}
    assert cells["hopes"] == "to delegate"


@pytest.mark.parametrize(
    "change",
    [{"kind": "number"}, {"seen_by": "partner"}, {"sensitive": False}],
)
def test_an_open_form_breaks_no_promise(change: dict[str, Any], manager: Any) -> None:
    program = actions.open_program(started(manager, "community"), by=manager)
    gender = program.questions.get(key="gender")

    with pytest.raises(QuestionPromised):
        actions.write_question(
            program, question=gender, label="Gender", by=manager, **({"kind": "text"} | change)
        )

    gender.refresh_from_db()
    assert (gender.kind, gender.seen_by, gender.sensitive) == ("text", "matching", True)


def test_questions_move_within_their_step(manager: Any) -> None:
    program = started(manager)
    you = [q.key for q in program.asked if q.step == "you"]

    actions.move_question(program.questions.get(key=you[1]), up=True, by=manager)
    actions.move_question(program.questions.get(key=you[1]), up=True, by=manager)

    assert [q.key for q in program.asked if q.step == "you"] == [you[1], you[0], *you[2:]]


def test_words_of_a_question_come_in_the_readers_language(manager: Any) -> None:
    program = started(manager)
    way = program.questions.get(key="way_to_meet")
    texts = {"fr": {"label": "Comment ?", "help": "", "choices": ["En personne", "En ligne", "?"]}}

    actions.write_question(
        program, question=way, label=way.label, kind=way.kind, texts=texts, by=manager
    )

    label, _, choices = way.said("fr")
    assert label == "Comment ?"
    # What is stored stays the same in every language, so that answers compare.
    assert choices[0] == ("In person", "En personne")
    assert way.said("de")[0] == way.label


def test_what_a_program_has_become_is_not_taken_back_by_a_page_opened_before(
    manager: Person,
) -> None:
    program = actions.open_program(started(manager), by=manager)
    before = Program.objects.get(pk=program.pk)
    Program.objects.filter(pk=program.pk).update(state=Program.State.RUNNING)

    actions.open_program(Program.objects.get(pk=program.pk), by=manager)
    actions.change_format(
        before, starts_on=before.starts_on, ends_on=before.ends_on, apply_by=None,
        cadence="weekly", meeting_minutes=45, trios=True, by=manager,
    )  # fmt: skip

    program.refresh_from_db()
    assert (program.state, program.meeting_minutes) == (Program.State.RUNNING, 45)
