"""Markup in every field that somebody can fill: each page shows it as words, and none runs it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse

from peerloom.accounts.models import Person
from peerloom.participants import actions, imports
from peerloom.programs import actions as programs
from peerloom.programs.models import Program
from peerloom.rounds.actions import make_short_lists, publish_round
from tests.factories import make_participant, solved_round
from tests.web.walk import address, named

BAD = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>{{ 7|add:7 }}"""
FORBIDDEN = ("<script>alert", "<img src=x", "onerror=alert(2)>", "javascript:alert")


def planted(program: Program, manager: Person, capture: Any) -> None:
    """The markup in all that a manager or a participant can write."""
    program.organisation.name = f"Org {BAD}"
    program.organisation.save()
    programs.change_purpose(
        program, name=f"P {BAD}"[:120], purpose=BAD, objectives=["skills"], by=manager
    )
    program.examples = [BAD]
    program.save()
    programs.write_question(
        program, label=f"Q {BAD}", kind="choice", choices=[BAD, f"b{BAD}"], help=BAD,
        seen_by="partner", texts={"fr": {"label": BAD, "help": BAD, "choices": [BAD, BAD + "b"]}},
        by=manager,
    )  # fmt: skip
    programs.write_question(program, label=f"D {BAD}", kind="text", by=manager)
    programs.set_kpis(program, [programs.StatedKpi(BAD[:120], BAD, BAD[:20])], by=manager)
    said = {"text": BAD, "texts": {"fr": BAD}}
    day = date(2026, 2, 1)
    programs.write_pulse(program, name=BAD[:80], scales=[], own=[said], opens_on=day, by=manager)
    for kind in ("resource", "agreement"):
        programs.write_material(
            program, kind=kind, title=BAD, body=f"{BAD}\n\n[x](javascript:alert(1))", by=manager
        )
    program.materials.filter(key="commitment").update(title=BAD, body=f"- {BAD}")
    programs.save_as_template(program, name=BAD[:120], summary=BAD, by=manager)
    people = [make_participant(program, f"Hostile{k}", stage="3") for k in range(6)]
    for person in [*people, make_participant(program, "Stray", state="applying")]:
        person.person.name = f"N {BAD}"
        person.person.save()
        keys = [q.key for q in program.asked if q.kind in ("text", "long", "skills", "choice")]
        said = dict.fromkeys(keys, f"{BAD}; sql") | {"offers": f"{BAD}; sql", "wants": f"{BAD}"}
        actions.save_answers(person, said, by=person.person)
        goal = actions.StatedGoal("skill", BAD, BAD, BAD, BAD)
        actions.state_goals(person, [goal], by=person.person)
        actions.observe(
            person, kind="learns", text=BAD, tag=BAD[:60], made_on=date(2026, 2, 1), by=manager
        )
        actions.be_found(person, True, by=person.person)
    make_short_lists(program, named=True, by=manager)
    file = imports.upload(
        program, name=f"{BAD}.csv", content=f'email,"{BAD.replace(chr(34), chr(34) * 2)}"\n'
        .encode() + b"a@x.example,1\n", by=manager,
    )  # fmt: skip
    imports.set_mapping(file, {**file.mapping}, by=manager, remember_as=BAD[:80])
    publish_round(solved_round(program, manager, capture), by=manager)


def test_markup_is_shown_as_words_on_every_page(
    program: Program,
    manager: Person,
    places: dict[str, Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    planted(program, manager, django_capture_on_commit_callbacks)
    places["round_id"] = program.rounds.latest("pk").pk
    place = program.partnerships.latest("pk").parts.first().participant
    places |= {"place_id": place.pk, "participant_id": place.pk,
               "partnership_id": program.partnerships.latest("pk").pk}  # fmt: skip
    seen = shown = 0
    for person in (manager, place.person, None):
        client = Client()
        if person:
            client.force_login(person)
        addresses = [address(p, places) for p in named() if p.name not in ("program", "poster")]
        addresses += [
            reverse("program", args=[program.slug]),
            reverse("find", args=[place.pk]) + "?q=sql",
            reverse("step", args=[place.pk, "look-over"]),
            reverse("new_program") + "?language=fr",
        ]
        for url in addresses:
            answer = client.get(url, headers={"accept-language": "fr"})
            if answer.status_code != 200 or "html" not in answer["Content-Type"]:
                continue
            text = answer.content.decode()
            seen += 1
            shown += "&lt;script&gt;alert" in text
            for bad in FORBIDDEN:
                assert bad not in text.replace("[x](javascript:alert(1))", ""), (url, bad)
    assert seen > 40
    assert shown > 25
