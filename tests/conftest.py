"""What all tests share: settings from the environment, people by role, letters in the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from peerloom.accounts.models import Organisation, Person
from peerloom.programs.models import Program
from tests.factories import make_organisation, make_person, make_program
from tests.holding import Order
from tests.hooks import receiver  # noqa: F401
from tests.places import places  # noqa: F401

# A loaded machine is no reason to fail: examples count, not the time they take.
hypothesis.settings.register_profile(
    "peerloom",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    print_blob=True,
)
hypothesis.settings.load_profile("peerloom")

# Commands of the Makefile, not tests.
collect_ignore = ["browser.py", "postgres.py", "environment.py"]


@pytest.fixture(autouse=True)
def _plain_settings(settings: Any, request: pytest.FixtureRequest) -> None:
    settings.SAML_METADATA = ""
    settings.STORAGES = {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    marked = request.node.get_closest_marker("django_db")
    if marked and marked.kwargs.get("transaction"):
        # Attempts are counted in the database; where nothing is rolled back they would add up.
        request.getfixturevalue("transactional_db")
        cache.clear()


@pytest.fixture(autouse=True)
def _one_order(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rows are held in one order, where holding them is more than the whole database."""
    reaches = {"db", "transactional_db"} & {*request.fixturenames}
    if connection.vendor != "postgresql" or not (
        reaches or request.node.get_closest_marker("django_db")
    ):
        yield
        return
    with connection.execute_wrapper(Order()):
        yield


@pytest.fixture
def organisation(db: None) -> Organisation:
    return make_organisation("Loomworks")


@pytest.fixture
def manager(organisation: Organisation) -> Person:
    return make_person("mika@loomworks.example", organisation, "manager", name="Mika Korhonen")


@pytest.fixture
def program(organisation: Organisation, manager: Person) -> Program:
    return make_program(organisation, manager)


@pytest.fixture
def as_manager(client: Client, manager: Person) -> Client:
    client.force_login(manager)
    return client
