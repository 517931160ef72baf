"""Every address, asked by everybody who has no business there."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from peerloom.accounts.models import Person
from peerloom.programs.models import Program
from tests.factories import (
    make_organisation,
    make_participant,
    make_person,
    make_program,
    solved_round,
)
from tests.web.walk import address, named

PUBLIC = {
    "landing",
    "health",
    "ready",
    "metrics",
    "first_start",
    "look_around",
    "privacy",
    "program",
    "poster",
    "feed",
    "answer",
    "pulse",
    "pulse_meeting",
    "draw",
    "program_privacy",
}
# Pages about whoever asks: they show nobody else's things.
OWN = {
    "home",
    "me",
    "sign_out_everywhere",
    "manage",
    "new_program",
    "blank_program",
    "data",
    "sessions",
    "tokens",
    "my_data",
    "results",
    "join",
    "journey",
    "journey_pdf",
    "feed_settings",
    "my_messages",
}


METHODS = [("get",), ("post",), ("head", "put", "patch", "delete", "options")]


def signed_in(person: Person | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


@pytest.mark.parametrize("methods", METHODS)
def test_nobody_reaches_another_organisations_things(
    places: dict[str, Any], program: Program, methods: tuple[str, ...]
) -> None:
    other = make_organisation("Other")
    strangers: list[Person | None] = [
        make_person("boss@other.example", other, "manager", "admin", "sponsor"),
        make_person("guest@other.example", other, "participant"),
        None,
    ]
    make_program(other, strangers[0], name="Theirs")  # type: ignore[arg-type]
    clients = [(stranger, signed_in(stranger)) for stranger in strangers]
    urls = [address(p, places) for p in named() if p.name not in PUBLIC | OWN]
    asked = 0
    for url, (stranger, client) in product(urls, clients):
        for method in methods:
            answer = getattr(client, method)(url)
            asked += 1
            expected = (403, 404, 405) if stranger else (302, 405)
            assert answer.status_code in expected, (url, stranger, answer.status_code)
            if answer.status_code == 302:
                assert answer.url.startswith("/account/login/")
    assert asked > 60


@pytest.mark.parametrize("methods", METHODS)
def test_a_participant_reaches_no_managers_page_nor_anothers_place(
    places: dict[str, Any], program: Program, methods: tuple[str, ...]
) -> None:
    visitor = make_participant(program, "Visitor")
    client = Client()
    client.force_login(visitor.person)
    for pattern in named():
        if pattern.name in PUBLIC | OWN:
            continue
        url = address(pattern, places)

        for method in methods:
            assert getattr(client, method)(url).status_code in (403, 404, 405), (method, url)


# What a manager of an organisation that takes part reaches in somebody else's program.
GUESTS = {
    "people", "invite", "add_person", "participant", "remind", "decline", "observe", "unobserve",
    "reach", "partnerships", "import", "import_file", "import_apply", "import_progress",
    "sharing", "share_ask_people", "share_terms", "share_leave", "care", "care_case",
    "program_results", "results_mail", "results_file",
}  # fmt: skip


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_guests_manager_reaches_own_people_and_nothing_else(
    places: dict[str, Any], program: Program, manager: Person, method: str
) -> None:
    client = Client()
    client.force_login(Person.objects.get(email="boss@partner.example"))
    for pattern in named():
        if pattern.name in PUBLIC | OWN:
            continue
        answer = getattr(client, method)(address(pattern, places))
        about_hosts_people = {"participant_id", "file_id", "request_id"} & set(
            pattern.pattern.converters
        )
        if pattern.name in GUESTS and not about_hosts_people:
            assert answer.status_code in (200, 302, 405, 422), pattern.name
        else:
            assert answer.status_code in (403, 404, 405), pattern.name
    assert not program.participants.exclude(organisation=program.organisation).exists()


def test_own_pages_send_nobody_to_sign_in(client: Client, organisation: object) -> None:
    for name in OWN - {"join"}:
        answer = client.get(reverse(name, args=["json"] if name == "my_data" else []))

        assert answer.status_code in (302, 405), name


def test_every_address_is_walked() -> None:
    names = {p.name for p in named()}

    assert names >= PUBLIC | OWN
    assert all(p.name for p in named())
    assert get_resolver().resolve("/").url_name == "landing"


def test_the_demo_door_is_shut_outside_the_demo(client: Client, manager: Person) -> None:
    manager.email = "manager@demo.example"
    manager.save()

    assert client.post(reverse("look_around", args=["manager"])).status_code == 404


def test_a_manager_sees_no_sensitive_answer_nor_who_asked(
    as_manager: Client, program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    from peerloom.programs.actions import choose_questions

    keys = set(program.questions.values_list("key", flat=True)) | {"gender", "wants_same_gender"}
    choose_questions(program, keys, by=manager)
    program.policy["criterion"].append(
        {"kind": "same", "field": "gender", "personal": "wants_same_gender", "missing": "exclude",
         "name": "a peer of the same gender"}
    )  # fmt: skip
    program.save()
    ana = make_participant(program, "Ana", gender="planted-woman", wants_same_gender="yes")
    make_participant(program, "Ben", gender="planted-man")
    make_participant(program, "Eli", gender="planted-man")
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    pages = [
        reverse("participant", args=[program.pk, ana.pk]),
        reverse("people", args=[program.pk]),
        reverse("round", args=[program.pk, matching_round.pk]),
        reverse("round_publish", args=[program.pk, matching_round.pk]),
        reverse("overview", args=[program.pk]),
    ]

    bodies = "".join(as_manager.get(page).content.decode() for page in pages)

    assert "planted" not in bodies
    assert "same gender" not in bodies
    assert "a must-have of their own shuts out 2" in bodies
    download = reverse("round_json", args=[program.pk, matching_round.pk])
    assert as_manager.get(download).status_code == 404
