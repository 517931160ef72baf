"""People from an organisation's own system: brought in and changed, again and again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerloom.accounts.models import Person
from peerloom.core.models import AuditEntry
from peerloom.participants.actions import upsert_people
from peerloom.participants.models import Participant
from peerloom.programs.models import PartnerOrganisation, Program
from tests.api.calling import Caller
from tests.factories import bring_in, make_organisation, make_participant

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(program: Program, manager: Person) -> Caller:
    return Caller(manager, "people:write")


def send(call: Caller, program: Program, *people: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Upsert."""
    answer = call("POST", f"programs/{program.pk}/people/upsert", {"people": people, **more})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def counts(told: dict[str, Any]) -> tuple[int, ...]:
    return tuple(told[k] for k in ("new", "changed", "unchanged", "refused"))


ANA = {"email": "ana@x.example", "name": "Ana", "answers": {"offers": "sql"}}
BEN = {"email": "Ben@X.example", "name": "Ben", "answers": {"wants": "sql"}}


def test_people_come_once_and_change(call: Caller, program: Program) -> None:
    assert counts(send(call, program, ANA, BEN)) == (2, 0, 0, 0)
    assert counts(send(call, program, ANA, BEN)) == (0, 0, 2, 0)
    changed = ANA | {"answers": {"offers": "sql; python"}}
    assert counts(send(call, program, changed, BEN)) == (0, 1, 1, 0)

    ana = program.participants.get(person__email="ana@x.example")
    assert ana.answers == {"offers": "sql; python"}
    assert ana.state == Participant.State.INVITED
    assert program.participants.filter(person__email="ben@x.example").count() == 1
    assert AuditEntry.objects.filter(verb="imported people").count() == 2


def test_who_looks_already_looks(call: Caller, program: Program) -> None:
    send(call, program, ANA, looking=True)

    assert program.participants.get().state == Participant.State.LOOKING


def test_a_dry_run_writes_nothing(call: Caller, program: Program) -> None:
    told = send(call, program, ANA, dry_run=True)

    assert counts(told) == (1, 0, 0, 0)
    assert told["written"] is False
    assert not program.participants.exists()
    assert not AuditEntry.objects.filter(verb="imported people").exists()


def test_a_bad_row_keeps_no_other_from_coming(call: Caller, program: Program) -> None:
    told = send(call, program, {"email": "nobody"}, ANA, ANA)

    assert counts(told) == (1, 0, 0, 2)
    assert [(r["row"], r["fate"]) for r in told["rows"]] == [(1, "refused"), (3, "refused")]
    assert "line 2" in told["rows"][1]["why"][0]


def test_a_key_that_is_not_asked_writes_nobody(call: Caller, program: Program) -> None:
    rows = [ANA, BEN | {"answers": {"shoe_size": "40"}}]

    answer = call("POST", f"programs/{program.pk}/people/upsert", {"people": rows})

    assert answer.status_code == 422
    assert "Row 2" in answer.json()["detail"]
    assert not program.participants.exists()


def test_others_people_stay_theirs(call: Caller, program: Program, manager: Person) -> None:
    bakery = make_organisation("Bakery")
    part: PartnerOrganisation = bring_in(program, bakery, by=manager)
    baker = make_participant(program, "Pia", organisation=bakery)

    told = send(call, program, {"email": baker.person.email, "name": "Taken"})

    assert counts(told) == (0, 0, 0, 1)
    assert part.organisation == bakery
    baker.refresh_from_db()
    assert baker.organisation == bakery


def test_a_thousand_at_once_and_no_more(call: Caller, program: Program) -> None:
    many = [{"email": f"p{k}@x.example"} for k in range(1001)]

    assert counts(send(call, program, *many[:1000])) == (1000, 0, 0, 0)
    answer = call("POST", f"programs/{program.pk}/people/upsert", {"people": many})
    assert answer.status_code == 422
    assert program.participants.count() == 1000


CELLS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {"email": st.one_of(st.emails(), CELLS), "name": CELLS},
            optional={"offers": CELLS, "time_zone": CELLS, "stage": CELLS},
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_sent_twice_changes_nothing(
    program: Program, manager: Person, rows: list[dict[str, str]]
) -> None:
    first = upsert_people(program, rows, looking=False, dry_run=False, by=manager)
    kept = list(program.participants.order_by("pk").values("person__email", "answers", "time_zone"))

    second = upsert_people(program, rows, looking=False, dry_run=False, by=manager)

    assert [f.fate == "refused" for f in first] == [f.fate == "refused" for f in second]
    assert not any(f.fate in ("new", "changed") for f in second)
    again = program.participants.order_by("pk").values("person__email", "answers", "time_zone")
    assert list(again) == kept
