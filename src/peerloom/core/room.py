"""Whether there is room left: what a full disk looks like from here."""

from __future__ import annotations

import errno

from django.db import DatabaseError

from peerloom.core.words import later

# SQLite's words, PostgreSQL's class of insufficient resources (SQLSTATE 53100).
_SQLITE = "database or disk is full"
_POSTGRESQL = "53100"
WORDS = later(
    "This server's disk is full. Nothing was changed, and nothing is lost. Its "
    "administrator has to make room."
)


def disk_is_full(error: BaseException) -> bool:
    """True if this is why something could not be written."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    if isinstance(error, DatabaseError):
        state = getattr(error.__cause__, "sqlstate", "")
        return _SQLITE in str(error) or state == _POSTGRESQL
    return False
