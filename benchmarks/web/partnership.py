"""A partnership's pages as its meetings add up: time, queries, and what a phone has to load.

python -m benchmarks.web.partnership
"""

from __future__ import annotations

import gzip
import re
import sys
from datetime import timedelta

from benchmarks.web.databases import TIMES, keep, on_both, start, timed

SIZES = (0, 20, 200)


def measure(sizes: list[int]) -> None:
    """Milliseconds, queries and kilobytes of each page; printed as table rows."""
    start()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone
    from tests.factories import make_organisation, make_participant, make_person, make_program

    from peerloom.partnerships import actions
    from peerloom.partnerships.models import Partnership

    organisation = make_organisation("Bench")
    manager = make_person("m@bench.example", organisation, "manager")
    program = make_program(organisation, manager)
    ana, ben = (make_participant(program, n, state="matched") for n in ("Ana", "Ben"))
    pair = actions.open_partnership([ana, ben])
    Partnership.objects.update(opened_at=timezone.now() - timedelta(days=4000))
    pair.refresh_from_db()
    client = Client(SERVER_NAME="localhost")
    client.force_login(ana.person)
    have = 0
    for size in sizes:
        for k in range(have, size):
            when = timezone.now() - timedelta(days=14 * (k + 1))
            meeting = actions.note_that_we_met(pair, when, by=ana.person)
            actions.add_item(meeting, f"Question {k}", hat="mentee", by=ana.person)
            actions.write_shared_note(meeting, "What we said. " * 40, seen=0, by=ana.person)
            actions.check_in(meeting, {"hats": k % 5, "talk": 2, "worth": 4}, by=ana.person)
            actions.note_learning(pair, f"Learned {k}", by=ana.person, meeting=meeting)
        have = size
        connection.cursor().execute("ANALYZE")
        pages = {
            "partnership": f"/partnerships/{pair.pk}/",
            "home": "/home/",
            "journey": "/journey/",
        }
        last = pair.meetings.last()
        if last:
            pages["meeting"] = f"/meetings/{last.pk}/"
        for name, address in pages.items():
            median, most, page = timed(client, address)
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            print(
                f"| {connection.vendor} | {size} | {name} | {median:.0f} ms | {most:.0f} ms | "
                f"{len(asked)} | {_weight(page, settings.STATIC_ROOT):.0f} kB |"
            )


def _weight(page: bytes, root: object) -> float:
    """Kilobytes of a page, its style and its scripts as they go over the wire."""
    from pathlib import Path

    total = len(gzip.compress(page))
    for name in set(re.findall(rb'(?:href|src)="/static/([^"]+\.(?:css|js))"', page)):
        total += len(gzip.compress((Path(str(root)) / name.decode()).read_bytes()))
    return total / 1000


def main(sizes: list[int]) -> None:
    """Both databases; print and keep the table."""
    from benchmarks.machine import machine

    keep(
        "partnership",
        [
            f"Measured on {machine()}; {TIMES} requests each, in one process, without a network. "
            "Weight: the page, its style and its scripts, compressed, without pictures and fonts.",
            "",
            "| database | meetings | page | median | 95 of 100 within | queries | weight |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *on_both("benchmarks.web.partnership", *map(str, sizes)),
        ],
    )


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:] if a.isdigit()] or list(SIZES)
    measure(given) if "--measure" in sys.argv else main(given)
