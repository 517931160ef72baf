"""Every address of the API: who reaches it, who does not, and that it answers as it says."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from pydantic import BaseModel

from peerloom.accounts.models import Organisation
from peerloom.programs.models import Program
from tests.api.calling import Caller, Operation, operations, whole
from tests.factories import make_organisation, make_participant, make_person, make_program

pytestmark = pytest.mark.django_db
MORE = {
    # Of which there is none.
    "session_id": 10**9,
    "token_id": 10**9,
    "reply_id": 10**9,
    "message_id": 10**9,
    "hook_id": 10**9,
    "delivery_id": 10**9,
    "form": "svg",
}
# Of oneself alone: there is no number by which to ask for somebody else's.
OWN = {"me", "places", "partnerships", "meetings", "journey", "pulses", "programs",
       "programs/offers", "results", "organisations", "programs/invitations"}  # fmt: skip


def is_own(operation: Operation) -> bool:
    """True for addresses that name nobody's thing."""
    return "{" not in operation.template


@pytest.fixture
def everything(places: dict[str, Any]) -> dict[str, Any]:
    """A real thing for each part of an address."""
    return places | MORE


def test_nobody_gets_in_without_a_token(everything: dict[str, Any]) -> None:
    nobody = Caller(None)
    for operation in operations():
        answer = nobody(operation.method, operation.url(everything), operation.body())

        assert answer.status_code == 401, operation
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["type"] == "urn:peerloom:problem:token"


def test_strangers_reach_nothing_of_anothers(
    everything: dict[str, Any], program: Program, settings: Any
) -> None:
    settings.API_RATE = 10_000
    other = make_organisation("Other")
    boss = make_person("boss@other.example", other, "manager", "admin", "sponsor")
    make_program(other, boss, name="Theirs")
    guest = make_person("guest@other.example", other, "participant")
    asked = 0
    for caller in (Caller(boss), Caller(guest)):
        for operation in operations():
            if is_own(operation) or operation.is_upload:
                continue
            answer = caller(operation.method, operation.url(everything), operation.body())
            asked += 1

            assert answer.status_code in (403, 404), (operation, answer.content)
            assert answer.headers["Content-Type"] == "application/problem+json"
    assert asked > 300


def test_a_participant_reaches_no_managers_thing_nor_anothers(
    everything: dict[str, Any], program: Program, settings: Any
) -> None:
    settings.API_RATE = 10_000
    visitor = Caller(make_participant(program, "Visitor").person)
    for operation in operations():
        if is_own(operation):
            continue
        answer = visitor(operation.method, operation.url(everything), operation.body())

        assert answer.status_code in (403, 404), (operation, answer.content)


def test_a_token_does_no_more_than_its_scopes(
    everything: dict[str, Any], organisation: Organisation, settings: Any
) -> None:
    settings.API_RATE = 10_000
    person = make_person("all@loomworks.example", organisation, "manager", "admin", "sponsor")
    areas = {o.scope.partition(":")[0] for o in operations()}
    for area in areas:
        reader = Caller(person, f"{area}:read")
        for operation in operations():
            answer = reader(operation.method, operation.url(everything), operation.body())

            if operation.scope == f"{area}:read":
                assert answer.status_code != 403, operation
            else:
                assert answer.status_code == 403, (area, operation)
                assert answer.json()["scope"] == operation.scope


def test_every_read_answers_as_it_says(
    everything: dict[str, Any], organisation: Organisation, program: Program, settings: Any
) -> None:
    settings.API_RATE = 10_000
    person = make_person("all@loomworks.example", organisation, "manager", "admin", "sponsor")
    pair = program.partnerships.get(pk=everything["partnership_id"])
    member = pair.parts.first().participant.person
    as_member, as_all = Caller(member), Caller(person)
    answered = 0
    for operation in operations():
        if operation.method != "GET":
            continue
        who = as_member if operation.scope.startswith("self") else as_all
        place = {"place_id": pair.parts.first().participant_id}
        answer = who("GET", operation.url(everything | place))

        assert answer.status_code in (200, 404, 409), (operation, answer.content)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith(
            "application/json"
        ):
            answered += 1
            assert "200" in operation.said["responses"], operation
            shape = operation.said["responses"]["200"]["content"]["application/json"]["schema"]
            jsonschema_rs.validate(shape | {"components": whole()["components"]}, answer.json())
    assert answered > 60


def test_every_shape_has_a_name_of_its_own() -> None:
    found: dict[str, set[str]] = {}
    for module in (m for n, m in sys.modules.items() if n.startswith("peerloom.api.routes.")):
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found.setdefault(kind.__name__, set()).add(kind.__module__)

    assert {n: sorted(where) for n, where in found.items() if len(where) > 1} == {}
    assert len(found) > 150


def test_every_example_fits_what_is_asked_for() -> None:
    shown = 0
    for operation in operations():
        body = operation.body()
        if body is None:
            continue
        shown += 1
        shape = operation.said["requestBody"]["content"]["application/json"]["schema"]
        jsonschema_rs.validate(shape | {"components": whole()["components"]}, body)
    assert shown > 70


ASKED = {
    "limit": "2", "after": "", "from": "2026-01-01T00:00:00Z", "until": "2030-01-01T00:00:00Z",
    "partnership": "1", "search": "a", "verb": "saw", "who": "a@x.example", "first": "2026-01-01",
    "last": "2030-01-01", "language": "fr", "q": "sql", "only": "look", "question": "site",
}  # fmt: skip


def test_each_filter_can_be_used(
    everything: dict[str, Any], organisation: Organisation, program: Program, settings: Any
) -> None:
    settings.API_RATE = 10_000
    person = make_person("all@loomworks.example", organisation, "manager", "admin", "sponsor")
    pair = program.partnerships.get(pk=everything["partnership_id"])
    callers = {"self": Caller(pair.parts.first().participant.person)}
    rest, tried = Caller(person), 0
    place = {"place_id": pair.parts.first().participant_id}
    for operation in operations():
        parameters = [p for p in operation.said["parameters"] if p["in"] == "query"]
        if operation.method != "GET" or operation.template.endswith("/compare"):
            continue
        who = callers.get(operation.scope.partition(":")[0], rest)
        for one in parameters:
            shape = one["schema"].get("anyOf", [one["schema"]])[0]
            value = shape["enum"][0] if "enum" in shape else ASKED[one["name"]]
            url = operation.url(everything | place)
            answer = who("GET", f"{url}{'&' if '?' in url else '?'}{one['name']}={quote(value)}")
            tried += 1

            assert answer.status_code in (200, 404, 409), (operation, one["name"], answer.content)
    assert tried > 60
