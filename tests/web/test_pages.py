"""Pages: what they keep, what they refuse, how many queries they ask."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from peerloom.accounts.models import Membership, Organisation, Person
from peerloom.cli import main
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.models import Participant
from peerloom.programs.models import Program
from peerloom.rounds.actions import publish_round
from tests.factories import make_participant, make_people, make_person, solved_round

START = {
    "organisation": "Loomworks",
    "name": "Mika",
    "email": "mika@loomworks.example",
    "time_zone": "Europe/Paris",
}


def test_the_first_start_makes_the_organisation_and_signs_its_manager_in(
    client: Client, db: None
) -> None:
    assert client.get("/").url == reverse("first_start")  # type: ignore[attr-defined]

    answer = client.post(reverse("first_start"), START)

    assert answer.url == reverse("new_program")  # type: ignore[attr-defined]
    assert client.get(answer.url).status_code == 200  # type: ignore[attr-defined]
    roles = set(Membership.objects.values_list("role", flat=True))
    assert roles == {"admin", "manager"}


def test_the_first_start_is_there_once(client: Client, organisation: Organisation) -> None:
    client.post(reverse("first_start"), START)

    assert Organisation.objects.count() == 1


def test_an_imported_person_signs_in_with_a_code(
    client: Client, program: Program, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    place = make_participant(program, "Ana")

    client.post(reverse("account_request_login_code"), {"email": place.person.email})
    code = re.search(r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b", mail.outbox[0].body)
    assert code
    answer = client.post(reverse("account_confirm_login_code"), {"code": code[1]}, follow=True)

    assert answer.redirect_chain[-1][0] == reverse("home")
    assert answer.wsgi_request.user == place.person


def test_a_stranger_asking_for_a_code_learns_nothing(
    client: Client, organisation: Organisation, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    answer = client.post(reverse("account_request_login_code"), {"email": "eve@x.example"})

    assert answer.url == reverse("account_confirm_login_code")  # type: ignore[attr-defined]
    assert mail.outbox == []


def test_signing_out_everywhere_ends_every_session(manager: Person) -> None:
    phone, desk = Client(), Client()
    phone.force_login(manager)
    desk.force_login(manager)

    desk.post(reverse("sign_out_everywhere"))

    assert phone.get(reverse("me")).status_code == 302
    assert desk.get(reverse("me")).status_code == 302


def test_a_wrong_answer_loses_none_of_the_others(client: Client, program: Program) -> None:
    place = make_participant(program, "Ana", state="applying")
    client.force_login(place.person)

    answer = client.post(
        reverse("step", args=[place.pk, "you"]), {"stage": "many", "function": "Research"}
    )

    place.refresh_from_db()
    assert "Enter a number" in answer.content.decode()
    assert place.answers == {"function": "Research"}


def test_joining_step_by_step_ends_in_looking(client: Client, program: Program) -> None:
    person = make_person("ana@loomworks.example", program.organisation)
    client.force_login(person)
    answer = client.post(reverse("join", args=[program.slug]), follow=True)
    posted = {
        "you": {"stage": "2.5", "function": "Legal"},
        "hopes": {"hopes": "To <b>lead</b>", "wants": "sql\nhiring; sql"},
        "give": {"offers": "contracts", "challenges": ["A new role"]},
        "time": {"way_to_meet": "Online", "hours": "Mon 9:00-10:00", "time_zone": "Europe/Paris"},
        "goals": {"goal_0": "Delegate", "kind_0": "growth", "success_0": "I left at five"},
        "look-over": {"commit": "yes"},
    }
    for step, data in posted.items():
        assert answer.redirect_chain[-1][0].endswith(f"/{step}/"), step
        answer = client.post(answer.redirect_chain[-1][0], data, follow=True)

    place = Participant.objects.get(person=person)
    assert place.state == "looking"
    assert place.answers == {
        "stage": "2.5",
        "function": "Legal",
        "hopes": "To <b>lead</b>",
        "wants": "sql; hiring",
        "offers": "contracts",
        "challenges": "A new role",
        "way_to_meet": "Online",
        "hours": "Mon 09:00-10:00",
    }
    assert place.goals.get().text == "Delegate"
    page = client.get(reverse("place", args=[place.pk])).content.decode()
    assert "To &lt;b&gt;lead&lt;/b&gt;" in page
    assert "Seen by your partner and the program manager" in page


def test_a_closed_program_keeps_answers_and_takes_nobody_new(
    client: Client, program: Program
) -> None:
    program.state = Program.State.CLOSED
    program.save()
    client.force_login(make_person("ana@loomworks.example", program.organisation))

    answer = client.post(reverse("join", args=[program.slug]), follow=True)

    assert "takes no new people" in answer.content.decode()
    assert not Participant.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["overview", "people", "partnerships", "policy", "reach", "round", "rounds", "skills", "fairness",
     "care", "program_results"],
)  # fmt: skip
def test_lists_ask_no_more_queries_for_more_rows(
    as_manager: Client,
    manager: Person,
    program: Program,
    name: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from peerloom.rounds.actions import publish_round

    def queries(round_id: int) -> int:
        args = [program.pk, round_id] if name == "round" else [program.pk]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            as_manager.get(reverse(name, args=args))
        return len(captured)

    make_people(program, 2)
    first = solved_round(program, manager, django_capture_on_commit_callbacks)
    publish_round(first, by=manager)
    few = queries(first.pk)
    for k in range(20):
        make_participant(program, f"More{k}", stage="3")
    second = solved_round(program, manager, django_capture_on_commit_callbacks)
    publish_round(second, by=manager)

    assert queries(second.pk) <= few + 1


def test_a_sponsor_sees_no_group_under_five(client: Client, program: Program) -> None:
    make_people(program, 4)
    client.force_login(make_person("s@loomworks.example", program.organisation, "sponsor"))

    page = client.get(reverse("results")).content.decode()

    assert "fewer than 5" in page


def test_the_last_admin_stays(client: Client, organisation: Organisation) -> None:
    admin = make_person("ada@loomworks.example", organisation, "admin")
    client.force_login(admin)

    answer = client.post(
        reverse("roles", args=[organisation.slug]), {"email": admin.email, "roles": []}, follow=True
    )

    assert "needs at least one admin" in answer.content.decode()
    assert Membership.objects.filter(person=admin, role="admin").exists()


def test_pages_allow_no_script_or_style_of_their_own(client: Client, organisation: object) -> None:
    answer = client.get("/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_html_in_a_name_stays_text_on_every_page_and_in_letters(
    as_manager: Client, manager: Person, program: Program, django_capture_on_commit_callbacks: Any
) -> None:
    evil = make_participant(program, "Eve", wants="<i>planted</i>", offers="sql", stage="1")
    evil.person.name = "<b>planted</b> Eve"
    evil.person.save()
    make_participant(program, "Ana", wants="sql", offers="<i>planted</i>", stage="1")
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    pages = [
        reverse("people", args=[program.pk]),
        reverse("participant", args=[program.pk, evil.pk]),
        reverse("round", args=[program.pk, matching_round.pk]),
        reverse("round_publish", args=[program.pk, matching_round.pk]),
    ]

    bodies = [as_manager.get(page).content.decode() for page in pages]

    assert all("planted" in body for body in bodies)
    assert not any("<b>planted" in body or "<i>planted" in body for body in bodies)


def test_a_downloaded_round_is_verified_by_the_command(
    as_manager: Client,
    manager: Person,
    program: Program,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    make_people(program, 9)
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    answer = as_manager.get(reverse("round_json", args=[program.pk, matching_round.pk]))
    (tmp_path / "round.json").write_bytes(answer.content)

    run = CliRunner().invoke(main, ["verify", str(tmp_path / "round.json")])

    assert run.exit_code == 0, run.output
    assert "gap 0" in run.output


def test_there_are_no_pages_about_passwords(as_manager: Client) -> None:
    for path in ("password/reset/", "password/change/", "password/set/", "email/"):
        assert as_manager.get(f"/account/{path}").status_code == 404


def test_a_form_opened_before_signing_in_says_what_to_do(manager: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager)

    answer = client.post(reverse("me"), {"name": "Mika"})

    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


def test_one_person_is_invited_once(
    as_manager: Client, program: Program, django_capture_on_commit_callbacks: Any
) -> None:
    address = reverse("add_person", args=[program.pk])
    for email in ("Ana@X.example", "ana@x.example", "no address"):
        with django_capture_on_commit_callbacks(execute=True):
            as_manager.post(address, {"email": email, "name": "Ana"})

    assert [p.person.email for p in program.participants.all()] == ["ana@x.example"]
    assert OutboxMessage.objects.count() == 1


def test_a_published_round_offers_no_swaps(
    as_manager: Client,
    manager: Person,
    program: Program,
    django_capture_on_commit_callbacks: Any,
) -> None:
    person = make_people(program, 6)[0]
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    address = reverse("round_swap", args=[program.pk, matching_round.pk, person.pk])
    assert as_manager.get(address).status_code == 200
    publish_round(matching_round, by=manager)

    answer = as_manager.get(address, follow=True)

    assert answer.redirect_chain
    assert b"This round can no longer be changed." in answer.content
