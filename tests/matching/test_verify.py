"""The checker refuses every kind of tampering."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import peerloom
from peerloom.cli import main
from peerloom.matching import ResultError, match, read_policy, read_pool, result_from_dict, verify

SURVEY = Path(peerloom.__file__).parent / "demo" / "so2019"
Data = dict[str, Any]


@pytest.fixture(scope="module")
def round_data() -> Data:
    people = read_pool(SURVEY / "people.csv")
    result = match(people.subset(range(61)), read_policy(SURVEY / "policy.toml"))
    data: Data = json.loads(result.to_json())
    assert verify(result_from_dict(data)) == []
    return data


def swap_partners(data: Data) -> None:
    pairs = [p for p in data["partnerships"] if len(p["members"]) == 2]
    one, two = pairs[0], pairs[1]
    one["members"][1], two["members"][1] = two["members"][1], one["members"][1]
    one["fits"][0]["members"], two["fits"][0]["members"] = one["members"], two["members"]


def raise_a_score(data: Data) -> None:
    data["partnerships"][0]["fits"][0]["score"] += 1


def leave_someone_out(data: Data) -> None:
    trio = next(p for p in data["partnerships"] if len(p["members"]) == 3)
    trio["members"].remove(trio["joined"])
    trio["fits"] = [f for f in trio["fits"] if trio["joined"] not in f["members"]]
    trio["joined"] = ""


def place_someone_twice(data: Data) -> None:
    data["unplaced"].append(
        {
            "person": data["pool"]["ids"][0],
            "reason": "alone",
            "eligible": 0,
            "excludes": [],
            "relaxation": None,
        }
    )


def split_a_pair(data: Data) -> None:
    pair = next(p for p in data["partnerships"] if len(p["members"]) == 2)
    data["partnerships"].remove(pair)
    for person in pair["members"]:
        data["unplaced"].append(
            {
                "person": person,
                "reason": "all_taken",
                "eligible": 1,
                "excludes": [],
                "relaxation": None,
            }
        )


def lower_a_price(data: Data) -> None:
    data["certificate"]["y2"][0] -= 2


def invent_a_set(data: Data) -> None:
    data["certificate"]["sets"].append({"people": [0, 1], "inside": [], "z2": 2})


def shrink_the_base(data: Data) -> None:
    data["certificate"]["base"] = 1


def raise_the_total(data: Data) -> None:
    data["quality"]["total"] += 1


def claim_a_lock(data: Data) -> None:
    data["partnerships"][0]["locked"] = True


@pytest.mark.parametrize(
    "tamper",
    [
        swap_partners,
        raise_a_score,
        leave_someone_out,
        place_someone_twice,
        split_a_pair,
        lower_a_price,
        invent_a_set,
        shrink_the_base,
        raise_the_total,
        claim_a_lock,
    ],
)
def test_a_tampered_round_does_not_hold(round_data: Data, tamper: Callable[[Data], None]) -> None:
    data = copy.deepcopy(round_data)
    tamper(data)

    assert verify(result_from_dict(data))


def change_an_answer(data: Data) -> None:
    data["pool"]["columns"]["years_professional"][0] = "40"


def soften_a_must_have(data: Data) -> None:
    data["policy"]["criterion"][0]["tolerance"] = 60


def drop_the_proof(data: Data) -> None:
    del data["certificate"]


@pytest.mark.parametrize("tamper", [change_an_answer, soften_a_must_have, drop_the_proof])
def test_another_pool_policy_or_no_proof_is_not_even_read(
    round_data: Data, tamper: Callable[[Data], None]
) -> None:
    data = copy.deepcopy(round_data)
    tamper(data)

    with pytest.raises(ResultError):
        result_from_dict(data)


def test_the_command_says_what_does_not_hold(round_data: Data, tmp_path: Path) -> None:
    data = copy.deepcopy(round_data)
    swap_partners(data)
    (tmp_path / "round.json").write_text(json.dumps(data))

    run = CliRunner().invoke(main, ["verify", str(tmp_path)])

    assert run.exit_code == 1
    assert "This round does not hold" in run.output
