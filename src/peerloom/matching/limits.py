"""How long a solve may take, and how much memory it may hold."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from peerloom.matching.errors import OutOfBounds

_PAGES = Path("/proc/self/statm")


class Limits:
    """Limits of one solve, counted from now on.

    Parameters
    ----------
    seconds
        For the proof; None for as long as it takes.
    megabytes
        Of memory that this process may hold, what it holds already included; None for any.
    """

    def __init__(self, seconds: float | None = None, megabytes: float | None = None) -> None:
        self.ends = None if seconds is None else time.monotonic() + seconds
        self.megabytes = megabytes

    @property
    def any(self) -> bool:
        """True where there is a limit at all."""
        return self.ends is not None or self.megabytes is not None

    def reached(self) -> bool:
        """True once a limit is reached."""
        late = self.ends is not None and time.monotonic() > self.ends
        return late or (self.megabytes is not None and held() > self.megabytes)

    def check(self) -> None:
        """Raise `OutOfBounds` where a limit is reached."""
        if self.reached():
            raise OutOfBounds


def held() -> float:
    """Megabytes of memory that this process holds; where that is not told, the most it held."""
    if _PAGES.exists():
        return int(_PAGES.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3
