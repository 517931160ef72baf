"""Figures from known answers; what stands still until enough have come; who reads what."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from peerloom.accounts.actions import read_records, set_roles
from peerloom.accounts.models import Person
from peerloom.core.jobs import cancel
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.actions import StatedGoal, state_goals
from peerloom.partnerships import actions as together
from peerloom.programs.models import Program
from peerloom.pulses.actions import note_answers
from peerloom.results.actions import (
    count,
    counting,
    send_reports,
    start_counting,
    subscribe,
    take_edition,
    take_editions,
)
from peerloom.results.errors import TooSoon
from peerloom.results.figures import Missing, Source
from peerloom.results.kpis.meetings import engagement
from peerloom.results.models import Edition, Release
from peerloom.results.queries import COLUMNS, Figure, counting_of, results_of, sheet
from peerloom.results.reading import Reading
from tests.factories import bring_in, make_organisation, make_participant, make_person
from tests.rooms.asking import BEGINS, ENDS, dated, on, pulse_at
from tests.rooms.counted import AFTER, figure, people, said

pytestmark = pytest.mark.django_db

BEFORE = [1, 2, 2, 3, 1, 2]
NOW = [2, 3, 4, 3, 2, 4]


def skills(values: Sequence[int], then: Sequence[int] = ()) -> list[dict[str, int]]:
    found = [{"able:sql": v} for v in values]
    for answers, t in zip(found, then, strict=False):
        answers["then:sql"] = t
    return found


class TestFigures:
    def test_skill_growth_is_the_mean_change_of_those_who_answered_twice(
        self, running: Program
    ) -> None:
        said(running, "baseline", skills([*BEFORE, 5, 5]))
        said(running, "end", skills(NOW, then=[1, 1, 2, 2, 1, 1]), ENDS)

        found = figure(running, "skill_growth")

        assert found.value == pytest.approx(7 / 6)
        assert (found.n, found.of) == (6, 6)
        assert (found.before, found.after) == pytest.approx((11 / 6, 3.0))
        assert found.low is not None
        assert found.low < 7 / 6
        [back] = found.beside
        # Looking back they think less of what they could then.
        assert back.value == pytest.approx(10 / 6)
        assert "1.2 points higher" in found.words
        assert found.claim == "association"

    def test_fewer_than_five_are_not_counted(self, running: Program) -> None:
        said(running, "baseline", skills(BEFORE))
        said(running, "end", skills(NOW[:4]), ENDS)

        found = figure(running, "skill_growth")

        assert found.value is None
        assert "takes 5 people" in found.missing

    def test_what_nobody_was_asked_says_so(self, running: Program) -> None:
        found = figure(running, "skill_growth")

        assert found.value is None
        assert found.missing.startswith("Not enough evidence")

    def test_where_all_of_few_say_the_same_it_is_not_told(self, running: Program) -> None:
        said(running, "midpoint", [{"match.same_peer": 5}] * 6)

        found = figure(running, "match_satisfaction")

        assert found.value is None
        assert found.missing
        assert "same" not in found.missing

    def test_match_satisfaction_is_the_share_who_agree(self, running: Program) -> None:
        said(running, "midpoint", [{"match.same_peer": v} for v in (5, 4, 3, 2, 5, 4, 1, 5)])

        found = figure(running, "match_satisfaction")

        assert (found.value, found.n, found.unit) == (pytest.approx(62.5), 8, "%")

    def test_goals_count_where_they_stand_last(self, running: Program) -> None:
        running.kpis.create(key="goal_attainment", name="Goals", indicator="x")
        goal = StatedGoal("growth", "Delegate", "two", "one", "three")
        for k, place in enumerate(people(running)[:6]):
            state_goals(place, [goal], by=place.person)
            mine = place.goals.get()
            together.mark_goal(mine, -2, by=place.person)
            together.mark_goal(mine, (0, 1, 1, 2, -1, 0)[k], by=place.person)

        found = figure(running, "goal_attainment")

        assert found.value == pytest.approx(0.5)
        # One goal each: 50 and ten for each level.
        assert found.beside[0].value == pytest.approx(55)

    def test_engagement_counts_partnerships_of_three_months(self, running: Program) -> None:
        mine = people(running)
        with on(BEGINS):
            pairs = [together.open_partnership(mine[k : k + 2]) for k in range(0, 12, 2)]
        for k, pair in enumerate(pairs):
            days = [BEGINS + timedelta(days=14 * (m + 1)) for m in range(k)]
            held = [(datetime(d.year, d.month, d.day, 9, tzinfo=UTC), {}) for d in days]
            together.note_history(pair, held)

        soon, later = (figure(running, "engagement", BEGINS + timedelta(days=d)) for d in (60, 120))

        assert soon.value is None
        # Three, four and five times; of none, one and two it is not enough.
        assert (later.value, later.n, later.whom) == (pytest.approx(50), 6, "partnerships")
        assert later.claim == "count"
        assert {b.name: b.value for b in later.beside}["met at all"] == pytest.approx(100 * 5 / 6)

    def test_in_a_shared_program_each_counts_the_check_ins_of_its_own_people(
        self, running: Program, manager: Person
    ) -> None:
        bakery = make_organisation("Bakery")
        bring_in(running, bakery, by=manager)
        own = people(running)
        theirs = [make_participant(running, f"Baker{k}", organisation=bakery) for k in range(3)]
        with on(BEGINS):
            pairs = [together.open_partnership(own[k : k + 2]) for k in (0, 2)]
            pairs += [
                together.open_partnership([own[4 + k], baker]) for k, baker in enumerate(theirs)
            ]
        at = datetime(BEGINS.year, BEGINS.month, BEGINS.day, 9, tzinfo=UTC)
        for pair in pairs:
            # The first of each answers every second time; bakers never.
            first = pair.parts.get(participant__in=own[::2]) if pair in pairs[:2] else None
            mine = first or pair.parts.get(participant__in=own)
            days = [at + timedelta(days=14 * (k + 1)) for k in range(4)]
            together.note_history(
                pair, [(d, {mine.pk: {"hats": 2}} if k % 2 else {}) for k, d in enumerate(days)]
            )

        with on(BEGINS + timedelta(days=120)):
            ours = engagement(Reading(running, running.organisation))
            bakers = engagement(Reading(running, bakery))

        def told(source: Source | Missing) -> float:
            assert isinstance(source, Source)
            beside = source.measure(source.people).beside
            return next(b.value for b in beside if b.name == "check-ins answered")

        # Seven of ours sit in five pairs, 28 asked; each pair answered twice.
        assert told(ours) == pytest.approx(100 * 10 / 28)
        assert told(bakers) == 0

    def test_new_ties_stand_beside_what_chance_would_give(
        self, running: Program, manager: Person
    ) -> None:
        running.kpis.create(key="new_ties", name="New ties", indicator="x")
        mine = people(running)
        file(running, manager, {p.person.email: ("AB"[k % 2], "", "") for k, p in enumerate(mine)})
        with on(BEGINS):
            for k in range(0, 12, 2):
                together.open_partnership(mine[k : k + 2])

        found = figure(running, "new_ties")

        assert (found.value, found.n) == (100, 6)
        assert found.beside[0].value == pytest.approx(100 * 6 / 11)
        # Of twelve people chance could give as much: that is said, whatever the share.
        assert "about as many as" in found.words


def file(
    program: Program, by: Person, who: Mapping[str, tuple[str, str, str]], day: date = AFTER
) -> None:
    """The organisation's file: unit, joined, left by address."""
    rows = [
        f"{e},{unit},{joined or '2020-01-01'},{left}" for e, (unit, joined, left) in who.items()
    ]
    content = "\n".join(["email,unit,joined on,left on", *rows]).encode()
    with on(day):
        read_records(program.organisation, content, by=by)


