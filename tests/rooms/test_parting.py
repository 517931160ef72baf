"""Leaving a shared program: people's data go along, partners hear of it kindly, nothing stays."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerloom.accounts.errors import NotAllowed
from peerloom.accounts.models import Organisation, Person
from peerloom.participants import imports
from peerloom.participants.actions import (
    let_cross,
    observe,
)
from peerloom.participants.models import ImportFile, Participant
from peerloom.partnerships import actions as together
from peerloom.partnerships import queries
from peerloom.partnerships.models import Partnership
from peerloom.programs.errors import SharingRefused
from peerloom.programs.models import PartnerOrganisation, Program
from peerloom.programs.queries import crossing
from peerloom.rounds.actions import part_ways, publish_round
from peerloom.rounds.queries import kept_result
from peerloom.rounds.snapshot import policy_of
from tests.factories import make_participant, solved_round


def person(program: Program, name: str, where: Organisation | None = None, **said: str) -> Any:
    return make_participant(program, name, organisation=where, **said)


def agree(*people: Participant) -> None:
    for participant in people:
        let_cross(participant, True, by=participant.person)


def test_leaving_takes_peoples_data_along(
    program: Program,
    bakery: Organisation,
    part: PartnerOrganisation,
    manager: Person,
    baker: Person,
    client: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    said = {"stage": "3", "wants": "sql", "offers": "hiring"}
    ana, ben = person(program, "Ana", **said), person(program, "Ben", **said)
    eva = person(program, "Eva", bakery, stage="3", wants="hiring", offers="planted; sql")
    fay, gil = (
        person(program, "Fay", bakery, stage="30"),
        person(program, "Gil", bakery, stage="30"),
    )
    agree(ana, ben, eva, fay, gil)
    observe(eva, kind="learns", text="planted", made_on=date(2026, 2, 1), by=baker)
    imports.upload(program, name="x.csv", content=b"email\nq@bakery.example\n", by=baker)
    program.policy["objective"]["trios"] = False
    program.save()
    published = solved_round(program, manager, django_capture_on_commit_callbacks)
    publish_round(published, by=manager)
    assert "planted" in json.dumps(published.result)
    across = Partnership.objects.get(members=eva)
    mine = across.members.exclude(pk=eva.pk).get()
    together = Partnership.objects.get(members=fay)
    assert gil in together.members.all()
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        client.force_login(baker)
        client.post(reverse("share_leave", args=[program.pk, part.pk]))

    own = Program.objects.get(organisation=bakery)
    program.refresh_from_db()
    assert {p.person.name for p in own.participants.all()} == {"Eva", "Fay", "Gil"}
    assert own.state == program.state
    eva.refresh_from_db()
    mine.refresh_from_db()
    assert eva.answers["offers"] == "planted; sql"
    assert eva.observations.get().text == "planted"
    assert (eva.state, mine.state) == ("looking", "looking")
    assert (eva.crosses, eva.crosses_at) == ([], None)
    across.refresh_from_db()
    together.refresh_from_db()
    assert across.state == "ended"
    assert (together.state, together.program) == ("open", own)
    assert ImportFile.objects.get().program == own
    letters = {m.to[0]: m for m in mail.outbox if "has come to its end" in m.subject}
    assert set(letters) == {eva.person.email, mine.person.email}
    # Neutral: the same words to both, but for the name.
    bodies = [str(m.body).split("\n", 1)[1] for m in letters.values()]
    assert bodies[0] == bodies[1]
    # Nothing of theirs is left behind.
    published.refresh_from_db()
    assert "planted" not in json.dumps(published.result)
    assert "planted" not in json.dumps(list(across.parts.values("gives", "gets", "shared")))
    client.force_login(mine.person)
    page = client.get(reverse("partnership", args=[across.pk])).content.decode()
    assert "planted" not in page
    client.force_login(manager)
    for name in ("round", "round_check"):
        page = reverse(name, args=[program.pk, published.pk])
        answer = client.get(page) if name == "round" else client.post(page, follow=True)
        assert answer.status_code == 200
    assert "cannot be checked or repeated" in answer.content.decode()
    assert client.get(reverse("round_json", args=[program.pk, published.pk])).status_code == 404
    # And the guest's manager is out.
    client.force_login(baker)
    assert client.get(reverse("sharing", args=[program.pk])).status_code == 404
    assert client.get(reverse("participant", args=[own.pk, eva.pk])).status_code == 200
    assert crossing(program) is None
    assert policy_of(own).criteria
    with pytest.raises(SharingRefused, match="left already"):
        part_ways(part, by=manager)


def test_a_round_that_is_not_published_is_set_aside_when_somebody_leaves(
    program: Program,
    bakery: Organisation,
    part: PartnerOrganisation,
    manager: Person,
    django_capture_on_commit_callbacks: Any,
) -> None:
    agree(person(program, "Ana"), person(program, "Eva", bakery))
    ready = solved_round(program, manager, django_capture_on_commit_callbacks)

    part_ways(part, by=manager)

    ready.refresh_from_db()
    assert ready.state == "dropped"
    assert not ready.proposals.exists()
    with pytest.raises(Exception, match="cannot be checked"):
        kept_result(ready)


def test_the_organisation_that_runs_a_program_cannot_leave_it(
    program: Program, part: PartnerOrganisation, manager: Person, baker: Person
) -> None:
    own = program.partners.get(organisation=program.organisation)
    with pytest.raises(SharingRefused, match="cannot leave"):
        part_ways(own, by=manager)
    with pytest.raises(NotAllowed):
        part_ways(own, by=baker)


def test_a_circle_goes_on_without_who_leaves_and_nobody_loses_a_word(
    program: Program, bakery: Organisation, part: PartnerOrganisation, manager: Person
) -> None:
    ana, ben = (person(program, n, state="matched") for n in ("Ana", "Ben"))
    eva = person(program, "Eva", bakery, state="matched")
    agree(ana, ben, eva)
    circle = together.open_partnership([ana, ben, eva])
    meeting = together.note_that_we_met(circle, timezone.now(), by=eva.person)
    together.note_learning(circle, "Eva learned", by=eva.person, meeting=meeting)
    together.add_item(meeting, "Eva asked", hat="mentee", by=eva.person)
    ahead = together.book(circle, timezone.now() + timedelta(days=2), by=ana.person)

    part_ways(part, by=manager)

    circle.refresh_from_db()
    ahead.refresh_from_db()
    assert (circle.state, ahead.state) == ("ended", "cancelled")
    assert [m.text for m in queries.journey_of(eva.person).moments] == ["Eva learned"]
    assert [i.text for i in queries.meeting_view(meeting, ana.person).items] == ["Eva asked"]
    going_on = Partnership.objects.get(state="open")
    assert {m.person.name for m in going_on.members.all()} == {"Ana", "Ben"}
    for one, state in ((ana, "matched"), (ben, "matched"), (eva, "looking")):
        one.refresh_from_db()
        assert one.state == state
