"""Take my data: everything of the person, nothing of others; no model is forgotten."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import reverse

from peerloom.accounts.models import Person
from peerloom.core.holdings import HOLDINGS
from peerloom.participants import actions
from peerloom.participants.models import Participant
from peerloom.programs.models import Program
from peerloom.rounds.actions import make_short_lists, publish_round, say
from peerloom.rounds.queries import short_list_of
from tests.factories import make_people, solved_round


def test_every_model_with_a_person_is_declared() -> None:
    held = {label for holding in HOLDINGS.values() for label in holding.models}
    for model in apps.get_models():
        of_people = [
            f.name
            for f in model._meta.get_fields()
            if getattr(f, "related_model", None) in (Person, Participant) and not f.auto_created
        ]
        if of_people:
            assert model._meta.label in held, (model._meta.label, of_people)


def test_a_person_takes_all_that_is_kept_of_them_and_nothing_of_others(
    program: Program,
    manager: Person,
    client: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    people = make_people(program, 6)
    ana, other = people[0], people[1]
    other.answers["wants"] = "PLANTED by another"
    other.save()
    actions.state_goals(ana, [actions.StatedGoal("skill", "My goal")], by=ana.person)
    seen = {"kind": "learns", "made_on": date(2026, 2, 1), "by": manager}
    actions.observe(ana, text="Learns by doing.", **seen)  # type: ignore[arg-type]
    actions.observe(other, text="PLANTED about another", **seen)  # type: ignore[arg-type]
    make_short_lists(program, named=True, by=manager)
    mine = short_list_of(ana)[0].entry
    say(ana, {mine.shown_id: "no"}, by=ana.person)
    theirs = next(p.entry for p in short_list_of(other))
    say(other, {theirs.shown_id: "no"}, by=other.person)
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    publish_round(matching_round, by=manager)
    client.force_login(ana.person)

    answer = client.get(reverse("my_data", args=["json"]))
    kept = json.loads(answer.content)

    assert answer["Content-Disposition"].startswith("attachment")
    assert set(kept) == {
        "accounts", "care", "messaging", "participants", "partnerships", "pulses", "results", "rounds",
    }  # fmt: skip
    (place,) = kept["participants"]["places"]
    assert place["goals"][0]["text"] == "My goal"
    assert place["observations"][0]["text"] == "Learns by doing."
    assert place["answers"]["What would you like to learn?"] == ana.answers["wants"]
    assert kept["partnerships"]["partnerships"][0]["with"]
    assert [e["rather_not"] for e in kept["rounds"]["short_list"]].count(True) == 1
    assert {"voice", "introduction"} <= {m["kind"] for m in kept["messaging"]["messages"]}
    assert "PLANTED" not in answer.content.decode()
