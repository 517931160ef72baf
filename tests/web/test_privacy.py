"""What people read about their data is how it really is; admins see to it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from peerloom.accounts.models import Organisation, Person
from peerloom.core.models import AuditEntry
from peerloom.participants import actions
from peerloom.participants.models import Consent, Participant
from peerloom.programs.models import Program
from tests.factories import (
    make_organisation,
    make_participant,
    make_people,
    make_person,
    solved_round,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(organisation: Organisation, client: Client) -> Person:
    person = make_person("ada@x.example", organisation, "admin")
    client.force_login(person)
    return person


def test_the_notice_follows_the_design(program: Program, client: Client, settings: Any) -> None:
    page = reverse("program_privacy", args=[program.slug])
    Program.objects.filter(pk=program.pk).update(state="recruiting")
    question = program.asked.filter(sensitive=False).first()
    assert question
    settings.EMAIL_HOST, settings.VIDEO_URL = "", ""
    before = client.get(page).content.decode()
    program.questions.filter(pk=question.pk).update(label="A new thing?", seen_by="matching")
    program.questions.create(key="age", kind="text", label="Your age?", sensitive=True)
    settings.EMAIL_HOST, settings.VIDEO_URL = "mail.example", "https://meet.example"
    program.organisation.privacy_contact = "Dana, dana@x.example"
    program.organisation.keeps = {"answers": 7}
    program.organisation.save()
    after = client.get(page).content.decode()

    for words in ("A new thing?", "Your age?", "the matching alone", "mail.example",
                  "meet.example", "Dana, dana@x.example", "7 months after"):  # fmt: skip
        assert words in after, words
        assert words not in before or words == "the matching alone"
    Program.objects.filter(pk=program.pk).update(state="draft")
    assert client.get(page).status_code == 404


def test_every_yes_and_no_is_kept_with_its_words(program: Program, client: Client) -> None:
    ana = make_participant(program, "Ana", state="applying")
    program.questions.create(key="age", kind="text", label="Your age?", sensitive=True)
    actions.save_answers(ana, {"age": "40", "wants": "sql"}, by=ana.person)
    actions.save_answers(ana, {"age": "41"}, by=ana.person)
    actions.save_answers(ana, {"age": ""}, by=ana.person)
    actions.be_found(ana, True, by=ana.person)
    actions.apply(ana, by=ana.person)

    kept = [(c.about, c.given) for c in Consent.objects.order_by("pk")]
    assert kept == [
        ("sensitive", True), ("sensitive", False), ("findable", True), ("commitment", True),
    ]  # fmt: skip
    promise = program.materials.get(key="commitment")
    assert Consent.objects.get(about="commitment").words == promise.body.strip()
    assert "40" not in " ".join(Consent.objects.values_list("words", flat=True))
    client.force_login(ana.person)
    shown = client.get(reverse("data")).content.decode()
    assert "Your age?" in shown
    assert "being found by others" in shown


def test_the_file_to_read_is_whole_and_runs_nothing(program: Program, client: Client) -> None:
    ana = make_participant(program, "Ana", state="looking", wants="<script>alert(1)</script>")
    client.force_login(ana.person)

    answer = client.get(reverse("my_data", args=["html"]))
    text = answer.content.decode()

    assert answer["Content-Disposition"] == 'attachment; filename="my-data.html"'
    assert "&lt;script&gt;alert(1)" in text
    assert "<script" not in text
    assert ana.person.email in text
    assert client.get(reverse("my_data", args=["exe"])).status_code == 404


def test_an_admin_sets_months_and_bad_ones_change_nothing(
    organisation: Organisation, admin: Person, client: Client
) -> None:
    page = reverse("privacy_settings", args=[organisation.slug])
    form = client.get(page).context["form"]
    said = {name: field.initial for name, field in form.fields.items() if field.initial} | {
        "contact": "Dana", "basis": "Consent",
    }  # fmt: skip

    refused = client.post(page, {**said, "answers": "0"})
    assert refused.status_code == 422
    organisation.refresh_from_db()
    assert organisation.privacy_contact == ""
    client.post(page, {**said, "answers": "3"})
    organisation.refresh_from_db()
    assert (organisation.keeps, organisation.privacy_contact) == ({"answers": 3}, "Dana")


def test_records_of_processing_have_a_row_a_program(
    organisation: Organisation, program: Program, admin: Person, client: Client
) -> None:
    make_participant(program, "Ana")

    answer = client.get(reverse("records", args=[organisation.slug]))
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))

    assert (row["program"], row["how many people"]) == (program.name, "1")
    assert "What would you like to learn?" in row["categories"]


def test_an_admin_lets_somebody_go_or_erases_them(
    organisation: Organisation, program: Program, admin: Person, client: Client
) -> None:
    ana = make_participant(program, "Ana", state="looking")
    page = reverse("one_person", args=[organisation.slug])
    shown = client.get(page, {"email": ana.person.email}).content.decode()
    assert "Ana" in shown
    assert "Nobody with this address" in client.get(page, {"email": "x@y.example"}).content.decode()

    unsure = client.post(page, {"email": ana.person.email, "verb": "erase"})
    assert unsure.status_code == 302
    assert not Person.objects.get(pk=ana.person_id).erased_at
    client.post(page, {"email": ana.person.email, "verb": "erase", "sure": "yes"})
    assert Person.objects.get(pk=ana.person_id).erased_at
    ben = make_participant(program, "Ben", state="looking")
    client.post(page, {"email": ben.person.email, "verb": "leave"})
    assert Participant.objects.get(pk=ben.pk).parting.then == "leave"
    last = client.post(page, {"email": admin.email, "verb": "leave"}, follow=True)
    assert "at least one admin" in last.content.decode() or last.status_code == 404


def test_nobody_of_another_organisation_is_found(
    organisation: Organisation, admin: Person, client: Client
) -> None:
    stranger = make_person("s@bakery.example", make_organisation("Bakery"), "participant")
    page = reverse("one_person", args=[organisation.slug])

    assert (
        "Nobody with this address" in client.get(page, {"email": stranger.email}).content.decode()
    )
    for verb in ("leave", "erase"):
        sent = {"email": stranger.email, "verb": verb, "sure": "yes"}
        assert client.post(page, sent).status_code == 404
    assert Person.objects.get(pk=stranger.pk).is_active


def test_whoever_looks_at_lists_of_people_is_in_the_log(
    as_manager: Client, program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    make_people(program, 2)
    one = solved_round(program, manager, django_capture_on_commit_callbacks)
    for name in ("people", "partnerships", "care"):
        as_manager.get(reverse(name, args=[program.pk]))
    as_manager.get(reverse("round", args=[program.pk, one.pk]))

    seen = AuditEntry.objects.filter(actor_id=manager.pk, verb__startswith="saw")
    assert sorted(seen.values_list("verb", "thing")) == [
        ("saw care of", "programs.program"),
        ("saw partnerships of", "programs.program"),
        ("saw people of", "programs.program"),
        ("saw people of", "rounds.matchinground"),
    ]
