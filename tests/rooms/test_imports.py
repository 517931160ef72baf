"""Importing people: every row's fate, nothing written before, nothing changed the second time."""

from __future__ import annotations

from typing import Any

import pytest

from peerloom.accounts.models import Person
from peerloom.participants import imports
from peerloom.participants.errors import FileRefused, MappingRefused
from peerloom.participants.mappings import recognise, remember
from peerloom.participants.models import ImportFile, Participant
from peerloom.participants.rows import write_rows
from peerloom.programs.models import Program
from tests.factories import make_organisation, make_person, make_program

CSV = (
    "Email,Name,Stage,wants,shoe size\n"
    "ana@x.example,Ana,3,sql,40\n"
    "ben@x.example,Ben,many,=1+1,41\n"
    "not an address,Cy,1,sql,42\n"
    "ANA@x.example,Ana again,2,sql,43\n"
)


def uploaded(program: Program, by: Person, text: str = CSV) -> ImportFile:
    file = imports.upload(program, name="people.csv", content=text.encode(), by=by)
    return imports.set_mapping(file, file.mapping, by=by)


def apply(file: ImportFile, by: Person, capture: Any) -> ImportFile:
    with capture(execute=True):
        imports.start_import(file, looking=True, by=by)
    return ImportFile.objects.select_related("job").get(pk=file.pk)


def test_columns_are_guessed_and_unknown_ones_left_out(program: Program, manager: Person) -> None:
    file = imports.upload(program, name="people.csv", content=CSV.encode(), by=manager)

    assert file.mapping == {
        "Email": "email",
        "Name": "name",
        "Stage": "stage",
        "wants": "wants",
        "shoe size": "",
    }


def test_every_row_has_its_fate_before_anything_is_written(
    program: Program, manager: Person
) -> None:
    file = uploaded(program, manager)

    fates = imports.row_fates(file)

    assert [(f.line, f.fate) for f in fates] == [
        (2, "new"),
        (3, "new"),
        (4, "refused"),
        (5, "refused"),
    ]
    assert fates[1].why == [
        "stage: 'many' is not a number; left blank",
        "wants: starts like a formula; kept as plain text",
    ]
    assert fates[2].why == ["'not an address' is not an e-mail address"]
    assert fates[3].why == ["the same address is on line 2"]
    assert not Participant.objects.exists()


def test_the_same_file_again_changes_nothing(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    done = apply(uploaded(program, manager), manager, django_capture_on_commit_callbacks)
    before = list(Participant.objects.order_by("pk").values())

    again = apply(uploaded(program, manager), manager, django_capture_on_commit_callbacks)

    assert done.job.words == "2 new, 0 changed, 0 unchanged, 2 refused."
    assert again.job.words == "0 new, 0 changed, 2 unchanged, 2 refused."
    assert list(Participant.objects.order_by("pk").values()) == before


def test_a_changed_row_changes_that_answer_alone(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    apply(uploaded(program, manager), manager, django_capture_on_commit_callbacks)
    ana = Participant.objects.get(person__email="ana@x.example")
    ana.answers["offers"] = "drawing"
    ana.save()

    file = uploaded(program, manager, "email,stage\nana@x.example,4\n")
    assert file.counts["changed"] == 1
    apply(file, manager, django_capture_on_commit_callbacks)

    ana.refresh_from_db()
    assert (ana.answers["stage"], ana.answers["offers"]) == ("4", "drawing")


def test_an_import_that_was_killed_goes_on_without_writing_twice(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    rows = "".join(f"p{k}@x.example,{k}\n" for k in range(30))
    file = uploaded(program, manager, f"email,stage\n{rows}")
    # Killed after the first chunk: that chunk is committed, the job never ends.
    write_rows(file.program, file.organisation, imports.row_fates(file)[:10], looking=True)

    apply(file, manager, django_capture_on_commit_callbacks)

    assert Participant.objects.count() == 30


def test_a_column_can_become_a_question(program: Program, manager: Person) -> None:
    file = imports.upload(program, name="people.csv", content=CSV.encode(), by=manager)

    imports.set_mapping(file, {**file.mapping, "shoe size": "+"}, by=manager)

    assert program.questions.filter(key="shoe_size", label="shoe size").exists()
    assert imports.row_fates(file)[0].answers["shoe_size"] == "40"


def test_a_file_without_addresses_says_why_they_are_needed(
    program: Program, manager: Person
) -> None:
    file = imports.upload(program, name="x.csv", content=b"name\nAna\n", by=manager)

    with pytest.raises(MappingRefused, match="e-mail address"):
        imports.set_mapping(file, file.mapping, by=manager)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("email,name\na@x.example,Zoë\n".encode("latin-1"), "CSV UTF-8"),
        (b"", "the file is empty"),
        (b"email\n", "no people"),
        (b"PK\x03\x04\x00", "not a text file"),
        (b"email,email\na,b\n", "two columns are called"),
        (b"email,name\na@x.example\n", "1 cells where the header has 2"),
        (b"email\n" + b"a@x.example\n" * 3_500_000, "files of up to 25 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_keeps_nothing(
    program: Program, manager: Person, content: bytes, words: str
) -> None:
    with pytest.raises(FileRefused) as error:
        imports.upload(program, name="people.csv", content=content, by=manager)

    assert words in " ".join(error.value.problems)
    assert not ImportFile.objects.exists()


OTHER_EXPORT = (
    b"User Email,Given name,Surname,Years,Would like to learn,Internal id\n"
    b"ana@x.example,Ana,Novak,3,sql,77\n"
)


def test_an_export_of_another_platform_is_mapped_once(program: Program, manager: Person) -> None:
    first = imports.upload(program, name="old.csv", content=OTHER_EXPORT, by=manager)
    assert first.mapped_as == ""
    assert first.mapping["User Email"] == "email"

    mapping = {**first.mapping, "Years": "stage", "Would like to learn": "wants"}
    imports.set_mapping(first, mapping, by=manager, remember_as="Old platform")
    content = OTHER_EXPORT.replace(b"Internal id", b"Another id")
    second = imports.upload(program, name="new.csv", content=content, by=manager)

    assert second.mapped_as == "Old platform"
    assert second.mapping == {
        "User Email": "email", "Given name": "first_name", "Surname": "last_name",
        "Years": "stage", "Would like to learn": "wants", "Another id": "",
    }  # fmt: skip
    imports.set_mapping(second, second.mapping, by=manager)
    (fate,) = imports.row_fates(second)
    assert (fate.name, fate.answers) == ("Ana Novak", {"stage": "3", "wants": "sql"})


def test_a_saved_mapping_is_of_its_organisation_and_of_what_is_asked(
    program: Program, manager: Person
) -> None:
    remember(program.organisation, "Old", {"a": "email", "b": "gone_question", "c": "wants"})
    other = make_organisation("Other")
    boss = make_person("boss@other.example", other, "manager")
    theirs = make_program(other, boss, name="Theirs")

    mine, name = recognise(program, program.organisation, ["a", "b", "c"])

    assert (mine, name) == ({"a": "email", "b": "", "c": "wants"}, "Old")
    assert recognise(theirs, other, ["a", "b", "c"]) == ({"a": "", "b": "", "c": ""}, "")
    # One column of three is not the same kind of file.
    assert recognise(program, program.organisation, ["a", "x", "y"])[1] == ""
