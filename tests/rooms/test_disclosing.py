"""Nothing about one person follows from all the figures ever shown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import combinations
from random import Random

import pytest

from peerloom.accounts.actions import read_records
from peerloom.accounts.models import Person
from peerloom.evidence import SMALLEST
from peerloom.programs.models import Program
from peerloom.pulses.actions import note_answers
from peerloom.pulses.private import safe
from peerloom.results.actions import take_edition
from peerloom.results.models import Release
from peerloom.results.queries import Figure, figure_rows, results_of
from tests.evidence.test_disclosure import found_out
from tests.factories import make_participant
from tests.rooms.asking import BEGINS, dated, on, pulse_at
from tests.rooms.counted import AFTER, figure, people, said

pytestmark = pytest.mark.django_db


class TestWhatIsShown:
    def test_a_figure_stands_until_five_more_have_come(self, running: Program) -> None:
        at = datetime(2026, 5, 4, 9, tzinfo=UTC)
        pulse = pulse_at(running, "midpoint")
        mine, values = people(running), (5, 4, 3, 2, 5, 5, 5, 5, 5, 5, 5, 5)

        def answered(first: int, last: int, day: int) -> Figure:
            rows = zip(mine[first:last], values[first:last], strict=True)
            note_answers(pulse, [(p, {"match.same_peer": v}, at) for p, v in rows])
            return figure(running, "match_satisfaction", date(2026, 5, day))

        first = answered(0, 5, 5)
        second, third = answered(5, 9, 6), answered(9, 10, 7)

        assert (first.value, first.n) == (60, 5)
        assert second == first
        assert second.counted_on == "2026-05-05"
        assert (third.value, third.n) == (80, 10)

    def test_an_answer_that_was_changed_is_not_betrayed(self, running: Program) -> None:
        said(running, "midpoint", [{"match.same_peer": v} for v in (5, 4, 3, 2, 5, 1)])
        first = figure(running, "match_satisfaction", date(2026, 5, 5))
        reply = pulse_at(running, "midpoint").replies.first()
        assert reply
        reply.answers_sealed = safe(running).seal('{"match.same_peer": 1}')
        reply.version = 2
        reply.save()

        assert figure(running, "match_satisfaction", date(2026, 5, 6)) == first

    @pytest.mark.parametrize("seed", range(4))
    def test_nothing_follows_from_any_two_filters_exports_or_dates(
        self, program: Program, manager: Person, seed: int
    ) -> None:
        dice = Random(seed)
        for k in range(34):
            make_participant(program, f"Peer{k:02}", state="matched", wants="sql")
        dated(program)
        mine = people(program)
        rows = [f"{p.person.email},{dice.choice('AAABBC')},{dice.choice('XXY')}" for p in mine]
        with on(BEGINS):
            content = "\n".join(["email,unit,site", *rows]).encode()
            read_records(program.organisation, content, by=manager)
        waiting, at = dice.sample(mine, len(mine)), datetime(2026, 5, 4, 9, tzinfo=UTC)
        exports: list[tuple[str, ...]] = []
        for day in range(5, 13):
            some, waiting = waiting[: dice.randint(0, 9)], waiting[9:]
            note_answers(
                pulse_at(program, "midpoint"),
                [(p, {"match.same_peer": dice.randint(1, 5),
                      **{f"safety.{i}": dice.randint(1, 5) for i in ("not_know", "mistake")}}, at)
                 for p in some],
            )  # fmt: skip
            if day == 9:
                # Somebody goes, with everything they said.
                mine[0].delete()
            with on(date(2026, 5, day)):
                take_edition(program)
                results = results_of(program, manager)
            exports += [tuple(map(str, row)) for row in figure_rows(results)]

        counts = [int(row[6]) for row in exports if row[6] != "None"]
        assert min(counts) >= SMALLEST
        assert len(set(exports)) > 5
        released: dict[str, list[frozenset[str]]] = {}
        for release in Release.objects.filter(program=program):
            released.setdefault(release.question, []).append(frozenset(release.answers))
        # Whoever knows who is in each of them finds no answer by any two, nor by all of them.
        for sets in released.values():
            assert all(not 0 < len(a ^ b) < SMALLEST for a, b in combinations(sets, 2))
            assert found_out(sets) == []

    def test_words_are_in_no_figure(self, running: Program) -> None:
        said(running, "end", [{"again.again": k % 5 + 1, "open.open": "Planted"} for k in range(8)])  # type: ignore[dict-item]
        with on(AFTER):
            edition = take_edition(running)

        assert "Planted" not in str(edition.figures)
        assert any(f["key"] == "again" and f["value"] is not None for f in edition.figures)
