"""Progress, cancelling and threads of the engine's long loops.

Compiled loops free the interpreter. So a long one runs in a thread of its own and writes how far it
is on a board that this thread reads; a loop over many people is cut into units that threads take in
turn. What a unit finds does not depend on who took it, so neither does the result.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.errors import Cancelled

Progress = Callable[[str, int, int], bool | None]
Board = NDArray[np.int64]  # done, total, 1 to stop

_Unit = TypeVar("_Unit")
_Found = TypeVar("_Found")


def tell(progress: Progress | None, stage: str, done: int, total: int) -> None:
    """Report progress; raise `Cancelled` when the listener asks to stop."""
    if progress is not None and progress(stage, done, total):
        raise Cancelled


def threads() -> int:
    """How many loops run at once: `PEERLOOM_THREADS`, else one for each processor."""
    asked = os.environ.get("PEERLOOM_THREADS", "")
    if asked.isdigit() and int(asked):
        return int(asked)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def watched(
    progress: Progress | None, stage: str, total: int, work: Callable[[Board], None]
) -> None:
    """Run `work(board)`, report what it writes on the board, and stop it when asked.

    Raises
    ------
    Cancelled
        When `progress` asked to stop; `work` has ended by then.
    """
    board = np.array([0, total, 0], np.int64)
    tell(progress, stage, 0, total)
    if progress is None:
        work(board)
        return
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work, board)
        pause = 0.001
        try:
            while not wait([running], timeout=pause).done:
                tell(progress, stage, int(board[0]), int(board[1]))
                pause = min(0.2, 2 * pause)
        finally:
            board[2] = 1
        running.result()


def in_turn(
    progress: Progress | None,
    stage: str,
    units: Sequence[_Unit],
    work: Callable[[_Unit], _Found],
) -> Iterator[_Found]:
    """Results of `work(unit)`, several at a time, in the order of the units.

    Raises
    ------
    Cancelled
        When `progress` asked to stop.
    """
    crew = min(threads(), len(units))
    if crew <= 1:
        for done, unit in enumerate(units):
            tell(progress, stage, done, len(units))
            yield work(unit)
        return
    with ThreadPoolExecutor(crew) as pool:
        tasks = [pool.submit(work, unit) for unit in units]
        try:
            for done, task in enumerate(tasks):
                while not wait([task], timeout=0.2).done:
                    tell(progress, stage, done, len(units))
                tell(progress, stage, done, len(units))
                yield task.result()
        finally:
            for task in tasks:
                task.cancel()


def ranges(total: int, width: int) -> list[tuple[int, int]]:
    """Consecutive ranges of at most `width` that cover ``range(total)``."""
    return [(begin, min(total, begin + width)) for begin in range(0, total, max(1, width))]
