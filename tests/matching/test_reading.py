"""Bad files and policies: every problem named at once, with its place and what to do."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from peerloom.matching import (
    PolicyError,
    PoolError,
    match,
    parse_csv,
    policy_from_dict,
    pool_from_rows,
    read_pool,
)


def problems(content: bytes) -> list[str]:
    with pytest.raises(PoolError) as error:
        parse_csv(content)
    return [str(p) for p in error.value.problems]


def test_semicolons_tabs_a_byte_order_mark_and_quotes_are_read() -> None:
    for mark in (",", ";", "\t"):
        text = f'\ufeffid{mark}likes\nana{mark}"tea{mark}\ncoffee"\n\nben{mark}\n'

        people = parse_csv(text.encode())

        assert people.ids == ("ana", "ben")
        assert people.columns["likes"] == (f"tea{mark}\ncoffee", "")
        assert people.lines == (2, 5)


def test_a_wrong_encoding_is_named_with_its_line() -> None:
    [said] = problems("id,name\n1,Ana\n2,Zoë\n".encode("latin-1"))

    assert said.startswith("line 3:")
    assert "CSV UTF-8" in said


def test_a_spreadsheet_file_is_not_taken_for_text() -> None:
    [said] = problems(b"PK\x03\x04\x00\x00")

    assert "not a text file" in said


def test_missing_and_double_ids_are_all_named() -> None:
    assert problems(b"id,x\n1,a\n,b\n1,c\n,d\n") == [
        "line 3: column 'id' is empty; each person needs an id",
        "line 4: the id '1' is also on line 2",
        "line 5: column 'id' is empty; each person needs an id",
    ]


def test_short_and_long_rows_are_all_named() -> None:
    assert problems(b"id,x\n1\n2,a,b\n") == [
        "line 2: 1 cells where the header has 2",
        "line 3: 3 cells where the header has 2",
    ]


def test_a_header_without_an_id_names_the_nearest() -> None:
    [said] = problems(b"ids,x\n1,a\n")

    assert "Did you mean 'ids'?" in said


def test_an_empty_file_says_what_it_needs() -> None:
    assert problems(b"\n") == [
        "the file is empty; it needs a header line and a line for each person"
    ]


def test_parquet_is_read_like_csv(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": [1, 2], "years": [2.0, None], "wants": [["sql", "tea"], []]})
    frame.write_parquet(tmp_path / "people.parquet")

    people = read_pool(tmp_path / "people.parquet")

    assert people.ids == ("1", "2")
    assert people.columns == {"years": ("2", ""), "wants": ("sql; tea", "")}


def test_a_file_that_is_no_parquet_says_so(tmp_path: Path) -> None:
    (tmp_path / "people.parquet").write_text("id\n1\n")

    with pytest.raises(PoolError, match="not readable as Parquet"):
        read_pool(tmp_path / "people.parquet")


def test_every_problem_of_a_policy_is_named_with_the_nearest_word() -> None:
    with pytest.raises(PolicyError) as error:
        policy_from_dict(
            {
                "criterion": [
                    {"kind": "clse", "field": "years"},
                    {"kind": "close", "feild": "years", "weight": "mattters"},
                    {"kind": "same", "field": "site"},
                    {"kind": "same", "field": "site", "weight": -3},
                ],
                "objective": {"place": "everybody", "minimum": 2},
            }
        )

    said = "\n".join(str(p) for p in error.value.problems)
    assert "Did you mean 'close'?" in said
    assert "'feild' is not a setting. Did you mean 'field'?" in said
    assert "Did you mean 'matters'?" in said
    assert "criterion 3 (same): it needs either must = true" in said
    assert "weight must be a number from 0 to 1000" in said
    assert "Did you mean 'everyone'?" in said
    assert "minimum must be a number from 0 to 1" in said


def test_as_many_criteria_as_can_be_told_apart_and_no_more() -> None:
    """Who is shut out, and by which, is told right up to the last one."""
    names = [f"q{k}" for k in range(60)]
    criteria = [{"kind": "same", "field": n, "must": True} for n in names]
    people = pool_from_rows(
        [{"id": who, **{n: "x" if n != names[-1] else who for n in names}} for who in "ab"]
    )

    found = match(people, policy_from_dict({"criterion": criteria})).unplaced

    assert [u.excludes for u in found] == [((59, 1),), ((59, 1),)]
    assert all(u.relaxation and u.relaxation.criteria == (59,) for u in found)
    more = [*criteria, {"kind": "same", "field": "q60", "must": True}]
    with pytest.raises(PolicyError, match="61 criteria, and 60 is the most"):
        policy_from_dict({"criterion": more})


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), -1, 1e30, True, None])
def test_weights_that_are_no_weights_are_refused(weight: object) -> None:
    with pytest.raises(PolicyError):
        policy_from_dict({"criterion": [{"kind": "same", "field": "x", "weight": weight}]})


def test_a_misspelt_column_names_the_nearest() -> None:
    rules = policy_from_dict({"criterion": [{"kind": "same", "field": "sociabilty", "weight": 1}]})

    with pytest.raises(PolicyError, match="Did you mean 'sociability'"):
        rules.check_columns(["id", "sociability", "age"])
