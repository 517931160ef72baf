"""Counting a program's figures, and its pages and files, for many people on both databases.

python -m benchmarks.results.counting [PEOPLE]
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.web.databases import on_both, start, timed


def build(count: int) -> tuple[object, object]:
    """A program that ended lately: pairs, three pulses answered, everybody in the organisation's file."""
    from django.utils import timezone
    from tests.factories import make_organisation, make_person, make_program

    from peerloom.accounts.actions import read_records
    from peerloom.accounts.models import Person
    from peerloom.participants.models import Participant
    from peerloom.partnerships.models import Meeting, Partnership, PartnershipMember
    from peerloom.programs.models import Program
    from peerloom.pulses.actions import note_answers

    organisation = make_organisation("Bench")
    manager = make_person("m@bench.example", organisation, "manager")
    program = make_program(organisation, manager)
    today, now = timezone.localdate(), timezone.now()
    Program.objects.update(
        state="running", starts_on=today - timedelta(days=200), ends_on=today - timedelta(days=10)
    )
    program.refresh_from_db()
    for key in ("belonging", "leadership", "retention", "new_ties"):
        program.kpis.create(key=key, name=key, indicator="x", unit="%")
    chance = random.Random(1)
    people = Person.objects.bulk_create(
        Person(email=f"p{k}@bench.example", name=f"Peer {k}") for k in range(count)
    )
    places = Participant.objects.bulk_create(
        Participant(program=program, person=p, organisation=organisation, state="matched",
                    applied_at=now, answers={"wants": "sql"})
        for p in people
    )  # fmt: skip
    pairs = Partnership.objects.bulk_create(Partnership(program=program) for _ in range(count // 2))
    Partnership.objects.update(opened_at=now - timedelta(days=190))
    PartnershipMember.objects.bulk_create(
        PartnershipMember(partnership=pairs[k // 2], participant=places[k])
        for k in range(2 * len(pairs))
    )
    Meeting.objects.bulk_create(
        Meeting(
            partnership=p, state="held", minutes=60, starts_at=now - timedelta(days=185 - 14 * k)
        )
        for p in pairs
        for k in range(8)
    )
    items = {
        "baseline": ["able:sql", *(f"belonging.{i}" for i in ("belong", "noticed", "myself")),
                     *(f"leadership.{i}" for i in ("coach", "motivate", "challenge", "feedback"))],
        "midpoint": ["match.same_peer", *(f"safety.{i}" for i in ("not_know", "mistake", "help"))],
    }  # fmt: skip
    items["end"] = [*items["baseline"], "then:sql", "again.again", "touch.in_touch"]
    for moment, keys in items.items():
        pulse = program.pulses.select_related("program").get(moment=moment)
        said = [
            (p, {k: chance.randint(1, 5) for k in keys} if chance.random() < 0.7 else {}, now)
            for p in places
        ]
        note_answers(pulse, said)
    lines = ["email,unit,site,stage,joined on,left on"]
    for k in range(3 * count):
        name = f"p{k}" if k < count else f"other{k}"
        left = f"{today - timedelta(days=chance.randint(1, 190))}" if chance.random() < 0.1 else ""
        lines.append(
            f"{name}@bench.example,Unit {chance.randint(1, 12)},Site {chance.randint(1, 5)},"
            f"Stage {chance.randint(1, 3)},{today - timedelta(days=chance.randint(200, 4000))},{left}"
        )
    read_records(organisation, "\n".join(lines).encode(), by=manager)
    return program, manager


def measure(count: int) -> None:
    """Rows of the table."""
    start()
    from django.db import connection
    from django.test import Client

    from peerloom.results.actions import take_edition
    from peerloom.results.queries import report_pdf, results_of, sheet

    program, manager = build(count)

    def row(name: str, seconds: float) -> None:
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"| {connection.vendor} | {count:,} | {name} | {seconds:.2f} s | {memory:.0f} MB |")

    def spent(work: Callable[[], object]) -> float:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun

    row("counted the first time", spent(lambda: take_edition(program)))  # type: ignore[arg-type]
    row("counted again", spent(lambda: take_edition(program)))  # type: ignore[arg-type]
    results = results_of(program, manager)  # type: ignore[arg-type]
    client = Client(headers={"host": "localhost"})
    client.force_login(manager)  # type: ignore[arg-type]
    median, _, _ = timed(client, f"/results/{program.pk}/")  # type: ignore[attr-defined]
    row("page, median of 20", median / 1000)
    row("one page for the sponsor", spent(lambda: report_pdf(results, "page")))
    row("full report", spent(lambda: report_pdf(results, "report")))
    row("spreadsheet", spent(lambda: sheet(results)))


def main(count: int) -> None:
    """Both databases; print and keep the table."""
    lines = [
        f"{machine()}; one process. A program that is over, 70 % answered each pulse; the "
        "organisation has three times as many people, in 12 units, 5 sites and 3 stages. Memory is "
        "that of the whole run, building included.",
        "",
        "| database | people | | time | memory |",
        "| --- | ---: | --- | ---: | ---: |",
        *on_both("benchmarks.results.counting", str(count)),
    ]
    print("\n".join(lines))
    (Path(__file__).parent / "results" / "counting.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    [size] = [int(a) for a in sys.argv[1:] if a.isdigit()] or [10_000]
    measure(size) if "--measure" in sys.argv else main(size)
