"""People in and out by the organisation's directory: a SCIM client's own checks, and what follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from peerloom.accounts.actions import make_directory_token
from peerloom.accounts.models import DirectoryPerson, DirectoryToken, Organisation, Person
from peerloom.care.actions import part_those_who_asked
from peerloom.care.models import Parting
from peerloom.core.models import AuditEntry
from peerloom.participants.models import Participant
from peerloom.partnerships import actions as together
from peerloom.partnerships.models import Partnership
from peerloom.programs.models import Program
from tests.factories import make_organisation, make_participant, make_person

pytestmark = pytest.mark.django_db
USERS = "/scim/v2/Users"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
WORK = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture
def admin(organisation: Organisation) -> Person:
    return make_person("ada@x.example", organisation, "admin")


@pytest.fixture
def token(organisation: Organisation, admin: Person) -> str:
    return make_directory_token(organisation, "Directory", by=admin)


class Directory:
    """What a directory sends."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def __call__(self, method: str, path: str = USERS, body: object = None) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        sent = {} if body is None else {"data": text, "content_type": "application/scim+json"}
        return self.client.generic(method, path, **sent)  # type: ignore[arg-type]

    def add(self, who: str, /, **more: object) -> Any:
        said = {"schemas": [CORE], "userName": f"{who}@x.example", "displayName": who.title()}
        return self("POST", USERS, said | more)

    def patch(self, key: str, *operations: dict[str, object]) -> Any:
        return self("PATCH", f"{USERS}/{key}", {"schemas": [PATCH], "Operations": operations})


@pytest.fixture
def directory(token: str) -> Directory:
    return Directory(token)


