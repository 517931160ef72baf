"""A mixed day at 100,000 participants: requests a second and the 95th percentile.

`python -m benchmarks.web.load [participants]`. A real server (gunicorn) with so many processes, on
SQLite and PostgreSQL, visited over the network by participants, managers and a system, in the
proportions of `DAY`. Beside it a Django page that does nothing, by the same server, as the limit.
Everything runs on one machine, the visitors too.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.machine import machine
from benchmarks.web.databases import keep

PARTICIPANTS = 100_000
PROCESSES = (1, 2, 4)
SECONDS = 15.0
VISITORS = 8
# The load at which the percentile is taken: this part of what it could do at most.
STEADY = 0.5
# Of a hundred requests.
DAY = {
    "home": 22, "partnership": 18, "meeting": 14, "note": 8, "check-in": 4, "answers": 6,
    "journey": 4, "public page": 6, "people": 5, "search": 2, "overview": 4, "partnerships": 2,
    "care desk": 1, "api: people": 2, "api: meetings": 2,
}  # fmt: skip


@dataclass
class Seen:
    """What visitors saw: seconds by kind, and how many answers of each status."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[int] = field(default_factory=Counter)
    late: int = 0

    def all(self) -> list[float]:
        """Of every kind, sorted."""
        return sorted(s for found in self.seconds.values() for s in found)

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        every = self.all()
        return 1000 * every[min(len(every) - 1, int(share * len(every)))]


class Visitor:
    """Somebody with a connection of their own."""

    def __init__(self, port: int, people: dict[str, list[dict[str, str]]], seed: int) -> None:
        self.port, self.people, self.chance = port, people, random.Random(seed)
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, seen: Seen, kind: str) -> None:
        """One request of a kind."""
        one = self.chance.choice(self.people[kind])
        headers = {"Host": "localhost", **json.loads(one.get("headers", "{}"))}
        body = one.get("body")
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        try:
            self.line.request("POST" if body else "GET", one["path"], body=body, headers=headers)
            answer = self.line.getresponse()
            answer.read()
        except (http.client.HTTPException, OSError):
            # The server ends a connection that was kept for long; a browser opens another.
            self.line.close()
            return
        seen.seconds[kind].append(time.perf_counter() - begun)
        seen.statuses[answer.status] += 1


def visit(
    port: int, people: dict[str, list[dict[str, str]]], day: dict[str, int], *, rate: float | None
) -> Seen:
    """Visit for `SECONDS`: one after the other, or (`rate`) so many in a second, come what may."""
    seen, end = Seen(), time.perf_counter() + SECONDS
    kinds, weights = list(day), list(day.values())

    def one(seed: int) -> None:
        visitor = Visitor(port, people, seed)
        chance = random.Random(seed)
        step = VISITORS * 4 / rate if rate else 0.0
        due = time.perf_counter() + chance.random() * step
        while time.perf_counter() < end:
            if rate:
                wait = due - time.perf_counter()
                if wait > 0:
                    time.sleep(wait)
                elif wait < -1:
                    seen.late += 1
                due += chance.expovariate(1 / step)
            visitor.ask(seen, chance.choices(kinds, weights)[0])

    count = VISITORS * 4 if rate else VISITORS
    threads = [threading.Thread(target=one, args=(k,)) for k in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


class Server:
    """Gunicorn with so many processes of four threads."""

    def __init__(self, application: str, processes: int, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{self.port}",
             "--workers", str(processes), "--threads", "4", "--log-level", "error"],
            env=environment,
        )  # fmt: skip
        for _ in range(300):
            try:
                line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                line.request("GET", "/health/", headers={"Host": "localhost"})
                if line.getresponse().status < 500:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


def measured(
    name: str, application: str, environment: dict[str, str],
    people: dict[str, list[dict[str, str]]], day: dict[str, int],
) -> list[str]:  # fmt: skip
    """A row for each number of processes."""
    rows = []
    for processes in PROCESSES:
        with Server(application, processes, environment) as server:
            visit(server.port, people, day, rate=VISITORS * 4)  # warm
            most = visit(server.port, people, day, rate=None)
            able = len(most.all()) / SECONDS
            steady = visit(server.port, people, day, rate=STEADY * able)
        bad = {s: n for s, n in (most.statuses + steady.statuses).items() if s >= 400}
        assert not bad, bad
        rows.append(
            f"| {name} | {processes} | {able:,.0f} | {most.percentile(0.95):.0f} | "
            f"{len(steady.all()) / SECONDS:,.0f} | {steady.percentile(0.5):.0f} | "
            f"{steady.percentile(0.95):.0f} | {steady.percentile(0.99):.0f} |"
        )
        print(rows[-1], flush=True)
        slow = {
            k: 1000 * statistics.quantiles(v, n=20)[-1]
            for k, v in steady.seconds.items()
            if len(v) > 20
        }
        print(
            "   p95:",
            ", ".join(f"{k} {ms:.0f}" for k, ms in sorted(slow.items(), key=lambda x: -x[1])),
            flush=True,
        )
    return rows