class TestRetention:
    @pytest.fixture
    def kept(self, running: Program, manager: Person) -> dict[str, tuple[str, str, str]]:
        running.kpis.create(key="retention", name="Retention", indicator="x")
        with on(BEGINS):
            mine = people(running)
            for k in range(0, 12, 2):
                together.open_partnership(mine[k : k + 2])
        ours = {
            p.person.email: ("A", "", "2026-07-01" if k < 3 else "") for k, p in enumerate(mine)
        }
        # Like them, half of whom left; and others in a unit of their own, all of whom left.
        alike = {
            f"other{k}@x.example": ("A", "", "2026-05-01" if k < 10 else "") for k in range(20)
        }
        unlike = {f"unlike{k}@x.example": ("B", "", "2026-03-01") for k in range(40)}
        # Gone before it began: nobody counts for having lived to see it.
        before = {f"early{k}@x.example": ("A", "", "2026-01-05") for k in range(30)}
        return ours | alike | unlike | before

    def test_it_stands_beside_comparable_others_alone(
        self, running: Program, manager: Person, kept: dict[str, tuple[str, str, str]]
    ) -> None:
        file(running, manager, kept)

        found = figure(running, "retention")

        assert (found.value, found.n) == (pytest.approx(75), 12)
        beside = {b.name: b for b in found.beside}
        assert beside["comparable others"].value == pytest.approx(50)
        assert beside["comparable others"].n == 20
        assert beside["difference"].value == pytest.approx(25)
        assert (beside["difference"].low or 0) < 0
        assert found.claim == "association"
        assert [c["name"] for c in found.curves] == ["took part", "comparable others"]

    def test_an_old_file_says_nothing_of_today(
        self, running: Program, manager: Person, kept: dict[str, tuple[str, str, str]]
    ) -> None:
        file(running, manager, kept, BEGINS + timedelta(days=30))

        found = figure(running, "retention")

        assert found.value is None
        assert "Read in a newer one" in found.missing


