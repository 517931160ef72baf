"""Whatever fits the API's description, or does not, is answered as it says: nothing breaks."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from peerloom.accounts.actions import give_role
from peerloom.accounts.models import ApiToken, Role
from peerloom.api.rest import schema
from peerloom.programs.models import Program
from tests.api.calling import Caller

pytestmark = pytest.mark.django_db
TAGS = sorted({o["tags"][0] for ms in schema()["paths"].values() for o in ms.values()})
EXAMPLES = int(os.environ.get("PEERLOOM_API_EXAMPLES", "12"))


def without_tokens() -> dict[str, Any]:
    """The description of what is sent besides a token; who gets in is looked at elsewhere."""
    made = copy.deepcopy(schema())
    for methods in made["paths"].values():
        for said in methods.values():
            said.pop("security")
    return made


@pytest.fixture
def caller(places: dict[str, Any], program: Program) -> Caller:
    """Somebody who may do everything, and takes part."""
    pair = program.partnerships.get(pk=places["partnership_id"])
    person = pair.parts.first().participant.person
    for role in (Role.ADMIN, Role.MANAGER, Role.SPONSOR):
        give_role(program.organisation, person, role)
    return Caller(person)


@pytest.fixture(autouse=True)
def _within_one_transaction(settings: Any) -> Iterator[None]:
    """A request does not close the test's connection, as with Django's own client."""
    settings.API_RATE = 1_000_000
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("tag", TAGS)
def test_nothing_breaks(
    tag: str, mode: GenerationMode, caller: Caller, places: dict[str, Any], program: Program
) -> None:
    described = schemathesis.openapi.from_dict(without_tokens())
    described.app = get_wsgi_application()
    real = places | {
        "place_id": program.partnerships.get(pk=places["partnership_id"])
        .parts.first()
        .participant_id
    }
    headers = caller.client.defaults
    tried = 0
    for found in described.get_all_operations():
        operation = found.ok()
        if tag not in (operation.tags or ()):
            continue

        @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode), here=st.booleans())
        def asked(case: Any, here: bool) -> None:
            nonlocal tried
            tried += 1
            if here and mode == GenerationMode.POSITIVE:
                given_ = case.path_parameters or {}
                case.path_parameters = {k: real.get(k, v) for k, v in given_.items()}
            with transaction.atomic():
                case.call_and_validate(
                    headers={"Authorization": headers["HTTP_AUTHORIZATION"]},
                    # What fits the description may still be refused: a day that is over, a partner of
                    # somebody else. What is refused is told as a problem, which is checked.
                    excluded_checks=[positive_data_acceptance],
                )
                transaction.set_rollback(True)

        try:
            asked()
        except Unsatisfiable:
            # What takes nothing can be sent nothing wrong.
            assert mode == GenerationMode.NEGATIVE, operation.label
    assert tried
    assert ApiToken.objects.filter(pk=caller.token.pk).exists()
