"""Looks through pairs spread over a Dask cluster, where `PEERLOOM_DASK` names its scheduler.

A look reads people and prices and takes a range of positions, so where it runs changes nothing but
time: results are taken in the order of the ranges, and a range whose worker was lost is looked
through again by another. Needs the extra: ``pip install "peerloom[dask]"``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from peerloom.matching.errors import MatchingError
from peerloom.matching.progress import Progress, in_turn, tell

PAUSE = 0.02  # seconds between two questions whether a range is done
RETRIES = 10  # for a range whose worker was lost


def spread(
    progress: Progress | None,
    stage: str,
    units: Sequence[tuple[Any, ...]],
    look: Callable[..., Any],
    shared: tuple[Any, ...],
    rest: tuple[Any, ...],
) -> Iterator[Any]:
    """Results of ``look(*shared, *unit, *rest)`` in the order of the units.

    In threads of this process, or on the cluster that `PEERLOOM_DASK` names.

    Parameters
    ----------
    look
        A function of `peerloom.matching.looks`, which workers find by its name.
    shared
        Sent to each worker once.

    Raises
    ------
    Cancelled
        When `progress` asked to stop.
    MatchingError
        The cluster cannot be reached.
    """
    address = os.environ.get("PEERLOOM_DASK", "")
    if not address:
        yield from in_turn(progress, stage, units, lambda unit: look(*shared, *unit, *rest))
        return
    client = _client(address)
    held = client.scatter(list(shared), broadcast=True, hash=False)
    name = look.__name__
    tasks = [
        client.submit(_look_on_worker, name, held, unit, rest, pure=False, retries=RETRIES)
        for unit in units
    ]
    try:
        for done, task in enumerate(tasks):
            while not task.done():
                tell(progress, stage, done, len(units))
                time.sleep(PAUSE)
            tell(progress, stage, done, len(units))
            yield task.result()
    finally:
        client.cancel(tasks)


def _look_on_worker(
    name: str, held: list[Any], unit: tuple[Any, ...], rest: tuple[Any, ...]
) -> Any:
    from peerloom.matching import looks  # on the worker

    return getattr(looks, name)(*held, *unit, *rest)


@cache
def _client(address: str) -> Any:
    try:
        from distributed import Client  # in the optional extra
    except ImportError:
        raise MatchingError(
            'PEERLOOM_DASK is set, which needs the extra: pip install "peerloom[dask]"'
        ) from None
    try:
        return Client(address, timeout=10, set_as_default=False)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise MatchingError(
            f"the cluster at '{address}' (PEERLOOM_DASK) cannot be reached: {error}"
        ) from None
