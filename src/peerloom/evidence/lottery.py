"""A draw that anybody can check: who gets a place where more apply than there are.

Nobody can steer it. Before the draw are made public: the tickets, a fingerprint of a secret of the
server, and where the public number will come from (a lottery's numbers of a day to come, say). The
order follows from all three by SHA-256, so the server cannot choose once the number is known, and
nobody who knows the number can choose without the secret.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that are read for one another


def new_ticket() -> str:
    """A ticket of eight letters and digits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


def new_secret() -> str:
    """The server's part, in 64 hexadecimal digits."""
    return secrets.token_hex(32)


def fingerprint(text: str) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def list_of(tickets: Sequence[str]) -> str:
    """Tickets as they are made public: sorted, one a line."""
    return "\n".join(sorted(tickets))


def drawn(tickets: Sequence[str], secret: str, public: str) -> list[str]:
    """Tickets in the order of the draw.

    Parameters
    ----------
    tickets
        In any order.
    secret
        Whose fingerprint was made public before.
    public
        The public number as text, without spaces around it.

    Raises
    ------
    ValueError
        A ticket is there twice, or there is no number.
    """
    if len(set(tickets)) != len(tickets):
        raise ValueError("a ticket is there twice")
    if not public.strip():
        raise ValueError("the public number is missing")
    seed = fingerprint(f"{secret} {public.strip()} {fingerprint(list_of(tickets))}")
    return sorted(tickets, key=lambda ticket: fingerprint(f"{seed} {ticket}"))
