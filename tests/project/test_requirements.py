"""The table of requirements names pages, addresses and tests that there are."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from tests.api.calling import V1, operations
from tests.web.walk import named

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "developers" / "requirements.md").read_text(encoding="utf-8")


def rows() -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in TABLE.splitlines()
        if line.startswith("| M")
    ]


def named_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_each_requirement_names_what_there_is() -> None:
    pages = {str(p.name) for p in named()}
    addresses = {f"{o.method} {o.template.removeprefix(f'{V1}/')}" for o in operations()}

    assert [r[0] for r in rows()] == [f"M{k}" for k in range(1, 38)]
    for number, _, shown, asked, tested in rows():
        assert set(named_in(shown)) <= pages, number
        assert set(named_in(asked)) <= addresses, (number, set(named_in(asked)) - addresses)
        assert named_in(tested), number
        for test in named_in(tested):
            assert (ROOT / test).exists(), (number, test)


def test_each_step_of_the_traces_is_where_it_says() -> None:
    named = re.findall(r"`(peerloom\.[\w.]+)`", (ROOT / "docs/developers/traces.md").read_text())

    assert len(named) > 25
    for name in named:
        module, _dot, what = name.rpartition(".")
        assert hasattr(import_module(module), what), name
