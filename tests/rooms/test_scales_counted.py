"""Whatever a pulse asks is counted: scales that change, that stand, and those of a pulse of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from peerloom.accounts.models import Person
from peerloom.programs import actions as programs
from peerloom.programs.models import Program, Pulse
from peerloom.programs.scales import SCALES, Kind
from peerloom.pulses.actions import note_answers
from peerloom.results.actions import take_edition
from peerloom.results.figures import Figure
from peerloom.results.kpis import ASKED, BUILDERS
from peerloom.results.queries import DEFINITIONS
from tests.factories import bring_in, make_organisation, make_participant
from tests.rooms.asking import BEGINS, ENDS, dated, on, pulse_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(program: Program, manager: Person) -> Program:
    for k in range(6):
        make_participant(program, f"Peer{k}", state="matched", wants="sql")
    for moment in ("baseline", "end"):
        pulse = pulse_at(program, moment)
        scales = [s.key for s in SCALES if moment in s.moments]
        programs.write_pulse(program, pulse=pulse, scales=scales, by=manager)
    return dated(program)


def said(pulse: Pulse, answers: Sequence[Mapping[str, int]], day: date = BEGINS) -> None:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    people = pulse.program.participants.order_by("person__name")
    note_answers(pulse, [(p, dict(a), at) for p, a in zip(people, answers, strict=False)])


def figures(program: Program) -> dict[str, Figure]:
    with on(ENDS + timedelta(days=1)):
        edition = take_edition(program)
    return {f["key"]: Figure.from_dict(f) for f in edition.figures}


def test_what_is_asked_is_counted_and_what_it_means_is_said() -> None:
    # What is asked in words is read; whether they still talk stands with new ties.
    asked = {s.key for s in SCALES if s.kind != Kind.WORDS} - {"touch"}

    assert asked == set(ASKED.values())
    assert set(ASKED) <= set(BUILDERS)
    assert set(BUILDERS) == set(DEFINITIONS)


def test_how_many_one_could_ask_counts_people(running: Program) -> None:
    said(pulse_at(running, "baseline"), [{"reach.others": 1 + k % 2} for k in range(6)])
    said(pulse_at(running, "end"), [{"reach.others": 3 + k % 2} for k in range(6)], ENDS)

    found = figures(running)["reach"]

    # From none, or one or two, to three to five, or six to ten.
    assert (found.before, found.after) == (0.75, 6)
    assert found.value == 5.25
    assert "5.2 more people of other teams" in found.words


def test_being_alone_counts_the_other_way_round(running: Program) -> None:
    said(
        pulse_at(running, "baseline"),
        [{"company.alone": 5, "company.ask": k % 3 + 1} for k in range(6)],
    )
    said(
        pulse_at(running, "end"),
        [{"company.alone": 3, "company.ask": k % 3 + 1} for k in range(6)],
        ENDS,
    )

    assert figures(running)["company"].value == pytest.approx(1)


def test_meaning_to_stay_is_a_share(running: Program) -> None:
    said(pulse_at(running, "baseline"), [{"stay.stay": 2 + k % 3} for k in range(6)])
    said(pulse_at(running, "end"), [{"stay.stay": 3 + k % 3} for k in range(6)], ENDS)

    found = figures(running)["stay"]

    assert (found.value, found.before) == (pytest.approx(200 / 3), pytest.approx(100 / 3))


def test_both_hats_stand_half_way(running: Program) -> None:
    said(
        pulse_at(running, "midpoint"), [{"hats.both": k % 5 + 1, "hats.clear": 4} for k in range(6)]
    )

    found = figures(running)["hats"]

    assert found.value == pytest.approx((4 + (1 + 2 + 3 + 4 + 5 + 1) / 6) / 2)


def test_a_pulse_of_ones_own_has_its_scales_and_statements(
    running: Program, manager: Person
) -> None:
    own = programs.write_pulse(
        running, name="In spring", scales=["safety"], own=[{"text": "It fits."}],
        opens_on=BEGINS, by=manager,
    )  # fmt: skip
    said(
        own,
        [
            {"own.it_fits": k % 5 + 1, "safety.help": 3, "safety.mistake": k % 5 + 1}
            for k in range(6)
        ],
    )

    found = figures(running)

    statement, scale = found[f"own-{own.pk}-it_fits"], found[f"own-{own.pk}-safety"]
    assert (statement.name, statement.value) == ("It fits. (In spring)", pytest.approx(100 / 3))
    assert scale.name == "Safe to speak (In spring)"
    assert scale.value == pytest.approx((3 + 16 / 6) / 2)


def test_what_is_not_asked_is_not_told_of(program: Program) -> None:
    dated(program)

    assert not {"belonging", "leadership", "stay"} & set(figures(program))


def test_what_was_shown_while_a_program_was_shared_is_not_betrayed_afterwards(
    running: Program, manager: Person
) -> None:
    part = bring_in(running, make_organisation("Partner"), by=manager)
    said(pulse_at(running, "midpoint"), [{"match.same_peer": k % 5 + 1} for k in range(5)])
    shared = figures(running)["match_satisfaction"]
    type(part).objects.filter(pk=part.pk).update(state="left")
    late = running.participants.order_by("person__name").last()
    assert late
    at = datetime(2026, 8, 4, 9, tzinfo=UTC)
    note_answers(pulse_at(running, "midpoint"), [(late, {"match.same_peer": 1}, at)])

    # One more has answered since: the figure that was shown stands.
    assert (shared.value, shared.n) == (40, 5)
    assert figures(running)["match_satisfaction"] == shared
