"""Keys for what a program has of its own."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from django.utils.text import slugify


def free_key(taken: Iterable[str], title: str) -> str:
    """A key made of the title that is not taken."""
    used = set(taken)
    key = slugify(title)[:50].replace("-", "_") or "own"
    return next(k for n in count(1) if (k := key if n == 1 else f"{key}_{n}") not in used)
