"""The same solve on a cluster of workers, one of which is killed."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from peerloom.matching import MatchingError
from peerloom.matching.candidates import Effort
from peerloom.matching.pairs import solve_pairs
from tests.matching.test_looks import crowd

SMALL_UNITS = Effort(unit=200_000)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from distributed import LocalCluster

        with LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, protocol="tcp"
        ) as workers:
            monkeypatch.setenv("PEERLOOM_DASK", workers.scheduler_address)
            yield workers


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_finds_the_same_even_when_a_worker_is_killed(
    cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    victims = [cluster.workers[0].pid]
    seen = []

    def kill(stage: str, done: int, total: int) -> None:
        seen.append(stage)
        if stage == "proving" and done > 2 and victims:
            os.kill(victims.pop(), signal.SIGKILL)

    spread = solve_pairs(crowd(), kill, SMALL_UNITS)
    monkeypatch.delenv("PEERLOOM_DASK")
    alone = solve_pairs(crowd(), effort=SMALL_UNITS)

    assert victims == []
    assert spread.pairs == alone.pairs
    assert spread.best.matching.y2.tolist() == alone.best.matching.y2.tolist()
    assert spread.best.matching.blossoms == alone.best.matching.blossoms


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERLOOM_DASK", "tcp://127.0.0.1:9")

    with pytest.raises(MatchingError, match=r"PEERLOOM_DASK.*cannot be reached"):
        solve_pairs(crowd())