class TestWhoReads:
    def test_a_sponsor_reads_and_counts_nothing(
        self, running: Program, manager: Person, client: Any
    ) -> None:
        said(running, "midpoint", [{"match.same_peer": v} for v in (5, 4, 3, 2, 5, 1)])
        with on(AFTER):
            take_edition(running)
        sponsor = make_person("s@loomworks.example", running.organisation, "sponsor")
        client.force_login(sponsor)

        page = client.get(f"/results/{running.pk}/")

        assert b"would choose to meet the same peer again" in page.content
        assert b"Count now" not in page.content
        assert client.post(f"/results/{running.pk}/count/").status_code == 404
        for name, begins in (
            ("page.pdf", b"%PDF"),
            ("report.pdf", b"%PDF"),
            ("figures.xlsx", b"PK"),
        ):
            assert client.get(f"/results/{running.pk}/files/{name}").content.startswith(begins)
        for form, begins in (("svg", b"<svg"), ("png", b"\x89PNG")):
            plot = client.get(f"/results/{running.pk}/plots/match_satisfaction.{form}")
            assert plot.content.startswith(begins)
            assert b"var(--" not in plot.content
        assert client.get(f"/results/{running.pk}/files/other.pdf").status_code == 404
        assert client.get(f"/results/{running.pk}/plots/nothing.svg").status_code == 404

    def test_a_program_being_set_up_is_read_by_those_who_do(
        self, program: Program, manager: Person, client: Any
    ) -> None:
        Program.objects.update(state="draft")
        sponsor = make_person("s@loomworks.example", program.organisation, "sponsor")
        for person, status in ((manager, 200), (sponsor, 404)):
            client.force_login(person)
            assert client.get(f"/results/{program.pk}/").status_code == status

    def test_each_organisation_of_a_shared_program_reads_of_its_own_people(
        self, running: Program, manager: Person
    ) -> None:
        partner = make_organisation("Partner")
        bring_in(running, partner, by=manager)
        for k in range(6):
            make_participant(running, f"Theirs{k}", state="matched", organisation=partner)
        dated(running)
        at = datetime(2026, 5, 4, 9, tzinfo=UTC)
        rows = [
            (
                p,
                {"match.same_peer": 5 if p.organisation_id == partner.pk and k % 2 else 1 + k % 3},
                at,
            )
            for k, p in enumerate(people(running))
        ]
        note_answers(pulse_at(running, "midpoint"), rows)
        with on(AFTER):
            take_edition(running)

        boss = Person.objects.get(email="boss@partner.example")
        theirs, ours = results_of(running, boss), results_of(running, manager)

        assert theirs.organisation == partner
        assert ours.organisation == running.organisation
        satisfied = [r.figure("match_satisfaction") for r in (theirs, ours)]
        assert [f.n for f in satisfied if f] == [6, 12]

    def test_tables_say_what_they_mean_and_run_nothing(
        self, running: Program, manager: Person
    ) -> None:
        from openpyxl import load_workbook

        running.kpis.create(key="", name="=1+1", indicator="x", unit="")
        said(running, "midpoint", [{"match.same_peer": v} for v in (5, 4, 3, 2, 5, 1)])
        with on(AFTER):
            take_edition(running)
        results = results_of(running, manager)

        book = load_workbook(io.BytesIO(sheet(results)))

        figures, meaning = book["Figures"], book["What it means"]
        assert [c.value for c in figures[1]] == list(COLUMNS)
        assert {r[1].value for r in meaning.iter_rows(min_row=2)} >= {
            *COLUMNS,
            "match_satisfaction",
        }
        assert all(c.data_type != "f" for row in figures.iter_rows() for c in row)

    def test_a_csv_holds_what_the_page_shows(
        self, running: Program, manager: Person, client: Any
    ) -> None:
        said(running, "midpoint", [{"match.same_peer": v} for v in (5, 4, 3, 2, 5, 1)])
        with on(AFTER):
            take_edition(running)
        client.force_login(manager)

        content = client.get(f"/results/{running.pk}/files/figures.csv").content.decode()

        rows = list(csv.DictReader(io.StringIO(content)))
        [row] = [r for r in rows if r["figure"] == "match_satisfaction" and r["of"] == "everybody"]
        assert (float(row["value"]), row["n"]) == (pytest.approx(50, abs=0.001), "6")


