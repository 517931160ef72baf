"""What the engine refuses, as a job says it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from peerloom.core import jobs
from peerloom.matching import Cancelled, MatchingError
from peerloom.rounds.errors import PolicyRefused


@contextmanager
def as_a_job_says_it() -> Iterator[None]:
    """Turn a policy or answers that cannot be read, and a cancelled search, into a job's end."""
    try:
        yield
    except Cancelled:
        raise jobs.JobCancelled from None
    except PolicyRefused as error:
        raise jobs.JobRefused("; ".join(error.problems)) from None
    except MatchingError as error:
        raise jobs.JobRefused("; ".join(str(p) for p in error.problems)) from None
