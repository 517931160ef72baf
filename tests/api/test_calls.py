"""What holds for each call: tokens, limits, keys, errors, parts of lists."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from peerloom.accounts.actions import (
    drop_api_token,
    drop_out,
    erase,
    forget_answers,
    make_api_token,
    set_roles,
)
from peerloom.accounts.errors import NotAllowed, TokenRefused
from peerloom.accounts.models import ApiToken, KeptAnswer, Organisation, Person, Role
from peerloom.core.models import AuditEntry
from peerloom.participants.models import ImportFile, Participant
from peerloom.programs.models import Program
from tests.api.calling import V1, Caller
from tests.factories import (
    make_organisation,
    make_participant,
    make_people,
    make_person,
    make_program,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(program: Program, manager: Person) -> Caller:
    return Caller(manager)


def problem(answer: Any, status: int, kind: str) -> dict[str, Any]:
    """The problem that was answered, checked for what each has."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["type"] == f"urn:peerloom:problem:{kind}"
    assert said["status"] == status
    assert said["title"]
    assert len(said["detail"]) > 20
    return said


# tokens


def test_a_token_speaks_for_its_person(call: Caller, manager: Person) -> None:
    me = call.get("me")

    assert me["email"] == manager.email
    assert me["roles"] == [{"organisation": "loomworks", "role": "manager"}]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer plat_nobody", "Basic eDp5", "é"]
)
def test_no_token_that_is_not_known(program: Program, header: str) -> None:
    answer = Client(headers={"Authorization": header}).get(f"{V1}/me")

    problem(answer, 401, "token")


def test_nobody_gets_in_by_their_session(as_manager: Client) -> None:
    problem(as_manager.get(f"{V1}/programs"), 401, "token")


def test_a_token_ends_on_its_day(manager: Person) -> None:
    call = Caller(manager, days=30)

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        problem(call("GET", "me"), 401, "token")


def test_a_token_ends_when_it_is_taken_away(call: Caller, manager: Person) -> None:
    drop_api_token(call.token, by=manager)

    problem(call("GET", "me"), 401, "token")


def test_a_token_ends_with_its_person(
    call: Caller, manager: Person, organisation: Organisation
) -> None:
    make_person("ada@loomworks.example", organisation, "admin")
    drop_out(organisation, manager)

    problem(call("GET", "me"), 401, "token")


def test_a_token_may_no_more_than_its_person_does_now(
    call: Caller, manager: Person, organisation: Organisation, program: Program
) -> None:
    admin = make_person("ada@loomworks.example", organisation, "admin")
    assert call("GET", f"programs/{program.pk}").status_code == 200

    set_roles(organisation, manager, set(), by=admin)

    problem(call("GET", f"programs/{program.pk}"), 404, "not-found")


def test_a_token_has_scopes_of_its_persons_roles_alone(manager: Person, program: Program) -> None:
    visitor = make_participant(program, "Visitor").person
    for person, scope in ((visitor, "people:read"), (manager, "organisation:write"),
                          (manager, "everything")):  # fmt: skip
        with pytest.raises(TokenRefused):
            make_api_token(person, name="x", scopes=[scope], days=30, by=person)
    with pytest.raises(TokenRefused):
        make_api_token(manager, name="x", scopes=[], days=30, by=manager)
    with pytest.raises(TokenRefused):
        make_api_token(manager, name="x", scopes=["self:read"], days=4000, by=manager)
    with pytest.raises(NotAllowed):
        make_api_token(visitor, name="x", scopes=["self:read"], days=30, by=manager)
    assert not ApiToken.objects.exists()


def test_tokens_are_in_the_log_of_whom_they_concern(
    call: Caller, organisation: Organisation
) -> None:
    entry = AuditEntry.objects.get(verb="made token", organisation_id=organisation.pk)

    assert entry.details["name"] == "Script"
    assert "people:write" in entry.details["scopes"]


def test_the_secret_is_not_kept(manager: Person) -> None:
    token, secret = make_api_token(manager, name="x", scopes=["self:read"], days=30, by=manager)

    assert secret not in str(ApiToken.objects.filter(pk=token.pk).values())


# limits


def test_too_many_calls_wait_for_the_next_minute(call: Caller, settings: Any) -> None:
    settings.API_RATE = 3
    with time_machine.travel("2027-01-04 09:00:00Z", tick=False) as clock:
        call.token.expires_at = timezone.now() + timedelta(days=1)
        call.token.save()
        left = [call("GET", "me").headers["RateLimit"] for _ in range(3)]
        refused = call("GET", "me")
        clock.shift(61)
        after = call("GET", "me")

    assert left == ['"token";r=2;t=61', '"token";r=1;t=61', '"token";r=0;t=61']
    problem(refused, 429, "too-many")
    assert int(refused.headers["Retry-After"]) == 61
    assert after.status_code == 200


def test_one_tokens_calls_are_not_anothers(
    call: Caller, settings: Any, organisation: Organisation
) -> None:
    settings.API_RATE = 1
    other = Caller(make_person("b@loomworks.example", organisation, "manager"))

    assert [c("GET", "me").status_code for c in (call, other, call, other)] == [200, 200, 429, 429]


