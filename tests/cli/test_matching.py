"""The matching commands as a person types them."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import peerloom
from peerloom.cli import main
from peerloom.matching import policy_from_dict

SURVEY = Path(peerloom.__file__).parent / "demo" / "so2019"
PEOPLE, POLICY = str(SURVEY / "people.csv"), str(SURVEY / "policy.toml")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_real_people_are_matched_and_the_files_say_how(tmp_path: Path) -> None:
    out = tmp_path / "round"

    done = run(
        "match", PEOPLE, "--policy", POLICY, "--out", str(out), "--pairs", str(tmp_path / "p.csv")
    )

    assert done.exit_code == 0, done.output
    assert "607 of 607 people placed" in done.output
    assert "gap 0" in done.output
    assert sorted(p.name for p in out.iterdir()) == [
        "partnerships.csv",
        "report.html",
        "round.json",
        "unplaced.csv",
    ]
    rows = list(csv.DictReader((out / "partnerships.csv").open()))
    assert sum(len(r["members"].split("; ")) for r in rows) == 607
    scores = {
        (r["a"], r["b"]): int(r["score"]) for r in csv.DictReader((tmp_path / "p.csv").open())
    }
    pair = next(r for r in rows if r["members"].count(";") == 1)
    a, b = pair["members"].split("; ")
    assert f"{scores.get((a, b), scores.get((b, a))) / 1e6:.6f}" == pair["score"]
    assert "http" not in (out / "report.html").read_text().replace("http://www.w3.org", "")
    assert run("verify", str(out)).exit_code == 0


def test_bad_rows_are_all_reported_and_nothing_is_written(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("id,years_professional\n1,two\n2,3\n3,many\n")
    policy = tmp_path / "policy.toml"
    policy.write_text('[[criterion]]\nkind = "close"\nfield = "years_professional"\nweight = 1\n')

    done = run("match", str(people), "--policy", str(policy), "--out", str(tmp_path / "out"))

    assert done.exit_code == 1
    assert "'two' is not a number" in done.output
    assert "line 4, column 'years_professional'" in done.output
    assert not (tmp_path / "out").exists()


def test_wrong_arguments_are_exit_code_2() -> None:
    assert run("match", PEOPLE).exit_code == 2


def test_past_partners_and_kept_pairs_are_read_from_files(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("id,site\n1,x\n2,x\n3,x\n4,x\n")
    policy = tmp_path / "policy.toml"
    policy.write_text('[[criterion]]\nkind = "same"\nfield = "site"\nweight = 1\n')
    (tmp_path / "keep.csv").write_text("a,b\n1,4\n")
    (tmp_path / "apart.csv").write_text("a,b\n1,2\n")

    done = run(
        "match", str(people), "--policy", str(policy), "--out", str(tmp_path / "out"),
        "--keep", str(tmp_path / "keep.csv"), "--apart", str(tmp_path / "apart.csv"),
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    assert "1; 4" in (tmp_path / "out" / "partnerships.csv").read_text()


def test_a_suggested_policy_can_be_used_as_it_is() -> None:
    done = run("policy", "suggest", PEOPLE)

    assert done.exit_code == 0
    policy = policy_from_dict(tomllib.loads(done.output))
    assert {"exchange", "close"} <= {c.kind for c in policy.criteria}
    assert not {"gender", "ethnicity", "age", "dependents"} & set(policy.columns())


@pytest.mark.parametrize("command", ["serve", "demo", "match", "verify", "policy", "manage"])
def test_help_names_every_command(command: str) -> None:
    assert command in run("--help").output


def test_a_file_that_suggests_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,site\n1,x\n")

    done = run("policy", "suggest", str(tmp_path / "people.csv"))

    assert done.exit_code == 1
    assert "write a policy by hand" in done.output


def test_a_round_is_repaired_and_the_steps_are_shown(tmp_path: Path) -> None:
    out, again = str(tmp_path / "round"), str(tmp_path / "again")
    assert (
        run("match", PEOPLE, "--policy", POLICY, "--out", out, "--audit", "gender").exit_code == 0
    )
    assert "Fair to everybody?" in (tmp_path / "round" / "report.html").read_text()

    repaired = run("repair", out, "--without", "r10", "--out", again)
    steps = run("repair", out, "--without", "r10", "--frontier")

    assert repaired.exit_code == 0, repaired.output
    assert "0 of 301 standing pairs were touched" in repaired.output
    assert run("verify", again).exit_code == 0
    assert "touch 0 other pairs: 602 placed, +0.000" in steps.output
    assert run("repair", out, "--without", "r11111").exit_code == 1


def test_rounds_are_written_side_by_side_and_each_verifies(tmp_path: Path) -> None:
    done = run("match", PEOPLE, "--policy", POLICY, "--out", str(tmp_path), "--rounds", "2")

    assert "nobody meets twice" in done.output
    assert run("verify", str(tmp_path / "round-2")).exit_code == 0


def test_circles_are_matched_and_verified_by_the_command(tmp_path: Path) -> None:
    policy = tmp_path / "circles.toml"
    policy.write_text(Path(POLICY).read_text().replace("trios = true", "size = [4, 5]"))
    done = run("match", PEOPLE, "--policy", str(policy), "--out", str(tmp_path / "out"))

    assert done.exit_code == 0, done.output
    assert "of what no circles exceed" in done.output
    assert "what no circles can" in (tmp_path / "out" / "report.html").read_text()
    assert "of what no circles exceed" in run("verify", str(tmp_path / "out")).output


def test_of_a_broken_round_the_first_problems_are_shown(tmp_path: Path) -> None:
    out = tmp_path / "round"
    run("match", PEOPLE, "--policy", POLICY, "--out", str(out))
    text = (out / "round.json").read_text()
    (out / "round.json").write_text(text.replace('"score": 5', '"score": 6'))

    done = run("verify", str(out))

    assert done.exit_code == 1
    assert len(done.output.splitlines()) == 22
    assert "more" in done.output.splitlines()[-1]
