"""`python -m tests.fuzz.wandering SECONDS [SEED]`: people of two organisations press everything.

Each step is somebody's: a link of a page they saw, a form of it filled with likely and unlikely
things, or any address with anybody's numbers. Whatever they do, no page breaks; nobody reads a word
of the other organisation, and what partners write to each other is read by them alone and stands
nowhere unsealed. Found surprises are told at the end, each once, with the steps that led there.
"""

from __future__ import annotations

import logging
import os
import random
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter, deque
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="peerloom-wandering-"))
(FOLDER / "static").mkdir()
os.environ.setdefault("PEERLOOM_DATA_DIR", str(FOLDER))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerloom.config.settings")
os.environ.setdefault("PEERLOOM_LOG_LEVEL", "CRITICAL")
os.environ.setdefault("PEERLOOM_SECOND_FACTOR", "offered")

import django  # noqa: E402

django.setup()
from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402

from peerloom.accounts.models import Organisation, Person  # noqa: E402
from peerloom.cli.tick import run_due  # noqa: E402
from peerloom.messaging.models import OutboxMessage  # noqa: E402
from peerloom.partnerships.models import PartnershipMember  # noqa: E402
from tests.fuzz.filling import Form, Writer, forms_of, links_of  # noqa: E402
from tests.fuzz.world import build_world, numbers  # noqa: E402
from tests.web.walk import named  # noqa: E402

