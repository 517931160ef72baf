"""Two who act at the very same moment, each with a connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

Act = Callable[[], Any]
LONGEST = 30.0  # seconds; a test that waits so long has failed
WAITING = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@dataclass
class Outcome:
    """What an act returned, or why it was refused."""

    value: Any = None
    refused: Exception | None = None


def one_while_the_other(first: Act, second: Act) -> tuple[Outcome, Outcome]:
    """`second` begins once `first` is done and before it is kept; waits for it, or goes past it."""
    outcomes = (Outcome(), Outcome())
    acted, go_on = threading.Event(), threading.Event()

    def lead() -> None:
        with transaction.atomic():
            try:
                outcomes[0].value = first()
            finally:
                acted.set()
            go_on.wait(LONGEST)

    threads = [_thread(lead, outcomes[0]), _thread(lambda: follow(), outcomes[1])]

    def follow() -> None:
        outcomes[1].value = second()

    threads[0].start()
    assert acted.wait(LONGEST)
    threads[1].start()
    with connection.cursor() as cursor:
        while threads[1].is_alive():
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                break
            threads[1].join(0.01)
    go_on.set()
    for thread in threads:
        thread.join(LONGEST)
        assert not thread.is_alive()
    return outcomes


def _thread(act: Act, outcome: Outcome) -> threading.Thread:
    def run() -> None:
        try:
            act()
        except Exception as refused:
            outcome.refused = refused
        finally:
            connection.close()

    return threading.Thread(target=run, daemon=True)
