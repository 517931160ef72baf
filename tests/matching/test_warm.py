"""Compiling ahead: once for a version, and nothing is left to compile afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from peerloom.matching import warm


def test_it_compiles_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "cache_folder", lambda: str(tmp_path))
    told: list[bool] = []

    first = warm.warm_up(lambda: told.append(True))
    second = warm.warm_up(lambda: told.append(True))

    assert (first, second) == (True, False)
    assert told == [True]