STEPS = 1500  # then the world begins anew: it decays, as people close and erase things
LEFT_OUT = re.compile(
    r"/account/(logout|login|signup)|/demo/|sign-out-everywhere|/results/\d+/plots"
)
OWN_WORDS = re.compile(r"^/meetings/\d+/(items|notes/shared|steps)/|^/partnerships/\d+/agreement/")
# Jobs are done where they are asked for, letters go nowhere.
AT_ONCE = {
    "ALLOWED_HOSTS": ["testserver"],
    "TASKS": {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
    "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    "STORAGES": {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
}
REACHED: Counter[str] = Counter()
BROKEN = re.compile(r"\{\{(?!7)|\{%|%\(\w+\)[sd]|Traceback \(most recent")
LANGUAGES = ("en", "fr", "es", "de-AT,xx;q=0.2", "*", "")


class Surprise(Exception):
    """Something that must never be on a page, or not on this one."""


class Walker:
    """One person, or nobody, with a browser."""

    def __init__(self, person: Person | None, side: int, chance: random.Random) -> None:
        self.person, self.side, self.chance = person, side, chance
        self.client = Client()
        # By kind, so that what every page links to is not pressed all the time.
        self.links: dict[str, deque[str]] = {}
        self.forms: dict[str, deque[Form]] = {}
        for start in ("/home/", "/manage/", "/results/", "/"):
            self.links[start] = deque([start], maxlen=20)
        self.writer = Writer(chance, f"kin{side}x")

    @property
    def name(self) -> str:
        return self.person.email if self.person else "nobody"

    def step(self) -> str:
        """Do one thing; what it was."""
        if self.person and "_auth_user_id" not in self.client.session:
            self.client.force_login(self.person)
        luck = self.chance.random()
        headers = {"accept-language": self.chance.choice(LANGUAGES)}
        if self.chance.random() < 0.1:
            headers["hx-request"] = "true"
        if luck < 0.5 and self.forms:
            form = self.chance.choice(self.chance.choice([*self.forms.values()]))
            data = self.writer.filled(form, self._mark(form.action))
            done = f"{form.method} {form.action} {str(data)[:300]}"
            ask = self.client.post if form.method == "post" else self.client.get
            page = form.action
            answer = ask(page, data, headers=headers)
        else:
            page = self._anywhere() if luck < 0.6 else self._somewhere()
            done = f"get {page}"
            answer = self.client.get(page, headers=headers)
        self.look(page, answer, done)
        if answer.status_code in (301, 302) and str(answer.url).startswith("/"):
            page = answer.url
            if not LEFT_OUT.search(page):
                self.look(page, self.client.get(page, headers=headers), f"{done} -> {page}")
        return done

    def _mark(self, action: str) -> str:
        if re.match(r"^/meetings/\d+/notes/own/", action) and self.person:
            return f"finch{self.person.pk}x"
        if OWN_WORDS.match(action):
            number = int(action.split("/")[2])
            if action.startswith("/meetings/"):
                found = numbers()["meeting_partnership"].get(number, 0)
                return f"heron{found}x"
            return f"heron{number}x"
        return ""

    def _somewhere(self) -> str:
        return self.chance.choice(self.chance.choice([*self.links.values()]))

    def _anywhere(self) -> str:
        pattern = self.chance.choice(named())
        places = {k: self.writer.place(k, numbers()) for k in pattern.pattern.converters}
        try:
            return reverse(str(pattern.name), kwargs=places)
        except NoReverseMatch:
            return "/"

    def look(self, page: str, answer: object, done: str) -> None:
        """Nothing on the page that must not be; remember where one may go from it."""
        status = answer.status_code  # type: ignore[attr-defined]
        match = getattr(answer, "resolver_match", None)
        if match and status < 400:
            REACHED[match.url_name] += 1
        if status >= 500 and status not in (503, 507):
            raise Surprise(f"{status} at {page}")
        if getattr(answer, "streaming", False):
            return
        content = answer.content  # type: ignore[attr-defined]
        text = content.decode("utf-8", "replace")
        for wrong in (w for w in re.findall(r"kin(\d)x", text) if int(w) != self.side):
            if self.person and not page.startswith(("/p/", "/answer/", "/pulse/")):
                raise Surprise(f"words of organisation {wrong} at {page}")
        for number in set(re.findall(r"heron(\d+)x", text)):
            parts = PartnershipMember.objects.filter(partnership=number)
            if not self.person or not parts.filter(participant__person=self.person).exists():
                raise Surprise(f"words of partnership {number} at {page}")
        for number in set(re.findall(r"finch(\d+)x", text)):
            if not self.person or self.person.pk != int(number):
                raise Surprise(f"the own note of person {number} at {page}")
        if not str(answer.headers.get("Content-Type", "")).startswith("text/html"):  # type: ignore[attr-defined]
            return
        broken = BROKEN.search(text)
        if broken:
            raise Surprise(f"{broken.group()!r} at {page}")
        for link in (u for u in links_of(text, page) if not LEFT_OUT.search(u)):
            kind = re.sub(r"\d+", "#", link)
            self.links.setdefault(kind, deque(maxlen=20)).append(link)
        for form in (f for f in forms_of(text, page) if not LEFT_OUT.search(f.action)):
            kind = re.sub(r"\d+", "#", f"{form.action} {sorted({f.name for f in form.fields})}")
            # Whoever joins elsewhere reads what is elsewhere.
            if not form.action.startswith("/p/"):
                self.forms.setdefault(kind, deque(maxlen=20)).append(form)


def sealed() -> None:
    """No word that partners wrote stands unsealed in the database or in a letter."""
    if OutboxMessage.objects.filter(text__regex="heron[0-9]+x|finch[0-9]+x").exists():
        raise Surprise("words of partners in a letter")
    raw = b"".join(p.read_bytes() for p in FOLDER.glob("peerloom.sqlite3*"))
    if re.search(rb"(heron|finch)\d+x", raw):
        raise Surprise("words of partners unsealed in the database")


def main(seconds: float, seed: int) -> int:
    """Wander; the number of different surprises."""
    logging.disable()
    call_command("migrate", verbosity=0, interactive=False)
    build_world()
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(database, FOLDER / "kept")
    found: dict[str, str] = {}
    seen: Counter[str] = Counter()
    begun, steps, worlds = time.monotonic(), 0, 0
    while time.monotonic() < begun + seconds:
        chance = random.Random(seed + worlds)
        worlds += 1
        connection.close()
        for old in database.parent.glob(f"{database.name}*"):
            old.unlink()
        shutil.copy(FOLDER / "kept", database)
        cache.clear()
        walkers = crowd(chance)
        trail: deque[str] = deque(maxlen=12)
        for _ in range(STEPS):
            if time.monotonic() > begun + seconds:
                break
            steps += 1
            walker = chance.choice(walkers)
            try:
                if chance.random() < 0.01:
                    trail.append("tick")
                    run_due(60)
                    continue
                trail.append(f"{walker.name}: {walker.step()}")
            except Exception as error:
                ours = [
                    f"{Path(f.filename).name}:{f.lineno}"
                    for f in traceback.extract_tb(error.__traceback__)
                    if "/peerloom/" in f.filename
                ]
                what = f"{type(error).__name__}: {str(error)[:160]} ({', '.join(ours[-2:])})"
                key = re.sub(r"\d+|'.*'", "#", what)
                seen[key] += 1
                if key not in found:
                    found[key] = what
                    print(f"\n{what}\n  seed {seed + worlds - 1}, {walker.name}", flush=True)
                    print(
                        "".join(traceback.format_exception(error)[-6:]),
                        *trail,
                        sep="\n  ",
                        flush=True,
                    )
        try:
            sealed()
        except Surprise as error:
            found[str(error)] = str(error)
            print(f"\n{error}\n  seed {seed + worlds - 1}", flush=True)
    print(f"{steps} steps in {worlds} worlds, seed {seed}: {len(found)} surprises")
    missed = sorted({str(p.name) for p in named()} - REACHED.keys())
    print(f"addresses never reached: {', '.join(missed) or 'none'}")
    for key, count in seen.most_common():
        print(f"  {count} times {found[key]}")
    return len(found)


def crowd(chance: random.Random) -> list[Walker]:
    """Those with a role, some without, and nobody, of both organisations."""
    sides = {o.slug: 2 if o.slug == "elsewhere" else 1 for o in Organisation.objects.all()}
    team = Person.objects.filter(memberships__role__in=("manager", "admin", "sponsor")).distinct()
    chosen = [*team]
    for slug in sides:
        members = Person.objects.filter(places__organisation__slug=slug).order_by("pk")
        chosen += chance.sample([*members.distinct()], 6)
    walkers = [Walker(None, 0, chance)]
    for person in dict.fromkeys(chosen):
        slugs = {m.organisation.slug for m in person.memberships.select_related("organisation")}
        walkers.append(Walker(person, max(sides[s] for s in slugs), chance))
    return walkers


if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 10**6
    try:
        with override_settings(**AT_ONCE):
            code = min(1, main(seconds, seed))
    finally:
        connection.close()
        shutil.rmtree(FOLDER, ignore_errors=True)
    sys.exit(code)