def prepare(participants: int) -> None:
    """Fill the database of the environment; print whom visitors are, as JSON."""
    from benchmarks.web.databases import start

    start()
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client

    from benchmarks.web.crowd import fill
    from peerloom.accounts.actions import make_api_token
    from peerloom.participants.models import Participant
    from peerloom.partnerships.models import PartnershipMember
    from peerloom.programs.models import Program

    made = fill(participants)
    connection.cursor().execute("ANALYZE")
    people: dict[str, list[dict[str, str]]] = defaultdict(list)
    manager = get_user_model().objects.get(pk=made["manager"])

    def cookie(person: object) -> dict[str, str]:
        client = Client(SERVER_NAME="localhost")
        client.force_login(person)  # type: ignore[arg-type]
        client.cookies["csrftoken"] = "a" * 32
        return {"Cookie": "; ".join(f"{k}={v.value}" for k, v in client.cookies.items())}

    parts = PartnershipMember.objects.filter(partnership__in=made["pairs"]).select_related(
        "participant__person"
    )
    for part in parts:
        headers = json.dumps(cookie(part.participant.person))
        held = part.partnership.meetings.filter(state="held").first()
        ahead = part.partnership.meetings.get(state="planned")
        note = urlencode(
            {"csrfmiddlewaretoken": "a" * 32, "text": "What we said. " * 20, "seen": "0"}
        )
        check = urlencode({"csrfmiddlewaretoken": "a" * 32, "hats": "2", "talk": "1", "worth": "3"})
        for kind, path, body in (
            ("home", "/home/", ""),
            ("partnership", f"/partnerships/{part.partnership_id}/", ""),
            ("meeting", f"/meetings/{ahead.pk}/", ""),
            ("note", f"/meetings/{ahead.pk}/notes/own/", note),
            ("check-in", f"/meetings/{held.pk}/check-in/", check),
            ("answers", f"/places/{part.participant_id}/", ""),
            ("journey", "/journey/", ""),
        ):
            people[kind].append(
                {"path": path, "headers": headers} | ({"body": body} if body else {})
            )
    headers = json.dumps(cookie(manager))
    _, secret = make_api_token(manager, name="x", scopes=["people:read"], days=1, by=manager)
    token = json.dumps({"Authorization": f"Bearer {secret}"})
    member = parts[0].participant.person
    _, own = make_api_token(member, name="x", scopes=["self:read"], days=1, by=member)
    for program in Program.objects.filter(pk__in=made["programs"]):
        last = Participant.objects.filter(program=program).count() // 50
        for kind, path in (
            (
                "people",
                f"/manage/{program.pk}/people/?page={random.Random(program.pk).randint(1, last)}",
            ),
            ("search", f"/manage/{program.pk}/people/?search=Person0{program.pk % 10}"),
            ("overview", f"/manage/{program.pk}/"),
            ("partnerships", f"/manage/{program.pk}/partnerships/"),
            ("care desk", f"/manage/{program.pk}/care/"),
        ):
            people[kind].append({"path": path, "headers": headers})
        people["public page"].append({"path": f"/p/{program.slug}/"})
        people["api: people"].append(
            {"path": f"/api/v1/programs/{program.pk}/people?limit=50", "headers": token}
        )
    people["api: meetings"].append(
        {"path": "/api/v1/meetings", "headers": json.dumps({"Authorization": f"Bearer {own}"})}
    )
    print(json.dumps(people))


def main(participants: int) -> None:
    """Both databases, and the bare page."""
    import pgserver

    rows = []
    bare = {"page": [{"path": "/health/"}]}
    with tempfile.TemporaryDirectory(prefix="peerloom-load-") as folder:
        rows += measured(
            "bare Django page",
            "benchmarks.web.bare:application",
            dict(os.environ),
            bare,
            {"page": 1},
        )
        for name in ("SQLite", "PostgreSQL"):
            settings = os.environ | {
                "PEERLOOM_DATA_DIR": f"{folder}/{name}",
                "PEERLOOM_SECRET_KEY": "only-for-benchmarks-only-for-benchmarks",
                "PEERLOOM_LOG_LEVEL": "ERROR",
                "PEERLOOM_SECOND_FACTOR": "offered",
                "PEERLOOM_API_RATE": "1000000",
            }
            (Path(folder) / name / "static").mkdir(parents=True)
            server = None
            if name == "PostgreSQL":
                server = pgserver.get_server(f"{folder}/pg", cleanup_mode="stop")
                settings["DATABASE_URL"] = server.get_uri()
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.web.load", "--prepare", str(participants)],
                env=settings, check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            people = json.loads(done.stdout.splitlines()[-1])
            rows += measured(name, "peerloom.config.wsgi", settings, people, DAY)
            if server:
                server.cleanup()
    keep(
        "load",
        [
            f"{participants:,} participants; {machine()}; visitors on the same machine.",
            f"At most: {VISITORS} visitors, one request after the other. Steady: {STEADY:.0%} of that, "
            f"at random moments, {VISITORS * 4} connections, {SECONDS:.0f} s each.",
            "",
            "| | processes | at most, requests/s | p95, ms | steady, requests/s | median, ms | p95, ms | p99, ms |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            *rows,
        ],
    )


if __name__ == "__main__":
    if "--prepare" in sys.argv:
        prepare(int(sys.argv[-1]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else PARTICIPANTS)
