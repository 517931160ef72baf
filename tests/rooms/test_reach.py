"""Whom recruitment reaches: shares against the organisation's own file, small groups hidden."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from peerloom.accounts.actions import read_records
from peerloom.accounts.errors import NotAllowed, RecordsRefused
from peerloom.accounts.models import Organisation, Person
from peerloom.evidence import SMALLEST, hidden
from peerloom.participants.models import Participant
from peerloom.participants.queries import reach
from peerloom.programs.models import Program
from tests.factories import make_organisation, make_participant, make_person


def file_of(**units: int) -> bytes:
    lines = ["email,unit,site"]
    for unit, size in units.items():
        lines += [f"{unit}{k}@loomworks.example,{unit},Paris" for k in range(size)]
    return "\n".join(lines).encode()


def join(program: Program, unit: str, count: int, state: str = "looking") -> None:
    for k in range(count):
        make_participant(program, f"{unit}{k}", state=state)


def test_the_least_reached_stand_first(
    program: Program, organisation: Organisation, manager: Person
) -> None:
    read_records(organisation, file_of(law=20, sales=10, it=40), by=manager)
    join(program, "it", 20)
    join(program, "sales", 6)
    join(program, "law", 5, state="invited")

    by_unit = reach(program)[0]

    assert by_unit.by == "Unit"
    assert [(g.name, g.people, g.asked, g.joined) for g in by_unit.groups] == [
        ("law", 20, 5, 0), ("it", 40, 20, 20), ("sales", 10, 6, 6),
    ]  # fmt: skip
    assert (by_unit.people, by_unit.joined, by_unit.share) == (70, 26, 37)
    # Everybody is in Paris: nothing to compare.
    assert len(reach(program)) == 1


def test_small_groups_stand_together_and_small_counts_hide_with_another(
    program: Program, organisation: Organisation, manager: Person
) -> None:
    read_records(organisation, file_of(law=20, sales=12, it=40, board=3, press=2), by=manager)
    join(program, "law", 2)
    join(program, "sales", 6)
    join(program, "it", 9)

    groups = {g.name: g for g in reach(program)[0].groups}

    assert set(groups) == {"law", "sales", "it", "small groups together"}
    assert groups["small groups together"].people == 5
    assert groups["law"].joined is None
    # 17 joined in all: with 'it' and 'sales' in sight 'law' would be told.
    assert groups["sales"].joined is None
    assert groups["it"].joined == 9


def test_who_left_declined_or_is_elsewhere_does_not_count(
    program: Program, organisation: Organisation, manager: Person
) -> None:
    content = file_of(law=10, it=10) + b"\nold@loomworks.example,law,Paris"
    read_records(organisation, content, by=manager)
    join(program, "law", 6)
    Participant.objects.update(state="declined")
    make_person("x@other.example", make_organisation("Other"))

    assert [g.asked for g in reach(program)[0].groups] == [0, 0]


@given(st.lists(st.integers(0, 30), max_size=7))
def test_no_hidden_count_is_told_by_the_sum(counts: list[int]) -> None:
    places = hidden(counts)

    shown = [c for k, c in enumerate(counts) if k not in places]
    assert all(c == 0 or c >= SMALLEST for c in shown)
    assert all(counts[k] > 0 for k in places)
    assert not places or any(0 < counts[k] < SMALLEST for k in places)
    if len(places) < sum(c > 0 for c in counts):
        # What the sum leaves for the hidden ones fits several of them.
        assert not places or (len(places) >= 2 and sum(counts) - sum(shown) >= SMALLEST)


def test_the_same_file_twice_changes_nothing(organisation: Organisation, manager: Person) -> None:
    first = read_records(organisation, file_of(law=3), by=manager)
    again = read_records(organisation, file_of(law=3), by=manager)
    moved = read_records(
        organisation,
        b"E-Mail;Department;Left on\nlaw0@loomworks.example;sales;2026-01-31\n",
        by=manager,
    )

    assert (first.new, again.same, again.changed) == (3, 3, 0)
    assert moved.changed == 1
    kept = organisation.records.get(email="law0@loomworks.example")
    assert (kept.unit, str(kept.left_on)) == ("sales", "2026-01-31")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "e"),
        (b"name\nana\n", "no column of e-mail"),
        (b"email,joined\nana@x.example,soon\n", "line 2: 'soon' is not a day"),
        (b"email\nana\nben@x.example\nBEN@x.example\n", "stands there twice"),
        (b"\xff\xfe\x00", ""),
    ],
)
def test_a_file_with_anything_wrong_is_not_read_at_all(
    content: bytes, said: str, organisation: Organisation, manager: Person
) -> None:
    with pytest.raises(RecordsRefused) as refused:
        read_records(organisation, content, by=manager)

    assert said in " ".join(refused.value.problems)
    assert not organisation.records.exists()


def test_another_organisations_manager_reads_no_file_in(organisation: Organisation) -> None:
    stranger = make_person("x@other.example", make_organisation("Other"), "manager")

    with pytest.raises(NotAllowed):
        read_records(organisation, file_of(law=3), by=stranger)


def test_the_page_reads_a_file_and_shows_whom_it_misses(
    program: Program, organisation: Organisation, manager: Person, client: Client
) -> None:
    client.force_login(manager)
    page = reverse("reach", args=[program.pk])

    empty = client.get(page).content.decode()
    wrong = client.post(page, {"file": SimpleUploadedFile("x.csv", b"email\nana\n")})
    client.post(page, {"file": SimpleUploadedFile("x.csv", file_of(law=20, it=20))})
    shown = client.get(page).content.decode()

    assert "Whom you miss will be here" in empty
    assert wrong.status_code == 422
    assert "is not an e-mail address" in wrong.content.decode()
    assert "nobody yet" in shown


def test_what_people_agreed_to_be_counted_by_is_one_more_attribute(
    program: Program, organisation: Organisation, manager: Person
) -> None:
    lines = ["email,unit,Opt-in: Gender"]
    lines += [f"it{k}@loomworks.example,it,{'woman' if k < 12 else ''}" for k in range(30)]
    read_records(organisation, "\n".join(lines).encode(), by=manager)
    join(program, "it", 18)

    (found,) = reach(program)

    assert found.by == "Gender, as said"
    assert {(g.name, g.people, g.joined) for g in found.groups} == {
        ("woman", 12, 12), ("not said", 18, 6),
    }  # fmt: skip
    many = ",".join(f"opt-in: a{k}" for k in range(7))
    with pytest.raises(RecordsRefused):
        read_records(organisation, f"email,{many}\na@x.example,1,2,3,4,5,6,7".encode(), by=manager)
