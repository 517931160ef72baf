"""The people page against the number of participants, on SQLite and PostgreSQL.

`python -m benchmarks.web.people [participants ...]`. Each database in a process and a folder of
its own; a request goes through the whole of Django, without a network. Beside it a page of the
same frame without people, as the limit.
"""

from __future__ import annotations

import sys

from benchmarks.web.databases import TIMES, keep, on_both, start, timed

SIZES = (1_000, 10_000, 100_000)
FIRST = ("Ana", "Ben", "Chloé", "Dev", "Eva", "Femi", "Gita", "Hugo", "Inès", "Jonas")


def fill(program_id: int, organisation_id: int, begin: int, end: int) -> None:
    """Participants [begin, end) of a program."""
    from peerloom.accounts.models import Person
    from peerloom.participants.models import Participant

    states = ("looking", "looking", "matched", "applying", "invited")
    people = Person.objects.bulk_create(
        [
            Person(email=f"p{k}@people.example", name=f"{FIRST[k % 10]} Person{k:06}", password="!")
            for k in range(begin, end)
        ],
        batch_size=5000,
    )
    Participant.objects.bulk_create(
        [
            Participant(
                program_id=program_id,
                organisation_id=organisation_id,
                person=p,
                state=states[k % 5],
            )
            for k, p in enumerate(people)
        ],
        batch_size=5000,
    )


def measure(sizes: list[int]) -> None:
    """Milliseconds of each request, on the database of `DATABASE_URL`; printed as table rows."""
    start()
    from django.db import connection
    from django.test import Client
    from tests.factories import make_organisation, make_person, make_program

    organisation = make_organisation("Bench")
    manager = make_person("m@bench.example", organisation, "manager")
    program = make_program(organisation, manager)
    client = Client(SERVER_NAME="localhost")
    client.force_login(manager)
    here, have = f"/manage/{program.pk}/people/", 0
    for size in sizes:
        fill(program.pk, organisation.pk, have, size)
        have = size
        connection.cursor().execute("ANALYZE")
        pages = {
            "first page": here,
            "last page": f"{here}?page={size}",
            "name searched": f"{here}?search=person{size - 7:06}",
            "state filtered": f"{here}?state=matched",
            "a page without people": "/me/",
        }
        for name, address in pages.items():
            median, most, _ = timed(client, address)
            print(f"| {connection.vendor} | {size:,} | {name} | {median:.0f} ms | {most:.0f} ms |")


def main(sizes: list[int]) -> None:
    """Both databases; print and keep the table."""
    from benchmarks.machine import machine

    keep(
        "people",
        [
            f"Measured on {machine()}; {TIMES} requests each, in one process, without a network.",
            "",
            "| database | participants | page | median | 95 of 100 within |",
            "| --- | --- | --- | --- | --- |",
            *on_both("benchmarks.web.people", *map(str, sizes)),
        ],
    )


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:] if a.isdigit()] or list(SIZES)
    measure(given) if "--measure" in sys.argv else main(given)