# idempotency keys


def invite(call: Caller, program: Program, who: str, **headers: str) -> Any:
    """Bring somebody in."""
    return call("POST", f"programs/{program.pk}/people", {"email": f"{who}@x.example"}, **headers)


def test_the_same_call_is_carried_out_once(call: Caller, program: Program) -> None:
    path = f"programs/{program.pk}/materials"
    said = {"kind": "resource", "title": "Read me", "body": "Bring a question."}
    before = program.materials.count()

    answers = [call("POST", path, said, Idempotency_Key="one") for _ in range(3)]

    assert program.materials.count() == before + 1
    assert [a.status_code for a in answers] == [201] * 3
    assert len({a.content for a in answers}) == 1
    assert [a.headers.get("Idempotency-Replayed") for a in answers] == [None, "true", "true"]


def test_a_key_is_for_one_call_and_one_token(
    call: Caller, program: Program, organisation: Organisation
) -> None:
    other = Caller(make_person("b@loomworks.example", organisation, "manager"))
    invite(call, program, "ana", Idempotency_Key="one")

    problem(invite(call, program, "ben", Idempotency_Key="one"), 422, "key")
    assert invite(other, program, "ben", Idempotency_Key="one").status_code == 201
    assert set(program.participants.values_list("person__email", flat=True)) == {
        "ana@x.example", "ben@x.example"
    }  # fmt: skip


def test_a_call_that_was_refused_can_be_sent_again(call: Caller, program: Program) -> None:
    path = f"programs/{program.pk}/open"
    program.starts_on = None
    program.save()
    refused = call("POST", path, Idempotency_Key="one")
    problem(refused, 422, "refused")
    assert not KeptAnswer.objects.exists()

    program.starts_on = program.ends_on - timedelta(days=90)
    program.save()

    assert call("POST", path, Idempotency_Key="one").status_code == 200


def test_answers_are_kept_sealed_for_a_day(call: Caller, program: Program) -> None:
    invite(call, program, "ana", Idempotency_Key="one")
    kept = KeptAnswer.objects.get()
    assert b"ana@x.example" not in bytes(kept.body_sealed)

    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        assert forget_answers() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert forget_answers() == 1


def test_nothing_of_the_erased_is_said_again(
    call: Caller, program: Program, organisation: Organisation
) -> None:
    invite(call, program, "ana", Idempotency_Key="one")
    ana = Person.objects.get(email="ana@x.example")

    erase(ana, by=ana)

    said = problem(invite(call, program, "ana", Idempotency_Key="one"), 409, "done")
    assert "status 201" in said["detail"]
    assert not Person.objects.filter(email="ana@x.example").exists()


def test_a_key_has_a_length(call: Caller, program: Program) -> None:
    problem(invite(call, program, "ana", Idempotency_Key="x" * 256), 400, "key")


# errors


def test_what_does_not_fit_is_named(call: Caller, program: Program) -> None:
    path = f"programs/{program.pk}/places"

    said = problem(call("PUT", path, {"places": "many", "more": 1}), 422, "invalid")

    assert {e["where"] for e in said["errors"]} == {"body/said/places", "body/said/more"}


@pytest.mark.parametrize("body", ["{", "[]", "nothing", '"text"', b"\xff\xfe", "1e999", "[" * 5000])
def test_what_is_no_json_is_refused(call: Caller, program: Program, body: Any) -> None:
    answer = call("POST", f"programs/{program.pk}/people", body)

    assert answer.status_code in (400, 422), answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not program.participants.exists()


@pytest.mark.parametrize("text", ["a\\u0000b", "\\\\\\u0000", "\\ud800"])
def test_what_no_database_keeps_is_refused(call: Caller, program: Program, text: str) -> None:
    body = f'{{"email": "ana@x.example", "name": "{text}"}}'
    answer = call("POST", f"programs/{program.pk}/people", body)

    assert answer.status_code in (400, 422), answer.content
    assert not program.participants.exists()


def test_a_backslash_before_u0000_is_text(call: Caller, program: Program) -> None:
    body = '{"email": "ana@x.example", "name": "\\\\u0000"}'

    assert call("POST", f"programs/{program.pk}/people", body).status_code == 201


def test_other_methods_say_what_can_be_done(call: Caller) -> None:
    answer = call("DELETE", "programs")

    problem(answer, 405, "method")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))


def test_what_is_not_there_is_a_problem_too(call: Caller) -> None:
    for path in ("nothing", "programs/abc", "programs/999999999999999999999", "me/"):
        problem(call("GET", path), 404, "not-found")


def test_an_error_of_ours_says_nothing_but_that(
    call: Caller, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **rest: Any) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("peerloom.api.routes.people.actions.invite", broken)

    said = problem(call("POST", f"programs/{program.pk}/people/invite"), 500, "error")

    assert "secret" not in str(said)


def test_what_a_commit_refuses_is_a_problem_too(
    call: Caller, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: Any, **rest: Any) -> None:
        raise OperationalError("database or disk is full")

    # The last thing that is written before the commit, outside of the address's own work.
    monkeypatch.setattr("peerloom.api.calls.keep_answer", refused)

    problem(invite(call, program, "ana", Idempotency_Key="one"), 507, "full")
    assert not program.participants.exists()


