"""Two machines, one database, one address: who serves, who works, who schedules, and what a loss costs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pgserver
import pytest
import requests
from cryptography.fernet import Fernet

from tests.machines.park import Machine, Proxy, bring_nginx, free_port, until

pytestmark = pytest.mark.postgres
EXAMPLE = Path(__file__).parents[2] / "docs" / "api" / "example.py"
PEOPLE = "email,name,offers,wants\n" + "".join(
    f"p{k}@x.example,Person {k},{'sql' if k % 2 else 'speaking'},{'speaking' if k % 2 else 'sql'}\n"
    for k in range(20)
)
MAKE = """
from peerloom.accounts.actions import found_organisation, make_api_token
from peerloom.accounts.models import Person
person, _ = Person.objects.get_or_create(email="mika@x.example")
if not person.memberships.exists():
    found_organisation("Loomworks", person)
scopes = ["self:write", "programs:write", "people:write", "matching:write"]
print(make_api_token(person, name="x", scopes=scopes, days=1, by=person)[1])
"""


class Park:
    """The machines, the proxy in front, and a token."""

    def __init__(self, folder: Path, database: str, nginx: str) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        keys = {
            "PEERLOOM_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "PEERLOOM_API_RATE": "5000",
        }
        self.machines = [
            Machine(folder / name, database, self.address, **keys) for name in ("first", "second")
        ]
        self.machines[0].run("manage", "migrate", "-v", "0")
        for machine in self.machines:
            machine.start_web()
            machine.start_rest()
        for machine in self.machines:
            until(machine.answers)
        self.proxy = Proxy(folder / "proxy", nginx, port, self.machines)
        until(lambda: self.is_there())

    def is_there(self) -> bool:
        try:
            return requests.get(f"{self.address}/ready/", timeout=2).ok
        except requests.RequestException:
            return False

    def token(self) -> str:
        """A fresh one of the manager's."""
        return self.machines[0].run("manage", "shell", "-v", "0", "-c", MAKE).split()[-1]

    def ask(self, words: str) -> str:
        """What the database says."""
        return self.machines[0].run("manage", "shell", "-v", "0", "-c", words).strip()

    def stop(self) -> None:
        self.proxy.stop()
        for machine in self.machines:
            machine.stop()


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Park]:
    nginx = bring_nginx()
    assert nginx, "Install nginx, or leave these out with -m 'not postgres'."
    with tempfile.TemporaryDirectory(prefix="peerloom-pg-") as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        made = Park(tmp_path_factory.mktemp("park"), server.get_uri(), nginx)
        yield made
        made.stop()
        server.cleanup()


class Visitor(threading.Thread):
    """Asks all the time, and notes what it is answered and by whom."""

    def __init__(self, address: str, token: str) -> None:
        super().__init__()
        self.address, self.over = address, threading.Event()
        self.headers = {"Authorization": f"Bearer {token}"}
        self.statuses: Counter[int] = Counter()
        self.machines: Counter[str] = Counter()
        # Answers that broke off in the middle: nobody in between can ask for those again.
        self.broken = 0

    def run(self) -> None:
        session = requests.Session()
        while not self.over.is_set():
            try:
                answer = session.get(f"{self.address}/api/v1/me", headers=self.headers, timeout=30)
            except requests.RequestException:
                self.broken += 1
                continue
            self.statuses[answer.status_code] += 1
            self.machines[answer.headers["X-Machine"].split(",")[-1].strip()] += 1

    def __enter__(self) -> Visitor:
        self.start()
        until(lambda: sum(self.statuses.values()) > 20)
        return self

    def __exit__(self, *_: object) -> None:
        before = sum(self.statuses.values())
        until(lambda: sum(self.statuses.values()) > before + 20)
        self.over.set()
        self.join()


def test_a_whole_round_goes_through_both_machines(park: Park, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    environment = os.environ | {"PEERLOOM_URL": park.address, "PEERLOOM_TOKEN": park.token()}

    told = subprocess.run(
        [sys.executable, EXAMPLE, tmp_path / "people.csv"],
        env=environment, capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip

    assert told.returncode == 0, told.stderr
    assert "20 of 20 have a peer" in told.stdout
    sent = "from peerloom.messaging.models import OutboxMessage as M; print(M.objects.filter(kind='introduction', state='sent').count())"
    until(lambda: park.ask(sent) == "20", 60)


def test_pages_and_forms_go_from_one_machine_to_the_other(park: Park) -> None:
    session = requests.Session()
    seen = Counter()
    for k in range(12):
        page = session.get(f"{park.address}/account/login/")
        seen[page.headers["X-Machine"]] += 1
        csrf = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        sent = session.post(
            f"{park.address}/account/login/code/",
            data={"csrfmiddlewaretoken": csrf, "email": f"nobody{k}@x.example"},
            headers={"Referer": park.address},
        )
        assert sent.status_code == 200, sent.status_code
        seen[sent.headers["X-Machine"]] += 1
        style = page.text.partition('rel="stylesheet"')[2].partition('href="')[2].partition('"')[0]
        assert session.get(f"{park.address}{style}").ok
    assert len(seen) == 2


def test_limits_count_on_all_machines_together(park: Park) -> None:
    token = park.token()
    left = [
        requests.get(f"{park.address}/api/v1/me", headers={"Authorization": f"Bearer {token}"})
        for _ in range(20)
    ]

    by_minute: dict[int, list[int]] = {}
    for answer in left:
        rest = int(answer.headers["RateLimit"].partition("r=")[2].partition(";")[0])
        by_minute.setdefault(len(by_minute) if rest == 4999 else max(by_minute), []).append(rest)
    for rests in by_minute.values():
        assert rests == list(range(4999, 4999 - len(rests), -1))
    assert len({a.headers["X-Machine"] for a in left}) == 2


def test_one_scheduler_holds_the_lease(park: Park) -> None:
    ask = "from peerloom.core.models import Lease; print(Lease.objects.get(name='tick').holder)"
    holder = park.ask(ask)
    pids = {m.processes["tick"].pid: m for m in park.machines}
    assert int(holder.rpartition("-")[2]) in pids

    # It ends without giving the lease back: another has it when its time is over.
    pids[int(holder.rpartition("-")[2])].stop("tick", force=True)
    until(lambda: park.ask(ask) != holder, 60)


def test_a_machine_that_is_lost_costs_at_most_the_answer_it_was_giving(park: Park) -> None:
    first, second = park.machines
    with Visitor(park.address, park.token()) as visitor:
        subprocess.run(["pkill", "-KILL", "-P", str(second.processes["web"].pid)], check=False)
        second.stop("web", force=True)
        time.sleep(1)

    assert set(visitor.statuses) == {200}
    assert visitor.broken <= 1
    assert visitor.machines[f"127.0.0.1:{first.port}"] > 20
    second.start_web()
    until(second.answers)


def test_web_processes_are_renewed_while_people_visit(park: Park) -> None:
    with Visitor(park.address, park.token()) as visitor:
        for machine in park.machines:
            machine.processes["web"].send_signal(signal.SIGHUP)
            time.sleep(2)
            until(machine.answers)

    assert set(visitor.statuses) == {200}
    assert visitor.broken == 0


def test_a_machine_keeps_nothing_that_another_needs(park: Park) -> None:
    kept = {
        path.relative_to(m.folder).parts[0] for m in park.machines for path in m.folder.rglob("*")
    }

    # Pages' own files, made by each; letters, as there is no mail server here; the engine's cache.
    assert kept <= {"static", "mail", "cache"}, kept