class TestCounting:
    def test_everything_that_runs_is_counted_once_a_day(self, running: Program) -> None:
        with on(BEGINS, 6):
            assert take_editions() == 1
            assert take_editions() == 0
        with on(BEGINS + timedelta(days=1), 6):
            assert take_editions() == 1
        # Nothing had changed: the same edition stands.
        assert Edition.objects.count() == 1

    def test_by_hand_once_a_minute(
        self, running: Program, manager: Person, django_capture_on_commit_callbacks: Any
    ) -> None:
        with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False):
            with django_capture_on_commit_callbacks(execute=True):
                start_counting(running, by=manager)
            assert counting_of(running) is None
            assert running.editions.count() == 1
            with pytest.raises(TooSoon, match="less than a minute"):
                start_counting(running, by=manager)

    def test_two_that_count_at_once_keep_one(self, running: Program, monkeypatch: Any) -> None:
        said(running, "midpoint", [{"match.same_peer": v} for v in (5, 4, 3, 2, 5, 1)])
        drawn = counting._drawn

        def meanwhile(figures: list[Figure]) -> dict[str, str]:
            monkeypatch.setattr(counting, "_drawn", drawn)
            take_edition(running)
            return drawn(figures)

        monkeypatch.setattr(counting, "_drawn", meanwhile)
        with on(AFTER):
            take_edition(running)

        assert Edition.objects.count() == 1
        assert Release.objects.filter(question="match@midpoint").count() == 1

    def test_a_count_that_was_cancelled_changes_nothing(
        self, running: Program, manager: Person
    ) -> None:
        with on(AFTER):
            under_way = start_counting(running, by=manager)
            job = counting_of(running)
            assert job == under_way.job
            assert job
            with pytest.raises(TooSoon, match="already"):
                start_counting(running, by=manager)
            cancel(job)
            count.call(job_id=job.pk, program_id=running.pk)

        assert Edition.objects.count() == 0
        job.refresh_from_db()
        assert job.state == "cancelled"

    def test_a_report_comes_by_mail_once_a_week_while_one_may_read_it(
        self, running: Program
    ) -> None:
        sponsor = make_person("s@loomworks.example", running.organisation, "sponsor")
        said(running, "midpoint", [{"match.same_peer": v} for v in (5, 4, 3, 2, 5, 1)])
        with on(ENDS):
            take_edition(running)
            subscribe(running, every="week", by=sponsor)
            assert [send_reports(), send_reports()] == [1, 0]
        with on(ENDS + timedelta(days=6)):
            assert send_reports() == 0
        with on(ENDS + timedelta(days=7)):
            assert send_reports() == 1
        admin = make_person("admin@loomworks.example", running.organisation, "admin")
        set_roles(running.organisation, sponsor, set(), by=admin)
        with on(ENDS + timedelta(days=14)):
            assert send_reports() == 0

        letters = OutboxMessage.objects.filter(to=sponsor.email, kind="report")
        assert letters.count() == 2
        assert "50 % would choose to meet the same peer again" in letters[0].text