def test_answers_stay_in_no_cache(call: Caller) -> None:
    assert "no-store" in call("GET", "me").headers["Cache-Control"]


# lists


def test_a_list_comes_in_parts(call: Caller, program: Program) -> None:
    make_people(program, 7)
    path, seen, after = f"programs/{program.pk}/people?limit=3", [], ""
    while True:
        part = call.get(f"{path}&after={after}")
        seen.append([p["id"] for p in part["items"]])
        if part["next"] is None:
            break
        after = part["next"]

    assert [len(ids) for ids in seen] == [3, 3, 1]
    everybody = list(Participant.objects.order_by("pk").values_list("pk", flat=True))
    assert [i for ids in seen for i in ids] == everybody


def test_what_comes_meanwhile_repeats_and_hides_nobody(call: Caller, program: Program) -> None:
    people = make_people(program, 4)
    first = call.get(f"programs/{program.pk}/people?limit=2")
    people[0].delete()
    make_participant(program, "Aaron")

    second = call.get(f"programs/{program.pk}/people?limit=9&after={first['next']}")

    ids = [p["id"] for p in first["items"] + second["items"]]
    assert len(ids) == len(set(ids)) == 5


@pytest.mark.parametrize("asked", ["limit=0", "limit=201", "limit=x", "after=x", "after=-1"])
def test_parts_that_there_are_not(call: Caller, asked: str) -> None:
    problem(call("GET", f"programs?{asked}"), 422, "invalid")


def test_people_are_filtered(call: Caller, program: Program) -> None:
    make_participant(program, "Ana", state="matched")
    make_participant(program, "Ben", state="looking")

    def names(asked: str) -> list[str]:
        return [p["name"] for p in call.get(f"programs/{program.pk}/people?{asked}")["items"]]

    assert names("state=matched") == ["Ana"]
    assert names("search=be") == ["Ben"]
    problem(call("GET", f"programs/{program.pk}/people?state=lost"), 422, "invalid")


def test_a_role_is_needed_to_have_scopes(program: Program, organisation: Organisation) -> None:
    sponsor = make_person("s@loomworks.example", organisation, Role.SPONSOR)

    assert set(Caller(sponsor).token.scopes) == {
        "self:read", "self:write", "results:read", "results:write"
    }  # fmt: skip


# files


def send_file(call: Caller, program: Program, content: bytes, **headers: str) -> Any:
    """A file of people."""
    file = SimpleUploadedFile("people.csv", content, content_type="text/csv")
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    return call.client.post(f"{V1}/programs/{program.pk}/imports", {"file": file}, headers=named)


def test_a_large_file_is_taken_and_once_with_a_key(call: Caller, program: Program) -> None:
    content = b"email,name\n" + b"".join(
        b"p%d@x.example,%s\n" % (k, b"N" * 90) for k in range(32_000)
    )
    assert len(content) > 3_000_000

    answers = [send_file(call, program, content, Idempotency_Key="one") for _ in range(2)]

    assert [a.status_code for a in answers] == [201, 201]
    assert ImportFile.objects.count() == 1
    assert bytes(ImportFile.objects.get().content) == content
    problem(send_file(call, program, content + b"x", Idempotency_Key="one"), 422, "key")


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data", "multipart/form-data; boundary=é", "multipart/form-data; boundary=x"],
)
@pytest.mark.parametrize("key", ["", "one"])
def test_what_is_no_file_is_refused(call: Caller, program: Program, kind: str, key: str) -> None:
    answer = call.client.generic(
        "POST", f"{V1}/programs/{program.pk}/imports", b"--y\r\nnothing", content_type=kind,
        headers={"Idempotency-Key": key} if key else {},
    )  # fmt: skip

    assert answer.status_code in (400, 422), answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not ImportFile.objects.exists()


def test_too_much_at_once_is_told(call: Caller, program: Program) -> None:
    body = '{"email": "a@x.example", "name": "' + "x" * 3_000_000 + '"}'

    problem(call("POST", f"programs/{program.pk}/people", body), 413, "too-large")


def test_nothing_of_what_strangers_send_is_read(program: Program) -> None:
    nobody = Caller(None)

    problem(
        nobody("POST", f"programs/{program.pk}/people?strange=1", "x" * 3_000_000), 401, "token"
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time there anyway")
def test_the_same_call_at_the_same_time_is_carried_out_once() -> None:
    organisation = make_organisation("Loomworks")
    manager = make_person("mika@loomworks.example", organisation, "manager")
    program = make_program(organisation, manager)
    call, before = Caller(manager), program.materials.count()
    said = {"kind": "resource", "title": "Read me", "body": "Bring a question."}
    together = threading.Barrier(6)

    def send(_: int) -> Any:
        try:
            together.wait()
            return call("POST", f"programs/{program.pk}/materials", said, Idempotency_Key="one")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(send, range(6)))

    assert {a.status_code for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    assert program.materials.count() == before + 1
