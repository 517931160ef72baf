"""The people page against the number of participants, on SQLite and PostgreSQL.

`python -m benchmarks.web.people [participants ...]`. Each database in a process and a folder of
its own; a request goes through the whole of Django, without a network. Beside it a page of the
same frame without people, as the limit.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (1_000, 10_000, 100_000)
TIMES = 20
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
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "peerloom.config.settings"
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from tests.factories import make_organisation, make_person, make_program

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
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
            spent = []
            for _ in range(TIMES):
                begun = time.perf_counter()
                answer = client.get(address)
                spent.append(1000 * (time.perf_counter() - begun))
                assert answer.status_code == 200
            spent.sort()
            print(
                f"| {connection.vendor} | {size:,} | {name} | {statistics.median(spent):.0f} ms | "
                f"{spent[int(0.95 * TIMES) - 1]:.0f} ms |",
                flush=True,
            )


def main(sizes: list[int]) -> None:
    """Both databases; print and keep the table."""
    import pgserver

    from benchmarks.machine import machine

    rows = []
    for name in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="peerloom-bench-") as folder:
            settings = {
                "PEERLOOM_DATA_DIR": folder,
                "PEERLOOM_SECRET_KEY": "only-for-benchmarks-only-for-benchmarks",
                "PEERLOOM_LOG_LEVEL": "ERROR",
            }
            (Path(folder) / "static").mkdir()
            server = None
            if name == "postgresql":
                server = pgserver.get_server(f"{folder}/pg", cleanup_mode="stop")
                settings["DATABASE_URL"] = server.get_uri()
            command = [sys.executable, "-m", "benchmarks.web.people", "--measure", *map(str, sizes)]
            done = subprocess.run(
                command, env=os.environ | settings, check=True, stdout=subprocess.PIPE, text=True
            )
            rows += [line for line in done.stdout.splitlines() if line.startswith("|")]
            if server:
                server.cleanup()
    lines = [
        f"Measured on {machine()}; {TIMES} requests each, in one process, without a network.",
        "",
        "| database | participants | page | median | 95 of 100 within |",
        "| --- | --- | --- | --- | --- |",
        *rows,
    ]
    print("\n".join(lines))
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    (results / "people.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:] if a.isdigit()] or list(SIZES)
    measure(given) if "--measure" in sys.argv else main(given)