@pytest.fixture
def _within_one_transaction() -> Iterator[None]:
    """A request does not close the test's connection, as with Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_within_one_transaction")
def test_a_scim_clients_own_checks_find_nothing(token: str) -> None:
    application = get_wsgi_application()
    client = WSGISCIMClient(
        application,
        base_url="http://localhost:8000/scim/v2",
        headers={"Authorization": f"Bearer {token}"},
    )

    results = check_server(client)

    wrong = [r for r in results if r.status in (Status.ERROR, Status.CRITICAL)]
    assert [(r.title, r.reason) for r in wrong] == []
    assert sum(r.status == Status.SUCCESS for r in results) > 20


class TestComingAndGoing:
    def test_somebody_new_belongs_to_the_organisation_and_gets_no_mail(
        self, directory: Directory, organisation: Organisation
    ) -> None:
        made = directory.add("ana", externalId="7", name={"givenName": "Ana", "familyName": "N."})

        said = made.json()
        assert made.status_code == 201
        assert made["Content-Type"].startswith("application/scim+json")
        assert made["Location"].endswith(said["id"])
        person = Person.objects.get(email="ana@x.example")
        assert person.name == "Ana"
        assert list(person.memberships.values_list("role", "organisation")) == [
            ("participant", organisation.pk)
        ]
        assert AuditEntry.objects.filter(verb="provisioned", thing_id=person.pk).exists()
        assert directory("GET", f"{USERS}/{said['id']}").json()["externalId"] == "7"

    def test_who_is_known_is_not_made_twice(self, directory: Directory, program: Program) -> None:
        ana = make_participant(program, "Ana").person

        directory("POST", USERS, {"schemas": [CORE], "userName": "x1", "emails": [
            {"value": "other@x.example"}, {"value": ana.email.upper(), "primary": True}]})  # fmt: skip
        again = directory("POST", USERS, {"schemas": [CORE], "userName": "X1", "emails": [
            {"value": ana.email}]})  # fmt: skip

        assert Person.objects.filter(email=ana.email).count() == 1
        assert DirectoryPerson.objects.get().person == ana
        assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")

    @pytest.mark.parametrize("how", ["patch", "put", "delete", "string"])
    def test_a_leaver_is_signed_out_and_no_partner_is_left_waiting(
        self, directory: Directory, program: Program, how: str
    ) -> None:
        ana, ben = (make_participant(program, n, state="matched") for n in ("Ana", "Ben"))
        pair = together.open_partnership([ana, ben])
        said = directory.add("x", emails=[{"value": ana.person.email}]).json()
        browser = Client()
        browser.force_login(ana.person)
        assert browser.get(reverse("home")).status_code == 200

        if how == "patch":
            directory.patch(said["id"], {"op": "replace", "path": "active", "value": False})
        elif how == "string":
            directory.patch(said["id"], {"op": "Replace", "value": {"active": False}})
        elif how == "put":
            directory("PUT", f"{USERS}/{said['id']}", {**said, "active": False})
        else:
            assert directory("DELETE", f"{USERS}/{said['id']}").status_code == 204

        assert browser.get(reverse("home")).status_code == 302
        assert Parting.objects.get().then == "leave"
        Parting.objects.update(asked_at=timezone.now() - timedelta(days=2))
        with time_machine.travel(timezone.now().replace(hour=9)):
            part_those_who_asked()
        pair.refresh_from_db()
        assert pair.state == Partnership.State.ENDED
        assert Participant.objects.get(pk=ben.pk).state == "looking"
        assert Participant.objects.get(pk=ana.pk).answers == ana.answers

    def test_who_comes_back_may_sign_in_again(self, directory: Directory) -> None:
        key = directory.add("ana").json()["id"]
        directory.patch(key, {"op": "replace", "path": "active", "value": False})
        assert not Person.objects.get(email="ana@x.example").is_active
        assert directory("GET", f"{USERS}/{key}").json()["active"] is False

        directory.patch(key, {"op": "replace", "path": "active", "value": True})

        person = Person.objects.get(email="ana@x.example")
        assert person.is_active
        assert person.memberships.count() == 1

    def test_the_last_admin_is_not_put_out(self, directory: Directory, admin: Person) -> None:
        key = directory.add("x", emails=[{"value": admin.email}]).json()["id"]

        refused = directory.patch(key, {"op": "replace", "path": "active", "value": False})

        assert refused.status_code == 400
        assert "at least one admin" in refused.json()["detail"]
        assert Person.objects.get(pk=admin.pk).is_active
        assert directory("GET", f"{USERS}/{key}").json()["active"] is True

    def test_a_new_name_address_and_unit(
        self, directory: Directory, organisation: Organisation
    ) -> None:
        key = directory.add("ana").json()["id"]
        directory.patch(
            key,
            {"op": "replace", "path": "displayName", "value": "Ana Nováková"},
            {"op": "replace", "path": "emails", "value": [{"value": "ana.n@x.example"}]},
            {"op": "add", "path": f"{WORK}:department", "value": "Finance"},
        )

        person = Person.objects.get(email="ana.n@x.example")
        assert person.name == "Ana Nováková"
        assert list(person.emailaddress_set.values_list("email", flat=True)) == ["ana.n@x.example"]
        assert organisation.records.get(email="ana.n@x.example").unit == "Finance"

    def test_an_address_of_somebody_who_is_elsewhere_too_stays(self, directory: Directory) -> None:
        key = directory.add("ana").json()["id"]
        person = Person.objects.get(email="ana@x.example")
        person.memberships.create(organisation=make_organisation("Bakery"), role="manager")

        refused = directory.patch(
            key, {"op": "replace", "path": "emails", "value": [{"value": "mine@x.example"}]}
        )

        assert refused.status_code == 409
        assert Person.objects.get(pk=person.pk).email == "ana@x.example"


class TestAsking:
    def test_filters_and_pages(self, directory: Directory) -> None:
        for k in range(7):
            directory.add(f"p{k}", externalId=f"e{k}")

        def ask(**query: object) -> Any:
            return directory.client.get(USERS, query).json()  # type: ignore[arg-type]

        assert ask(filter='userName eq "P3@x.example"')["totalResults"] == 1
        assert ask(filter='externalId eq "e3"')["Resources"][0]["userName"] == "p3@x.example"
        assert ask(filter='userName eq "nobody"')["totalResults"] == 0
        assert ask(filter='displayName sw "P" and not (externalId eq "e0")')["totalResults"] == 6
        page = ask(startIndex=3, count=2)
        assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (7, 3, 2)
        assert [u["userName"] for u in page["Resources"]] == ["p2@x.example", "p3@x.example"]
        assert ask(count=0)["totalResults"] == 7
        only = ask(attributes="userName")["Resources"][0]
        assert "displayName" not in only
        bad = directory.client.get(USERS, {"filter": "userName eq"})
        assert (bad.status_code, bad.json()["scimType"]) == (400, "invalidFilter")


class TestWhoMayAsk:
    def test_nothing_without_a_token_that_is_known(self, token: str, admin: Person) -> None:
        for shown in (None, "", "Bearer", f"Basic {token}", "Bearer nonsense", f"Bearer {token}x"):
            client = Client(headers={"Authorization": shown} if shown is not None else {})
            for path in (USERS, "/scim/v2/Schemas", "/scim/v2/anything"):
                answer = client.get(path)
                assert answer.status_code == 401
                assert answer["WWW-Authenticate"].startswith("Bearer")
                assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
        browser = Client()
        browser.force_login(admin)
        assert browser.get(USERS).status_code == 401
        DirectoryToken.objects.all().delete()
        assert Directory(token)("GET").status_code == 401

    def test_nobody_of_another_organisation_is_reached(
        self, directory: Directory, organisation: Organisation
    ) -> None:
        bakery = make_organisation("Bakery")
        boss = make_person("boss@bakery.example", bakery, "admin")
        theirs = Directory(make_directory_token(bakery, "Theirs", by=boss))
        key = directory.add("ana").json()["id"]

        assert theirs("GET").json()["totalResults"] == 0
        for method, body in (("GET", None), ("PUT", {"schemas": [CORE], "userName": "x"}),
                             ("DELETE", None)):  # fmt: skip
            assert theirs(method, f"{USERS}/{key}", body).status_code == 404
        assert (
            theirs.patch(key, {"op": "replace", "path": "active", "value": False}).status_code
            == 404
        )
        assert Person.objects.get(email="ana@x.example").is_active

    def test_tokens_are_made_by_admins_and_shown_once(
        self, organisation: Organisation, admin: Person, client: Client
    ) -> None:
        client.force_login(admin)
        page = reverse("directory", args=[organisation.slug])

        secret = client.post(page, {"name": "Entra ID"}).context["secret"]

        assert Directory(secret)("GET").status_code == 200
        shown = client.get(page).content.decode()
        assert "Entra ID" in shown
        assert secret not in shown
        assert not DirectoryToken.objects.filter(fingerprint__contains=secret[5:20]).exists()
        number = DirectoryToken.objects.get().pk
        client.post(page, {"verb": "drop", "token": number})
        assert Directory(secret)("GET").status_code == 401


class TestMalformed:
    @pytest.mark.parametrize(
        "body",
        ["", "{", "[]", "null", '"x"', "[" * 100_000, "{}", '{"userName": 7}',
         '{"userName": "not-an-address"}', '{"userName": "a@x.example", "emails": "x"}',
         '{"userName": "a@x.example", "emails": [7]}', '{"userName": "a@x.example", "active": "maybe"}',
         '{"userName": "a@x.example", "name": []}', '{"userName": null}', '{"schemas": 7}'],
    )  # fmt: skip
    def test_nobody_is_made_of_it(self, directory: Directory, body: str) -> None:
        before = Person.objects.count()
        answer = directory("POST", USERS, body)

        assert answer.status_code in (400, 413), answer.content
        assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
        assert Person.objects.count() == before

    @pytest.mark.parametrize(
        "operation",
        [{}, {"op": "explode"}, {"op": "replace", "path": "no.such[", "value": 1},
         {"op": "replace", "path": "password", "value": "x"}, {"op": "remove"},
         {"op": "replace", "path": "id", "value": "x"}, {"op": "remove", "path": "userName"},
         {"op": "replace", "path": "active", "value": {"x": 1}}],
    )  # fmt: skip
    def test_nothing_is_changed_by_it(
        self, directory: Directory, operation: dict[str, object]
    ) -> None:
        made = directory.add("ana").json()

        answer = directory.patch(made["id"], operation)

        assert 400 <= answer.status_code < 500, answer.content
        now = directory("GET", f"{USERS}/{made['id']}").json()
        assert {k: now[k] for k in ("userName", "active", "displayName")} == {
            k: made[k] for k in ("userName", "active", "displayName")
        }

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=12),
                        lambda x: st.lists(x, max_size=3) | st.dictionaries(
                            st.sampled_from(["userName", "emails", "value", "name", "active", "op",
                                             "path", "Operations", "schemas", WORK, "id"]), x),
                        max_leaves=8))  # fmt: skip
    @settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_whatever_is_sent_is_answered(self, directory: Directory, body: object) -> None:
        key = "00000000-0000-0000-0000-000000000000"
        found = DirectoryPerson.objects.first()
        if found is None:
            key = directory.add("ana").json()["id"]
        else:
            key = str(found.key)
        for method, path in (
            ("POST", USERS),
            ("PUT", f"{USERS}/{key}"),
            ("PATCH", f"{USERS}/{key}"),
        ):
            assert directory(method, path, json.dumps(body)).status_code < 500

    def test_other_methods_and_addresses(self, directory: Directory) -> None:
        assert directory("DELETE", USERS).status_code == 405
        assert directory("GET", f"{USERS}/not-a-key").status_code == 404
        assert directory("GET", "/scim/v2/Groups").status_code == 404
