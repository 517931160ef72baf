"""What no form of ours sends, and somebody may send all the same: refused, and nothing changed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from peerloom.accounts.actions import give_role
from peerloom.accounts.models import Person, Role
from peerloom.core.models import AuditEntry
from peerloom.programs.actions import stop_asking
from peerloom.programs.models import Program

NO_NUMBERS = ("", "x", "-1", "1.5", "²", "nul\x00", "9" * 40)


@pytest.fixture
def as_admin(as_manager: Client, program: Program, manager: Person) -> Client:
    give_role(program.organisation, manager, Role.ADMIN)
    return as_manager


@pytest.mark.parametrize("number", NO_NUMBERS)
@pytest.mark.parametrize(
    ("page", "verb", "field"),
    [
        ("tokens", "drop", "token"),
        ("sessions", "", "session"),
        ("directory", "drop", "token"),
        ("delivery", "again", "message"),
        ("webhooks", "again", "delivery"),
        ("webhooks", "remove", "hook"),
    ],
)
def test_a_number_that_is_none_finds_nothing(
    as_admin: Client, program: Program, page: str, verb: str, field: str, number: str
) -> None:
    here = [] if page in ("tokens", "sessions") else [program.organisation.slug]

    answer = as_admin.post(reverse(page, args=here), {"verb": verb, field: number})

    assert answer.status_code == 404


def test_a_question_no_longer_asked_stays_where_it_is(
    as_manager: Client, program: Program, manager: Person
) -> None:
    question = program.asked.first()
    assert question
    stop_asking(question, by=manager)
    order = list(program.questions.values_list("pk", "position"))

    answer = as_manager.post(reverse("question_do", args=[program.pk, question.pk, "down"]))

    assert answer.status_code == 302
    assert list(program.questions.values_list("pk", "position")) == order


def test_the_log_can_be_asked_for_any_day(as_admin: Client, program: Program) -> None:
    log = reverse("audit_log", args=[program.organisation.slug])

    answer = as_admin.get(log, {"first": "0001-01-01", "last": "9999-12-31"})

    assert answer.context["page"].paginator.count == AuditEntry.objects.count() > 0
