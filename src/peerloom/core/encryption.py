"""Private text at rest: a key for each thing that holds some, wrapped by the server's own keys.

Fernet (AES-128-CBC with HMAC-SHA256). The server's first key wraps, all of them unwrap, so that keys
are rotated by putting a new one first and wrapping anew; what is sealed needs no change.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _


class Unreadable(Exception):
    """Sealed text that none of the server's keys opens; its text is for people."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This text is sealed with a key that this server does not have. Nothing is lost: put "
                "the old key back (see 'Keys' in the administrators' guide)."
            )
        )


class Safe:
    """Seals and reads text with one key."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)

    def seal(self, text: str) -> bytes:
        """The text sealed; empty for none, so that no key is needed to see that there is none."""
        return self._fernet.encrypt(text.encode()) if text else b""

    def read(self, sealed: bytes | memoryview) -> str:
        """The text again; raises `Unreadable`."""
        if not sealed:
            return ""
        try:
            return self._fernet.decrypt(bytes(sealed)).decode()
        except InvalidToken:
            raise Unreadable from None


def new_wrapped_key() -> bytes:
    """A fresh key, wrapped by the server's first."""
    return _server().encrypt(Fernet.generate_key())


def safe_of(wrapped: bytes | memoryview) -> Safe:
    """The safe whose key is wrapped so."""
    return Safe(_unwrapped(bytes(wrapped)))


def key_of(wrapped: bytes | memoryview) -> bytes:
    """A key itself, for other uses than sealing; raises `Unreadable`."""
    return _unwrapped(bytes(wrapped))


def wrapped_anew(wrapped: bytes | memoryview) -> bytes:
    """The same key wrapped by the server's first key; raises `Unreadable`."""
    try:
        return _server().rotate(bytes(wrapped))
    except InvalidToken:
        raise Unreadable from None


@lru_cache(maxsize=4096)
def _unwrapped(wrapped: bytes) -> bytes:
    try:
        return _server().decrypt(wrapped)
    except InvalidToken:
        raise Unreadable from None


def fingerprint(secret: str) -> str:
    """What is kept of a secret that only has to be known again (SHA-256, hexadecimal)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sealed_by_server(text: str) -> bytes:
    """A short secret sealed with the server's own first key."""
    return _server().encrypt(text.encode())


def read_by_server(sealed: bytes | memoryview) -> str:
    """It again; empty for none. Raises `Unreadable`."""
    return _unwrapped(bytes(sealed)).decode() if sealed else ""


def resealed_by_server(sealed: bytes | memoryview) -> bytes:
    """The same secret sealed with the server's first key; raises `Unreadable`."""
    return wrapped_anew(sealed) if sealed else b""


def _server() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in server_keys()])


def server_keys() -> list[str]:
    """The server's keys, newest first: from the settings, or from its file, made when missing."""
    if settings.ENCRYPTION_KEYS:
        return list(settings.ENCRYPTION_KEYS)
    return _read(Path(settings.ENCRYPTION_KEYS_FILE))


def add_server_key() -> None:
    """Put a new key first in the server's file; the old ones stay until nothing needs them."""
    path = Path(settings.ENCRYPTION_KEYS_FILE)
    # Whole or not at all: without its keys nothing could be read.
    _written(path, [Fernet.generate_key().decode(), *_read(path)]).replace(path)
    _unwrapped.cache_clear()


def _read(path: Path) -> list[str]:
    if not path.exists():
        fresh = _written(path, [Fernet.generate_key().decode()])
        # Of two processes that start at once one makes the file; both read it.
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().split()


def _written(path: Path, keys: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(beside, "x", opener=_private) as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return beside


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
