"""The daily look at a hundred thousand partnerships: how long, and how much memory.

python -m benchmarks.balance.watching [PARTNERSHIPS]
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.web.databases import on_both, start

MEETINGS = 8
AT_ONCE = 2000


def build(count: int) -> None:
    """Pairs with eight meetings, two check-ins and two agenda items each, as bulk rows."""
    from django.utils import timezone
    from tests.factories import make_organisation, make_person, make_program

    from peerloom.accounts.models import Person
    from peerloom.core.encryption import new_wrapped_key, safe_of
    from peerloom.participants.models import Participant
    from peerloom.partnerships.models import (
        AgendaItem,
        Agreement,
        CheckIn,
        Meeting,
        Partnership,
        PartnershipKey,
        PartnershipMember,
    )
    from peerloom.programs.models import Program

    organisation = make_organisation("Bench")
    program = make_program(organisation, make_person("m@bench.example", organisation, "manager"))
    today = timezone.localdate()
    Program.objects.update(
        state="running", starts_on=today - timedelta(days=120), ends_on=today + timedelta(days=90)
    )
    chance = random.Random(1)
    hours = [
        f"{d} {h:02}:00-{h + 3:02}:00" for d in ("Mon", "Tue", "Wed", "Thu") for h in (8, 11, 14)
    ]
    zones = ("Europe/Paris", "America/New_York", "Asia/Kolkata")
    done = 0
    while done < count:
        n = min(AT_ONCE, count - done)
        people = Person.objects.bulk_create(
            Person(email=f"p{2 * done + k}@bench.example", name=f"Peer {k}") for k in range(2 * n)
        )
        places = Participant.objects.bulk_create(
            Participant(program=program, person=p, organisation=organisation, state="matched",
                        time_zone=zones[k // 2 % 3],
                        answers={"hours": hours[k // 2 % len(hours)]})
            for k, p in enumerate(people)
        )  # fmt: skip
        pairs = Partnership.objects.bulk_create(Partnership(program=program) for _ in range(n))
        began = timezone.now() - timedelta(days=115)
        Partnership.objects.filter(pk__gte=pairs[0].pk).update(opened_at=began)
        parts = PartnershipMember.objects.bulk_create(
            PartnershipMember(partnership=pairs[k // 2], participant=places[k], answered_at=began)
            for k in range(2 * n)
        )
        wrapped = [new_wrapped_key() for _ in range(n)]
        PartnershipKey.objects.bulk_create(
            PartnershipKey(partnership=p, wrapped=w) for p, w in zip(pairs, wrapped, strict=True)
        )
        Agreement.objects.bulk_create(
            Agreement(partnership=p, number=1, text_sealed=b"x", accepted_at=began) for p in pairs
        )
        meetings = Meeting.objects.bulk_create(
            Meeting(partnership=p, state="held", minutes=60,
                    starts_at=began + timedelta(days=14 * k + 3, hours=chance.randint(0, 9)))
            for p in pairs
            for k in range(MEETINGS)
        )  # fmt: skip
        check_ins, items = [], []
        for k, meeting in enumerate(meetings):
            box = safe_of(wrapped[k // MEETINGS])
            lean = (k // MEETINGS) % 10 == 0
            for who in (0, 1):
                part = parts[2 * (k // MEETINGS) + who]
                hats = (4 * who) if lean else chance.choice((1, 2, 2, 3))
                said = {"hats": hats, "talk": chance.choice((1, 2, 2, 3)), "worth": 3}
                sealed = box.seal(json.dumps(said))
                check_ins.append((meeting.pk, part.pk, sealed, began, began))
                hat = chance.choice(("mentee", "mentor"))
                items.append((meeting.pk, part.pk, hat, b"x", False))
        names = ("meeting_id", "owner_id", "answers_sealed", "made_at", "changed_at")
        insert(CheckIn, names, check_ins)
        insert(AgendaItem, ("meeting_id", "owner_id", "hat", "text_sealed", "done"), items)
        done += n


def insert(model: Any, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Millions of rows, without an object for each."""
    from django.db import connection

    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) VALUES ({marks})", rows
        )


def measure(count: int) -> None:
    """Seconds of a first look, a usual one, and one that has been had; printed as table rows."""
    start()
    import time_machine
    from django.db import connection
    from django.utils import timezone

    from peerloom.care.actions import send_nudges, watch
    from peerloom.care.models import CareWatch, Nudge

    build(count)
    now = timezone.now()
    took = []
    for days in (0, 1, 1, 2):
        with time_machine.travel(now + timedelta(days=days)):
            began = time.perf_counter()
            looked = watch()
            took.append((looked, time.perf_counter() - began))
    with time_machine.travel(now + timedelta(days=1)):
        began = time.perf_counter()
        sent = send_nudges()
        nudging = time.perf_counter() - began
    assert CareWatch.objects.exclude(looked_on=None).count() == count
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name, (looked, seconds) in zip(
        ("first look", "the day after", "again that day", "the next day"), took, strict=True
    ):
        print(
            f"| {connection.vendor} | {count:,} | {name} | {looked:,} | {seconds:.1f} s | {memory:.0f} MB |"
        )
    print(
        f"| {connection.vendor} | {count:,} | nudges written, {Nudge.objects.count():,} in all | {sent:,} | {nudging:.1f} s | {memory:.0f} MB |"
    )


def main(count: int) -> None:
    """Both databases; print and keep the table."""
    lines = [
        f"{machine()}; one process. {MEETINGS} meetings, two check-ins and two agenda items each; one "
        "pair in ten leans. Memory is that of the whole run, building included.",
        "",
        "| database | partnerships | | of them | time | memory |",
        "| --- | ---: | --- | ---: | ---: | ---: |",
        *on_both("benchmarks.balance.watching", str(count)),
    ]
    print("\n".join(lines))
    Path(__file__).with_name("results").joinpath("watching.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    [size] = [int(a) for a in sys.argv[1:] if a.isdigit()] or [100_000]
    measure(size) if "--measure" in sys.argv else main(size)
